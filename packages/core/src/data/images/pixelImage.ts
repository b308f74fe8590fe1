import { UserError, type HostTensor } from '@gan-zoo/compiler';

/** A picture in memory. */
export interface PixelImage {
  readonly width: number;
  readonly height: number;
  /** 1 is grey, 3 is RGB. */
  readonly channels: 1 | 3;
  /** Rows from top to bottom, channels last: `width * height * channels` bytes. */
  readonly data: Uint8Array;
}

/**
 * Turns what a generator draws into pictures: -1 … 1 becomes 0 … 255, rounded; what lies beyond
 * is cut off, NaN becomes 0. The inverse of what training batches do to pixels.
 *
 * @param images shape [N, H, W, C] with C = 1 or 3
 * @throws UserError for any other shape
 */
export function toPixels(images: HostTensor): PixelImage[] {
  const [count = 0, height = 0, width = 0, channels = 0] = images.shape;
  if (images.shape.length !== 4 || (channels !== 1 && channels !== 3)) {
    throw new UserError(
      `toPixels: expected shape [N, H, W, C] with 1 or 3 channels, ` +
        `received [${images.shape.join(', ')}].`,
    );
  }
  const imageValues = height * width * channels;
  return Array.from({ length: count }, (_, image) => {
    const values = images.data.subarray(image * imageValues, (image + 1) * imageValues);
    return { width, height, channels, data: Uint8Array.from(values, toByte) };
  });
}

const toByte = (value: number): number =>
  Math.min(255, Math.max(0, Math.round((value + 1) * 127.5)));
