import { UserError } from '@gan-zoo/compiler';
import type { PixelImage } from './pixelImage.ts';

/** Options of {@link imageGrid}. */
export interface GridOptions {
  /** Default: the square root of the number of images, rounded up. */
  readonly columns?: number;
  /** Pixels between the images and around them; default 2. */
  readonly padding?: number;
  /** Red, green and blue of what the images leave free, 0 … 255 each; default white. */
  readonly background?: readonly [red: number, green: number, blue: number];
}

/**
 * Lays images out in rows, from left to right and from top to bottom.
 *
 * @param images one or more of the same size; grey ones become RGB when others are
 * @throws UserError when there are none or their sizes differ
 */
export function imageGrid(images: readonly PixelImage[], options: GridOptions = {}): PixelImage {
  const { width, height } = assertSameSize(images);
  const columns = assertColumns(options.columns ?? Math.ceil(Math.sqrt(images.length)));
  const { padding = 2, background = [255, 255, 255] } = options;
  const isGrey = background.every((level) => level === background[0]);
  const channels = isGrey && images.every((image) => image.channels === 1) ? 1 : 3;
  const rows = Math.ceil(images.length / columns);
  const grid = {
    width: columns * (width + padding) + padding,
    height: rows * (height + padding) + padding,
    channels,
  } as const;
  const data = new Uint8Array(grid.width * grid.height * channels);
  for (let at = 0; at < data.length; at++) data[at] = background[at % channels]!;
  images.forEach((image, index) => {
    const left = padding + (index % columns) * (width + padding);
    const top = padding + Math.floor(index / columns) * (height + padding);
    paste(image, { ...grid, data }, left, top);
  });
  return { ...grid, data };
}

/**
 * Lays images out in one row, such as the steps from one latent to another.
 *
 * @throws UserError as {@link imageGrid}
 */
export function imageStrip(
  images: readonly PixelImage[],
  options: Omit<GridOptions, 'columns'> = {},
): PixelImage {
  return imageGrid(images, { ...options, columns: Math.max(1, images.length) });
}

function paste(image: PixelImage, target: PixelImage, left: number, top: number): void {
  const source = image.channels === target.channels ? image.data : greyToRgb(image.data);
  const rowBytes = image.width * target.channels;
  for (let row = 0; row < image.height; row++) {
    const from = row * rowBytes;
    const to = ((top + row) * target.width + left) * target.channels;
    target.data.set(source.subarray(from, from + rowBytes), to);
  }
}

/** Repeats every grey value for red, green and blue. */
export function greyToRgb(grey: Uint8Array): Uint8Array {
  const rgb = new Uint8Array(grey.length * 3);
  for (let at = 0; at < rgb.length; at++) rgb[at] = grey[Math.floor(at / 3)]!;
  return rgb;
}

function assertSameSize(images: readonly PixelImage[]): PixelImage {
  const first = images[0];
  if (first === undefined) {
    throw new UserError('imageGrid: expected at least one image, received none.');
  }
  const other = images.find(
    ({ width, height }) => width !== first.width || height !== first.height,
  );
  if (other === undefined) return first;
  throw new UserError(
    `imageGrid: expected images of one size, received ${first.width}×${first.height} and ` +
      `${other.width}×${other.height} px.`,
  );
}

function assertColumns(columns: number): number {
  if (Number.isInteger(columns) && columns >= 1) return columns;
  throw new UserError(
    `imageGrid: expected a number of columns of at least 1, received ${columns}.`,
  );
}
