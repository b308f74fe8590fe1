import type { HostTensor } from '@gan-zoo/compiler';
import { extentsOf, meanOf, pictureAt } from './pictures.ts';

/**
 * How much there is to see inside drawn pictures: the standard deviation over a picture's pixels,
 * each channel around its own mean, averaged over the pictures, fake / real. Without unit: 1 is as
 * rich in contrast as the data, 0 is plain areas of one colour.
 *
 * @param fakeImages shape [N, H, W, C]
 * @param realImages shape [M, H, W, C]
 * @returns undefined when the real pictures are plain areas themselves
 */
export function relativeContrast(
  fakeImages: HostTensor,
  realImages: HostTensor,
): number | undefined {
  const real = contrast(realImages);
  return real > 0 ? contrast(fakeImages) / real : undefined;
}

function contrast(images: HostTensor): number {
  const { count, channels } = extentsOf(images, 'relativeContrast');
  const deviations = Array.from({ length: count }, (_, index) => {
    const picture = pictureAt(images, index);
    const means = channelMeans(picture, channels);
    let squares = 0;
    for (let at = 0; at < picture.length; at++)
      squares += (picture[at]! - means[at % channels]!) ** 2;
    return Math.sqrt(squares / picture.length);
  });
  return meanOf(deviations);
}

/** A picture's values [H·W, C] less the mean of their channel. */
export function centreChannels(picture: ArrayLike<number>, channels: number): Float64Array {
  const means = channelMeans(picture, channels);
  const centred = new Float64Array(picture.length);
  for (let at = 0; at < picture.length; at++) centred[at] = picture[at]! - means[at % channels]!;
  return centred;
}

function channelMeans(picture: ArrayLike<number>, channels: number): Float64Array {
  const sums = new Float64Array(channels);
  for (let at = 0; at < picture.length; at++) sums[at % channels]! += picture[at]!;
  return sums.map((sum) => (sum * channels) / picture.length);
}
