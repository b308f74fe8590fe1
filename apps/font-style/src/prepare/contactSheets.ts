import { join } from 'node:path';
import { createRandom, imageGrid, savePng, type PixelImage } from '@gan-zoo/core';
import type { GlyphDataset } from '../glyphData/index.ts';

const columns = 16;
const rows = 10;

/** What the sheets are made of. */
export interface ContactSheetOptions {
  readonly dataset: GlyphDataset;
  /** Folder for the sheets; made if missing. */
  readonly folder: string;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
}

/**
 * Writes pictures to look at: for every font up to 160 of its glyphs as `<id>.png`, and
 * `overview.png` with one font per line and the same characters in all.
 *
 * @returns the paths, the overview first
 * @throws UserError when a picture cannot be written
 */
export async function saveContactSheets(options: ContactSheetOptions): Promise<readonly string[]> {
  const { dataset, folder, signal, onProgress } = options;
  const { fonts, characters } = dataset;
  const stream = createRandom(dataset.header.seed).stream('glyphs/sheets');
  const order = [...stream.at(0).permutation(characters.length)];
  const has = (font: number, character: number) =>
    dataset.partOf({ font, character }) !== undefined;
  const common = order.filter((character) => fonts.every((_, font) => has(font, character)));
  const shown = [...common, ...order].slice(0, columns);
  const overview = await Promise.all(fonts.map((_, font) => readImages(dataset, font, shown)));
  const paths = [join(folder, 'overview.png')];
  await savePng(paths[0]!, imageGrid(overview.flat(), { columns: shown.length }));
  for (const [font, { id }] of fonts.entries()) {
    signal?.throwIfAborted();
    onProgress?.(font, fonts.length);
    const drawn = order.filter((character) => has(font, character)).slice(0, columns * rows);
    const path = join(folder, `${id}.png`);
    await savePng(
      path,
      imageGrid(await readImages(dataset, font, drawn.sort(byNumber)), { columns }),
    );
    paths.push(path);
  }
  onProgress?.(fonts.length, fonts.length);
  return paths;
}

const byNumber = (a: number, b: number): number => a - b;

/** Pictures of one font; white where it lacks a character. */
async function readImages(
  dataset: GlyphDataset,
  font: number,
  characters: readonly number[],
): Promise<readonly PixelImage[]> {
  const { imageSize } = dataset;
  return Promise.all(
    characters.map(async (character) => {
      const place = { font, character };
      const isThere = dataset.partOf(place) !== undefined;
      const data = isThere ? await dataset.read([place]) : new Uint8Array(imageSize ** 2).fill(255);
      return { width: imageSize, height: imageSize, channels: 1, data };
    }),
  );
}
