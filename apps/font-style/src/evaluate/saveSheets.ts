import { join } from 'node:path';
import { imageGrid, imageStrip, savePng, type PixelImage } from '@gan-zoo/core';

/** A character in a style: its source, the real glyph and ours. */
export interface GlyphCase {
  readonly style: string;
  readonly character: string;
  /** How bad it is: the stroke losses together; equal ones go by `l1`. */
  readonly strokes: number;
  readonly l1: number;
  /** Grey levels [S, S] of source, target and ours. */
  readonly pictures: readonly [source: Uint8Array, target: Uint8Array, ours: Uint8Array];
}

/** Triples in a row of a sheet. */
export const sheetColumns = 6;

/** What stands between pictures, so that white ones end somewhere. */
const line = 208;
const background = [line, line, line] as const;

/** The better first. */
export const byError = (one: GlyphCase, other: GlyphCase): number =>
  one.strokes - other.strokes || one.l1 - other.l1;

/** What {@link saveSheets} writes, all with one size of pictures. */
export interface Sheets {
  /** A row for every style. */
  readonly rows: readonly (readonly GlyphCase[])[];
  readonly best: readonly GlyphCase[];
  readonly worst: readonly GlyphCase[];
}

/**
 * Writes `sheet.png`, a row of triples (source, target, ours) for every style, and `best.png` and
 * `worst.png`, the triples of single cases.
 *
 * @param folder made if missing
 */
export async function saveSheets(
  folder: string,
  { rows, best, worst }: Sheets,
  imageSize: number,
): Promise<void> {
  const columns = Math.max(...rows.map(({ length }) => length));
  const empty = new Uint8Array(imageSize ** 2).fill(255);
  const blank = triple([empty, empty, empty], imageSize);
  const filled = rows.flatMap((row) => [
    ...row.map(({ pictures }) => triple(pictures, imageSize)),
    ...new Array<PixelImage>(columns - row.length).fill(blank),
  ]);
  await savePng(join(folder, 'sheet.png'), grid(filled, columns));
  for (const [name, cases] of Object.entries({ best, worst })) {
    const triples = cases.map(({ pictures }) => triple(pictures, imageSize));
    await savePng(join(folder, `${name}.png`), grid(triples, Math.min(columns, cases.length)));
  }
}

const triple = (pictures: GlyphCase['pictures'], imageSize: number): PixelImage =>
  imageStrip(
    pictures.map((data) => ({ width: imageSize, height: imageSize, channels: 1, data })),
    { padding: 1, background },
  );

const grid = (images: readonly PixelImage[], columns: number): PixelImage =>
  imageGrid(images, { columns, padding: 3, background });
