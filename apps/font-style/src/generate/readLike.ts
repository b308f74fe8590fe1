import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { listImageFiles, UserError, type CommandContext } from '@gan-zoo/core';
import {
  drawFont,
  isBlank,
  openFont,
  placeFont,
  readGlyphPicture,
  type GlyphPlacement,
} from '@gan-zoo/fonts';
import { placementAt, type GlyphDrawer, type LoadedStyles } from '../drawing/index.ts';
import type { StyleToDraw } from './styleToDraw.ts';

/** Glyphs that a style is read off: more hardly change their mean. */
const mostGlyphs = 64;

/** Pictures of one style in the data set's size. */
interface LikeGlyphs {
  readonly title: string;
  /** Grey levels [N, S, S], ink 0 on paper 255. */
  readonly pixels: Uint8Array;
  /** Where the glyphs stand in their pictures, if that is known. */
  readonly placement?: GlyphPlacement;
}

/**
 * Reads a style off a font, which is placed as `prepare` places fonts, or off a folder of pictures,
 * one glyph each, which are taken as they stand.
 *
 * @param path absolute
 * @throws UserError when there is neither, or no glyph that can be used
 * @throws UsageError for methods whose styles are numbered
 */
export async function readLike(
  path: string,
  { glyphs, config }: Pick<LoadedStyles, 'glyphs' | 'config'>,
  drawer: GlyphDrawer,
  context: Pick<CommandContext, 'log' | 'signal'>,
): Promise<StyleToDraw> {
  const found = await stat(path).catch(() => undefined);
  const pictures = found?.isDirectory() === true ? await listImageFiles(path, '--like') : undefined;
  const files = pictures?.files.map((file) => join(path, file.path)) ?? [];
  const like =
    files.length > 0
      ? await readPictures(path, files, glyphs.imageSize)
      : await readFont(path, glyphs, context.signal);
  const count = like.pixels.length / glyphs.imageSize ** 2;
  context.log(`Style read off ${count} glyphs of ${like.title}`);
  const { placement } = like;
  return {
    id: 'like',
    title: `Like ${like.title}`,
    style: await drawer.readStyle(like.pixels),
    placement: placement && placementAt(placement, config.imageSize),
  };
}

/** Characters of the data set that a font has. */
async function readFont(
  path: string,
  { characters, header }: LoadedStyles['glyphs'],
  signal: AbortSignal,
): Promise<LikeGlyphs> {
  const font = await openFont([path]);
  const known = characters.filter((character) => font.has(character.codePointAt(0)!));
  const codepoints = known.map((character) => character.codePointAt(0)!);
  const placement = placeFont(font, header.layout, codepoints, header.imageSize);
  const some = evenly(known, mostGlyphs);
  const drawn = await drawFont(font, some, { placement, pack: (pixels) => pixels, signal });
  const pictures = drawn.glyphs.flatMap((glyph) => (glyph === undefined ? [] : [glyph.packed]));
  if (pictures.length > 0) return { title: font.name, pixels: Buffer.concat(pictures), placement };
  throw new UserError(
    `--like: expected a font with some of the ${characters.length} characters that the run knows ` +
      `(${characters.slice(0, 10).join('')}…), received ${font.name} without. Name another font.`,
  );
}

async function readPictures(
  folder: string,
  files: readonly string[],
  imageSize: number,
): Promise<LikeGlyphs> {
  const pictures: Uint8Array[] = [];
  for (const file of evenly(files, mostGlyphs)) {
    const pixels = await readPicture(file, imageSize);
    if (!isBlank(pixels)) pictures.push(pixels);
  }
  if (pictures.length > 0) return { title: folder, pixels: Buffer.concat(pictures) };
  throw new UserError(
    `--like: expected pictures of glyphs in ${folder}, received ${files.length} ` +
      `without any ink. Name another folder.`,
  );
}

async function readPicture(file: string, side: number): Promise<Uint8Array> {
  try {
    return (await readGlyphPicture(file, side)).pixels;
  } catch (error) {
    throw new UserError(
      `--like: expected a picture of a glyph in ${file}, received one that cannot be read ` +
        `(${(error as Error).message}). Remove it, or convert it to png.`,
      { cause: error },
    );
  }
}

/** At most `most` of a list, evenly over all of it. */
function evenly<Item>(items: readonly Item[], most: number): readonly Item[] {
  const count = Math.min(most, items.length);
  return Array.from({ length: count }, (_, at) => items[Math.floor((at * items.length) / count)]!);
}
