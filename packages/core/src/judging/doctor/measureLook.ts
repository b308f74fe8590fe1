import type { HostTensor } from '@gan-zoo/compiler';
import type { FakeImages } from '../../gan/definition/definition.ts';
import { measureKey, type DoctorMeasure } from './measureNames.ts';
import { relativeChange, thumbnailsOf, type Thumbnails } from './measures/change.ts';
import { relativeCheckerboard } from './measures/checkerboard.ts';
import { relativeContrast } from './measures/contrast.ts';
import { meanPictureCorrelation, translationCorrelation } from './measures/correlation.ts';
import { pictureDistances, relativeDiversity } from './measures/diversity.ts';
import { extentsOf } from './measures/pictures.ts';

/** Pictures that are measured at most: more take longer and tell the same. */
const measuredPictures = { least: 8, most: 64 } as const;

/** Pixels that are measured, and judged by a discriminator, at most: 64 pictures of 128 px. */
const measuredPixels = 2 ** 20;

/** A pattern of the upsampling is the same in all pictures. */
const patternPictures = 16;

/** What is kept of a look for the next one, as JSON. */
export interface Look {
  readonly step: number;
  /** By name of the drawn pictures. */
  readonly thumbnails: Readonly<Record<string, Thumbnails>>;
}

/** The drawn pictures of a step, and what to measure them against. */
export interface LookOptions {
  readonly step: number;
  /** Drawn pictures by name. */
  readonly images: Readonly<Record<string, HostTensor>>;
  readonly fakes: readonly FakeImages[];
  /** Real pictures by name. */
  readonly real: Readonly<Record<string, HostTensor>>;
  /** The last look, if there was one. */
  readonly before: Look | undefined;
}

/**
 * Measures the drawn pictures of a step against real ones.
 *
 * @returns measures by key (`diversity/fakeImages`; those that mean nothing here are left out), and
 *   what the next look needs
 */
export function measureLook({ step, images, fakes, real, before }: LookOptions): {
  readonly measures: Readonly<Record<string, number>>;
  readonly look: Look;
} {
  const measures: Record<string, number> = {};
  const thumbnails: Record<string, Thumbnails> = {};
  for (const { name, like, from } of fakes) {
    const drawn = images[name];
    if (drawn === undefined) continue;
    const fakeImages = firstPictures(drawn);
    thumbnails[name] = thumbnailsOf(fakeImages);
    if (real[like] === undefined) continue;
    const realImages = firstPictures(real[like]);
    const input = from === undefined ? undefined : images[from];
    const last = before?.thumbnails[name];
    const found: Partial<Record<DoctorMeasure, number | undefined>> = {
      ...relativeDiversity(fakeImages, realImages),
      contrast: relativeContrast(fakeImages, realImages),
      checkerboard: relativeCheckerboard(
        firstPictures(fakeImages, patternPictures),
        firstPictures(realImages, patternPictures),
      ),
      correlation:
        input === undefined
          ? meanPictureCorrelation(fakeImages, realImages)
          : translationCorrelation(firstPictures(input), fakeImages, realImages),
      change:
        last === undefined
          ? undefined
          : relativeChange({
              now: thumbnails[name],
              before: last,
              steps: step - before!.step,
              realDistance: pictureDistances(realImages).pairs,
            }),
    };
    for (const [measure, value] of Object.entries(found)) {
      // A measure of pictures that are NaN is none; the losses tell of it.
      if (value === undefined || !Number.isFinite(value)) continue;
      measures[measureKey(measure as DoctorMeasure, name)] = value;
    }
  }
  return { measures, look: { step, thumbnails } };
}

/**
 * The first pictures of a batch.
 *
 * @param images shape [N, H, W, C]
 * @param count default 64, of pictures above 128 px as many as have a million pixels, at least 8
 */
export function firstPictures(images: HostTensor, count = measuredCount(images)): HostTensor {
  const [whole = 0, ...extents] = images.shape;
  if (whole <= count) return images;
  const data = images.data.slice(0, (count * images.data.length) / whole);
  return { dtype: images.dtype, shape: [count, ...extents], data };
}

function measuredCount(images: HostTensor): number {
  const { height, width } = extentsOf(images, 'firstPictures');
  const { least, most } = measuredPictures;
  return Math.max(least, Math.min(most, Math.floor(measuredPixels / (height * width))));
}
