import type { HostTensor } from '@gan-zoo/compiler';
import { meanOf, rmsDistance, shrinkPictures } from './pictures.ts';

/** How different the pictures of a batch are from each other. */
export interface Diversity {
  /** Mean distance over all pairs, as a share of that between real pictures. */
  readonly diversity: number;
  /** Mean distance of a picture to the one most like it, as a share of that in real pictures. */
  readonly distinctness: number;
}

/**
 * The diversity of drawn pictures, relative to as many real ones. With pictures shrunk to 16 px
 * (x_i) and d(i, j) their root mean square difference:
 *
 *     diversity    = mean over i < j of d(i, j),         fake / real
 *     distinctness = mean over i of min over j≠i d(i, j), fake / real
 *
 * Both are without unit: 1 is as diverse as the data, 0 is one picture again and again. Diversity
 * sees a collapse to one picture; distinctness sees one to a few pictures too, which leaves most
 * pairs different. Mean pairwise distance as a sign of collapse follows the MS-SSIM diversity of
 * Odena et al., "Conditional image synthesis with auxiliary classifier GANs" (arXiv 1610.09585),
 * section 4.2, with a distance that needs no scale of its own.
 *
 * @param fakeImages shape [N, H, W, C]
 * @param realImages shape [M, H, W, C]; the first min(N, M) of both are compared
 * @returns undefined for less than two pictures, or real ones that are all the same
 */
export function relativeDiversity(
  fakeImages: HostTensor,
  realImages: HostTensor,
): Diversity | undefined {
  const count = Math.min(fakeImages.shape[0]!, realImages.shape[0]!);
  if (count < 2) return undefined;
  const fake = pictureDistances(fakeImages, count);
  const real = pictureDistances(realImages, count);
  if (real.pairs === 0) return undefined;
  return {
    diversity: fake.pairs / real.pairs,
    // Data with doubles everywhere has no distance to compare with.
    distinctness: real.nearest === 0 ? 1 : fake.nearest / real.nearest,
  };
}

/** Distances between pictures, in units of their values. */
export interface PictureDistances {
  /** Mean over all pairs. */
  readonly pairs: number;
  /** Mean of the distances to the picture most like each. */
  readonly nearest: number;
}

/**
 * Root mean square distances between the first pictures of a batch, shrunk to 16 px.
 *
 * @param images shape [N, H, W, C]
 * @param count at least 2; default N
 */
export function pictureDistances(images: HostTensor, count = images.shape[0]!): PictureDistances {
  const vectors = shrinkPictures(images).slice(0, count);
  const nearest = vectors.map(() => Infinity);
  const pairs: number[] = [];
  for (let i = 0; i < vectors.length; i++) {
    for (let j = 0; j < i; j++) {
      const distance = rmsDistance(vectors[i]!, vectors[j]!);
      pairs.push(distance);
      nearest[i] = Math.min(nearest[i]!, distance);
      nearest[j] = Math.min(nearest[j]!, distance);
    }
  }
  return { pairs: meanOf(pairs), nearest: meanOf(nearest) };
}
