import { UserError, type HostTensor } from '@gan-zoo/compiler';
import { isChannels, type Channels } from './channels.ts';

/** A picture in memory. */
export interface PixelImage {
  readonly width: number;
  readonly height: number;
  readonly channels: Channels;
  /** Rows from top to bottom, channels last: `width * height * channels` bytes. */
  readonly data: Uint8Array;
}

/**
 * Turns what a generator draws into pictures: -1 … 1 becomes 0 … 255, rounded; what lies beyond
 * is cut off, NaN becomes 0. The inverse of what training batches do to pixels.
 *
 * @param images shape [N, H, W, C] with C = 1, 3 or 4
 * @throws UserError for any other shape
 */
export function toPixels(images: HostTensor): PixelImage[] {
  const [count = 0, height = 0, width = 0, channels = 0] = images.shape;
  if (images.shape.length !== 4 || !isChannels(channels)) {
    throw new UserError(
      `toPixels: expected shape [N, H, W, C] with 1, 3 or 4 channels, ` +
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
