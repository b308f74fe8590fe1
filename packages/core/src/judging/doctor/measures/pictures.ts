import { UserError, type HostTensor } from '@gan-zoo/compiler';

/** Extents of a batch of pictures [N, H, W, C]. */
export interface PictureExtents {
  readonly count: number;
  readonly height: number;
  readonly width: number;
  readonly channels: number;
}

/**
 * The extents of a batch of pictures.
 *
 * @param images shape [N, H, W, C]
 * @param who begins the message
 * @throws UserError for any other number of axes
 */
export function extentsOf(images: HostTensor, who: string): PictureExtents {
  const { shape } = images;
  if (shape.length !== 4) {
    throw new UserError(
      `${who}: expected pictures of shape [N, H, W, C], received [${shape.join(', ')}]. ` +
        `Hand over what draw returns.`,
    );
  }
  return { count: shape[0]!, height: shape[1]!, width: shape[2]!, channels: shape[3]! };
}

/** The values of one picture, row by row, channels last. */
export function pictureAt(images: HostTensor, index: number): HostTensor['data'] {
  const size = images.data.length / images.shape[0]!;
  return images.data.subarray(index * size, (index + 1) * size);
}

/**
 * Shrinks pictures by averaging boxes of pixels; smaller ones stay as they are. What remains is
 * layout and colour: noise and fine texture no longer count as differences between pictures.
 *
 * @param images shape [N, H, W, C]
 * @param side longest side of the result in pixels; default 16
 * @returns one vector of height × width × channels values per picture
 */
export function shrinkPictures(images: HostTensor, side = 16): Float64Array[] {
  const { count, height, width, channels } = extentsOf(images, 'shrinkPictures');
  const rows = Math.min(side, height);
  const columns = Math.min(side, width);
  return Array.from({ length: count }, (_, index) => {
    const picture = pictureAt(images, index);
    const sums = new Float64Array(rows * columns * channels);
    const counts = new Float64Array(rows * columns);
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        const box = Math.floor((y * rows) / height) * columns + Math.floor((x * columns) / width);
        counts[box]! += 1;
        for (let c = 0; c < channels; c++) {
          sums[box * channels + c]! += picture[(y * width + x) * channels + c]!;
        }
      }
    }
    return sums.map((sum, at) => sum / counts[Math.floor(at / channels)]!);
  });
}

/** √(mean of (a − b)²) of two vectors of one length. */
export function rmsDistance(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let at = 0; at < a.length; at++) sum += (a[at]! - b[at]!) ** 2;
  return Math.sqrt(sum / a.length);
}

/** The mean of some numbers; NaN for none. */
export const meanOf = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;
