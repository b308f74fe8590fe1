import { mkdir, stat } from 'node:fs/promises';
import { dirname, extname, join } from 'node:path';
import {
  explainFileError,
  imageGrid,
  openPictureOutput,
  savePng,
  UsageError,
  writeFileAtomically,
  type PictureOutput,
  type PixelImage,
} from '@gan-zoo/core';
import { stylesSpecimen } from '../specimen/index.ts';
import { languageOf } from './chooseText.ts';
import type { DrawnStyle } from './drawStyles.ts';
import { specimenPages } from './specimenPages.ts';

/** Where results go: one picture, one web page, or a folder for each style. */
export type StyleOutput = PictureOutput | { readonly kind: 'page'; readonly path: string };

/** A picture of more pixels is one that few programs open. */
const largestSheet = 2 ** 28;
/** Pixels between the pictures of a sheet. */
const padding = 2;

/**
 * Reads `--out <file.png, file.html or folder>`.
 *
 * @param given as the user wrote it
 * @param path the same, absolute
 * @throws UsageError for another extension
 * @throws UserError for a folder that is not empty
 */
export async function openStyleOutput(given: string, path: string): Promise<StyleOutput> {
  const found = await stat(path).catch(() => undefined);
  const isFolder = found?.isDirectory() === true || /[\\/]$/.test(given);
  const extension = isFolder ? '' : extname(path).toLowerCase();
  if (extension === '.html') return { kind: 'page', path };
  // Folders may have dots in their names; extensions begin with a letter.
  if (extension === '.png' || !/^\.[a-z]/.test(extension)) return openPictureOutput(given, path);
  throw new UsageError(
    `--out: expected a file that ends in .png or .html, or a folder, received "${given}". ` +
      `A folder with a dot in its name ends in /.`,
  );
}

/**
 * Asserts before the work begins that a sheet stays of a size that can be looked at.
 *
 * @throws UsageError when it does not
 */
export function assertSheetSize(columns: number, rows: number, imageSize: number): void {
  if (columns * rows * (imageSize + padding) ** 2 <= largestSheet) return;
  throw new UsageError(
    `--out: expected a sheet of at most ${Math.round(largestSheet / 1e6)} megapixels, received ` +
      `${columns} × ${rows} glyphs of ${imageSize} px. Name a folder, or fewer characters.`,
  );
}

/** Glyphs of the same characters, a row for each style. */
export function styleSheet(styles: readonly DrawnStyle[], text: string): PixelImage {
  const images = styles.flatMap(({ glyphs, placement }) => {
    const { imageSize: width, imageSize: height } = placement;
    const pixels = new Map(glyphs.map((glyph) => [glyph.codepoint, glyph.pixels]));
    return [...text].flatMap((character) => {
      const data = pixels.get(character.codePointAt(0)!);
      return data === undefined ? [] : [{ width, height, channels: 1 as const, data }];
    });
  });
  return imageGrid(images, { columns: images.length / styles.length, padding });
}

/**
 * Writes a web page that needs no other files.
 *
 * @throws UserError when the place cannot be written to
 */
export async function saveWebPage(
  path: string,
  styles: readonly DrawnStyle[],
  text: string,
): Promise<void> {
  const [first] = styles;
  const isOne = styles.length === 1;
  const page = await stylesSpecimen({
    title: isOne ? first!.title : `${styles.length} styles`,
    sections: styles.map((font) => ({ heading: isOne ? undefined : font.title, font })),
    ...{ text, language: languageOf(text) },
  });
  await mkdir(dirname(path), { recursive: true }).catch((error: unknown) => {
    throw explainFileError(error, 'create the folder of', path);
  });
  await writeFileAtomically(path, page, 'the page');
}

/**
 * Writes `<folder>/<id>/` with `specimen.png`, `specimen.html` and `glyphs/u<codepoint>.png`.
 *
 * @throws UserError when the place cannot be written to
 * @throws the signal's reason if it aborts
 */
export async function saveStyleFolder(
  folder: string,
  style: DrawnStyle,
  text: string,
  signal: AbortSignal,
): Promise<void> {
  const own = join(folder, style.id);
  await savePng(join(own, 'specimen.png'), specimenPages([style], text));
  await saveWebPage(join(own, 'specimen.html'), [style], text);
  const { imageSize: width, imageSize: height } = style.placement;
  for (const { codepoint, pixels: data } of style.glyphs) {
    signal.throwIfAborted();
    const path = join(own, 'glyphs', glyphFileName(codepoint));
    await savePng(path, { width, height, channels: 1, data });
  }
}

/** Safe where `A` and `a` are the same name, and where `/` and `*` are none. */
const glyphFileName = (codepoint: number): string =>
  `u${codepoint.toString(16).padStart(4, '0')}.png`;
