import { join } from 'node:path';
import { imageGrid, savePng, type PixelImage } from '@gan-zoo/core';
import sharp from 'sharp';
import type { Style } from './emojiStyles.ts';

const COLUMNS = 16;
const ROWS = 3;
const SIDE = 64;

/** Emoji to show, in one style or in several below each other. */
export type SheetRows = readonly {
  readonly styles: readonly Style[];
  readonly names: readonly string[];
}[];

/**
 * Draws a sheet of a data set: of each list of names three rows from all over it, in turns of its
 * styles, so that pairs stand below each other.
 *
 * @param folder holds a folder for each style
 */
export async function writeContactSheet(
  folder: string,
  lists: SheetRows,
  path: string,
): Promise<void> {
  const rows: PixelImage[] = [];
  for (const { styles, names } of lists) {
    for (const row of spread(names)) {
      for (const style of styles) {
        const read = row.map((name) => readSmall(join(folder, style, `${name}.png`)));
        rows.push(...fillRow(await Promise.all(read)));
      }
    }
  }
  await savePng(path, imageGrid(rows, { columns: COLUMNS }));
}

/** Rows of names from all over the alphabet. */
function spread(names: readonly string[]): string[][] {
  const step = Math.max(1, names.length / (COLUMNS * ROWS));
  const chosen = Array.from(
    { length: Math.min(names.length, COLUMNS * ROWS) },
    (_, at) => names[Math.floor(at * step)]!,
  );
  return Array.from({ length: Math.ceil(chosen.length / COLUMNS) }, (_, row) =>
    chosen.slice(row * COLUMNS, (row + 1) * COLUMNS),
  );
}

/** A short row ends in white. */
function fillRow(row: readonly PixelImage[]): PixelImage[] {
  const data = new Uint8Array(SIDE * SIDE * 3).fill(255);
  const blank: PixelImage = { width: SIDE, height: SIDE, channels: 3, data };
  return Array.from({ length: COLUMNS }, (_, at) => row[at] ?? blank);
}

async function readSmall(path: string): Promise<PixelImage> {
  const data = await sharp(path).resize(SIDE, SIDE).removeAlpha().raw().toBuffer();
  return { width: SIDE, height: SIDE, channels: 3, data };
}
