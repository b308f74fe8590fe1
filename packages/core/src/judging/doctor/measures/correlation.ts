import type { HostTensor } from '@gan-zoo/compiler';
import { centreChannels } from './contrast.ts';
import { extentsOf, meanOf, shrinkPictures } from './pictures.ts';

/** From here on two mean pictures are negatives of each other; see {@link meanPictureCorrelation}. */
const invertedBelow = -0.5;

/** How alike the mean pictures of two halves of the data must be for the mean to say anything. */
const reliableFrom = 0.5;

/**
 * Pearson's correlation of translations with the pictures they were made from, pixel by pixel at
 * 16 px, each channel around its own mean; the mean over all pairs that have any contrast.
 * 1: the same layout of light and dark, −1: the negative.
 *
 * A negative may be what is asked for (black on white to white on black). So there is no measure
 * where the mean pictures of both domains are telling (see {@link meanPictureCorrelation}) and are
 * negatives of each other: correlation ≤ −0.5.
 *
 * @param inputImages the pictures that were translated, [N, H, W, C]
 * @param translatedImages their translations, in the same order
 * @param realImages what the translations should look like, [M, H, W, C]
 * @returns undefined when the domains are negatives of each other, or no picture has contrast
 */
export function translationCorrelation(
  inputImages: HostTensor,
  translatedImages: HostTensor,
  realImages: HostTensor,
): number | undefined {
  const { channels } = extentsOf(translatedImages, 'translationCorrelation');
  if (inputImages.shape[3] !== channels) return undefined;
  const inputs = shrinkPictures(inputImages);
  const means = [inputs, shrinkPictures(realImages)].map((domain) => tellingMean(domain, channels));
  if (means[0] !== undefined && means[1] !== undefined) {
    const between = correlation(means[0], means[1]);
    if (between !== undefined && between <= invertedBelow) return undefined;
  }
  const translated = shrinkPictures(translatedImages);
  const correlations = inputs.flatMap((input, index) => {
    const pair = [input, translated[index]!].map((vector) => centreChannels(vector, channels));
    return correlation(pair[0]!, pair[1]!) ?? [];
  });
  return correlations.length === 0 ? undefined : meanOf(correlations);
}

/**
 * Pearson's correlation of the mean drawn picture with the mean real picture at 16 px, over all
 * pixels and channels. 1: the same layout and colours on average, −1: the negative.
 *
 * It means something only where the pictures have something in common. So there is no measure
 * unless the mean of every second real picture correlates with the mean of the others by 0.5.
 *
 * @param fakeImages shape [N, H, W, C]
 * @param realImages shape [M, H, W, C]
 * @returns undefined when the mean picture says nothing, or the drawn pictures have no contrast
 */
export function meanPictureCorrelation(
  fakeImages: HostTensor,
  realImages: HostTensor,
): number | undefined {
  const real = tellingMean(shrinkPictures(realImages), 1);
  if (real === undefined || fakeImages.shape[0] === 0) return undefined;
  return correlation(centreChannels(meanVector(shrinkPictures(fakeImages)), 1), real);
}

/** The mean picture, centred; undefined unless both halves of the pictures have much the same. */
function tellingMean(vectors: readonly Float64Array[], channels: number): Float64Array | undefined {
  if (vectors.length < 2) return undefined;
  const [even, odd] = [0, 1].map((rest) => {
    const half = vectors.filter((_, index) => index % 2 === rest);
    return centreChannels(meanVector(half), channels);
  });
  const reliability = correlation(even!, odd!);
  if (reliability === undefined || reliability < reliableFrom) return undefined;
  return centreChannels(meanVector(vectors), channels);
}

const meanVector = (vectors: readonly Float64Array[]): Float64Array => {
  const sums = new Float64Array(vectors[0]!.length);
  for (const vector of vectors) vector.forEach((value, at) => (sums[at]! += value));
  return sums.map((sum) => sum / vectors.length);
};

/** Σab / √(Σa²·Σb²) of centred vectors; undefined when one of them is zero throughout. */
function correlation(a: Float64Array, b: Float64Array): number | undefined {
  let [products, squaresA, squaresB] = [0, 0, 0];
  for (let at = 0; at < a.length; at++) {
    products += a[at]! * b[at]!;
    squaresA += a[at]! ** 2;
    squaresB += b[at]! ** 2;
  }
  // Sums of squares of rounding errors are no contrast.
  const least = 1e-12 * a.length;
  return squaresA < least || squaresB < least
    ? undefined
    : products / Math.sqrt(squaresA * squaresB);
}
