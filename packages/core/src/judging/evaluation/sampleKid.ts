import type { HostTensor } from '@gan-zoo/compiler';
import type { FeatureExtractor } from './imageFeatures.ts';
import { meanOf } from './measureMethod.ts';
import { squaredMeanDiscrepancy } from './kid.ts';

/** Which drawn pictures are measured against which real ones. */
export interface KidPair {
  /** Name of the drawn pictures. */
  readonly name: string;
  /** Name of the real pictures that they should resemble. */
  readonly like: string;
}

/** Options of {@link createSampleKid}. */
export interface SampleKidOptions {
  /** A definition's `sample.fakes`. */
  readonly fakes: readonly KidPair[];
  /** Real pictures [N, H, W, C] in [-1, 1] by name. */
  readonly references: Readonly<Record<string, HostTensor>>;
  readonly extractor: FeatureExtractor;
}

/** Measures how far a run's fixed samples are from real pictures. */
export interface SampleKid {
  /**
   * Distances at a look: `kid`; with several kinds of fakes `kid/<name>` for each, and `kid` is
   * their mean. Kinds of which there are fewer than two pictures, drawn or real, are left out.
   */
  measure(images: Readonly<Record<string, HostTensor>>): Promise<Record<string, number>>;
}

/**
 * Makes the measurement of drawn samples that a training run repeats at every look. The network is
 * loaded and the real pictures are looked at once, at the first measurement; 64 pictures then cost a
 * fraction of a second. Few pictures give a noisy distance: read the trend, and below about 32
 * pictures not even that.
 */
export function createSampleKid(options: SampleKidOptions): SampleKid {
  const { fakes, references, extractor } = options;
  const realFeatures = new Map<string, Promise<HostTensor>>();
  const featuresLike = (like: string, images: HostTensor): Promise<HostTensor> => {
    const known = realFeatures.get(like) ?? extractor.features(images);
    realFeatures.set(like, known);
    return known;
  };
  return {
    measure: async (images) => {
      const distances: Record<string, number> = {};
      for (const { name, like } of fakes) {
        const [drawn, real] = [images[name], references[like]];
        if (!isEnough(drawn) || !isEnough(real)) continue;
        const x = await extractor.features(drawn);
        distances[`kid/${name}`] = squaredMeanDiscrepancy(x, await featuresLike(like, real));
      }
      const values = Object.values(distances);
      if (values.length === 0) return {};
      const kid = meanOf(values);
      return fakes.length === 1 ? { kid } : { ...distances, kid };
    },
  };
}

const isEnough = (images: HostTensor | undefined): images is HostTensor =>
  images !== undefined && images.shape[0]! >= 2;
