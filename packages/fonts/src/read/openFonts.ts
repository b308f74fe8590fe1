import { readdir, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { FontError } from '../fontError.ts';
import type { Outline } from '../outline.ts';
import { explainReadError } from './explainReadError.ts';
import { openFontFile, type FontFile, type FontFileOptions } from './fontFile.ts';
import type { FontNames } from './fontNames.ts';
import type { FontMetrics } from './fontTables.ts';

/** A font, in however many files it comes. */
export interface Font {
  /** Family and style, `ZCOOL XiaoWei Regular`; the file's or folder's name where it has none. */
  readonly name: string;
  /** Names of the first file. */
  readonly names: FontNames;
  /** Of the first file; the parts of a font agree in them. */
  readonly metrics: FontMetrics;
  /** The files, in the order in which they are searched. */
  readonly paths: readonly string[];
  /** Whether some file maps the character to a glyph; that glyph may still be blank. */
  has(codepoint: number): boolean;
  /** @returns `missing` without such a glyph, `broken` when its outline cannot be read */
  outline(codepoint: number): Outline | 'missing' | 'broken';
  /** The shapes that stand for missing characters: glyph 0 of every file that can be read. */
  notdefOutlines(): readonly Outline[];
}

const fontExtension = /\.(ttf|otf|ttc|otc|woff2?)$/i;

/**
 * Opens fonts. A folder is searched with all its folders; files that carry the same family, style
 * and weight are parts of one font (web fonts are split by characters), others are fonts of their
 * own.
 *
 * @param paths absolute paths of font files and folders
 * @returns at least one font, in the order of the paths and of names in folders
 * @throws FontError when a path cannot be read, a folder has no fonts or a file is damaged
 */
export async function openFonts(
  paths: readonly string[],
  options: FontFileOptions = {},
): Promise<readonly Font[]> {
  const groups = new Map<string, FontFile[]>();
  for (const path of (await Promise.all(paths.map(listFontFiles))).flat()) {
    const file = await openFontFile(path, options);
    const key = identityOf(file);
    groups.set(key, [...(groups.get(key) ?? []), file]);
  }
  return [...groups.values()].map(joinFiles);
}

/**
 * Opens one font.
 *
 * @param paths its files, whatever they call themselves; or one folder, as for {@link openFonts}
 * @throws FontError as {@link openFonts}, and when a folder holds several fonts
 */
export async function openFont(
  paths: readonly string[],
  options: FontFileOptions = {},
): Promise<Font> {
  if (paths.length > 1) {
    const files: FontFile[] = [];
    for (const path of paths) files.push(await openFontFile(path, options));
    return joinFiles(files);
  }
  const fonts = await openFonts(paths, options);
  if (fonts.length === 1) return fonts[0]!;
  const shown = fonts
    .slice(0, 3)
    .map(({ name }) => name)
    .join(', ');
  throw new FontError(
    `font "${paths[0]}": expected the files of one font, received ${fonts.length} fonts ` +
      `(${shown}${fonts.length > 3 ? ', …' : ''}). Name the files of one of them.`,
  );
}

/**
 * Font files at a path: itself, or all below it in the order of their names.
 *
 * @throws FontError when nothing is there, it cannot be read, or a folder has no font files
 */
export async function listFontFiles(path: string): Promise<readonly string[]> {
  const found = await stat(path).catch((error: unknown) => {
    throw isMissing(error) ? missing(path) : explainReadError(error, path);
  });
  if (!found.isDirectory()) return [path];
  const entries = await readdir(path, { recursive: true });
  const files = entries.filter((name) => fontExtension.test(name)).sort();
  if (files.length > 0) return files.map((name) => join(path, name));
  throw new FontError(
    `font "${path}": expected a folder with .ttf, .otf, .ttc, .woff or .woff2 files, received ` +
      `${entries.length} other entries. Name another folder.`,
  );
}

const isMissing = (error: unknown): boolean => (error as NodeJS.ErrnoException).code === 'ENOENT';

const missing = (path: string): FontError =>
  new FontError(
    `font "${path}": expected a font file or a folder of them, received a path where nothing is. ` +
      'Correct the path.',
  );

/** Nameless files belong together when they lie together. */
function identityOf({ path, names, metrics }: FontFile): string {
  const owner = names.family === '' ? dirname(path) : `${names.family} ${names.subfamily}`;
  // Families may be written with their style ("Caveat Medium", Regular) or without it.
  const words = owner
    .toLowerCase()
    .replace(/ regular\b/g, '')
    .trim();
  return [words, metrics.weight, metrics.unitsPerEm].join('\n');
}

function joinFiles(files: readonly FontFile[]): Font {
  const [first] = files as readonly [FontFile];
  const places = new Map<number, FontFile>();
  for (const file of files) {
    for (const codepoint of file.characters.keys()) {
      if (!places.has(codepoint)) places.set(codepoint, file);
    }
  }
  return {
    name: nameOf(first, files.length),
    names: first.names,
    metrics: first.metrics,
    paths: files.map(({ path }) => path),
    has: (codepoint) => places.has(codepoint),
    outline: (codepoint) => {
      const file = places.get(codepoint);
      if (file === undefined) return 'missing';
      return file.outlines().outline(file.characters.get(codepoint)!) ?? 'broken';
    },
    notdefOutlines: () => files.flatMap((file) => file.outlines().outline(0) ?? []),
  };
}

function nameOf({ path, names, metrics }: FontFile, count: number): string {
  if (names.family === '') return basename(count > 1 ? dirname(path) : path);
  const style = names.subfamily === '' ? String(metrics.weight) : names.subfamily;
  return `${names.family} ${style}`;
}
