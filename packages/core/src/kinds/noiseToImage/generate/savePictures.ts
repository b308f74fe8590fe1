import { join } from 'node:path';
import { UsageError } from '@gan-zoo/compiler';
import type { Progress } from '../../../base/console/index.ts';
import { writeFileAtomically } from '../../../base/files/index.ts';
import {
  type PictureOutput,
  type PixelImage,
  imageGrid,
  savePng,
} from '../../../data/images/index.ts';

/** Pixels between the pictures of a grid. */
const padding = 2;
/** A picture of more pixels is one that few programs open. */
const largestGrid = 2 ** 28;

/** A picture with what there is to say about it. */
export interface PictureToSave {
  readonly image: PixelImage;
  /** What `scores.json` says of it, if anything. */
  readonly score?: Readonly<Record<string, number>>;
}

/**
 * Asserts before the work begins that a grid stays of a size that can be looked at.
 *
 * @param imageSize side of one picture in pixels
 * @throws UsageError when it does not
 */
export function assertGridSize(columns: number, rows: number, imageSize: number): void {
  const pixels = columns * rows * (imageSize + padding) ** 2;
  if (pixels <= largestGrid) return;
  throw new UsageError(
    `--out: expected a grid of at most ${Math.round(largestGrid / 1e6)} megapixels, received ` +
      `${columns} × ${rows} pictures of ${imageSize} px. Name a folder, or keep fewer.`,
  );
}

/** How {@link savePictures} goes about it. */
export interface SaveOptions {
  /** Of the grid. */
  readonly columns: number;
  /** Stops between two files. */
  readonly signal: AbortSignal;
  /** Starts showing how many files are written. */
  readonly progress: (options: { label: string; total: number; unit: string }) => Progress;
}

/**
 * Writes pictures as one grid, or as `00000.png` and so on, with `scores.json` if there are scores.
 *
 * @throws UserError when the place cannot be written to
 * @throws the signal's reason if it aborts
 */
export async function savePictures(
  { kind, path }: PictureOutput,
  pictures: readonly PictureToSave[],
  { columns, signal, progress }: SaveOptions,
): Promise<void> {
  const images = pictures.map(({ image }) => image);
  if (kind === 'file') return savePng(path, imageGrid(images, { columns, padding }));
  const names = images.map((_, index) => `${String(index).padStart(5, '0')}.png`);
  const shown = progress({ label: 'Writing', total: images.length, unit: 'images' });
  for (const [index, image] of images.entries()) {
    signal.throwIfAborted();
    await savePng(join(path, names[index]!), image);
    shown.update(index + 1);
  }
  shown.stop();
  const scores = pictures.flatMap(({ score }, index) =>
    score === undefined ? [] : [{ file: names[index]!, ...score }],
  );
  if (scores.length === 0) return;
  await writeFileAtomically(join(path, 'scores.json'), `${JSON.stringify(scores, null, 2)}\n`);
}
