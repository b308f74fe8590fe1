import { hostTensor, hostTensorInt, type HostTensor } from '@gan-zoo/compiler';
import type { Random, RandomDraws } from '../random/index.ts';
import type { AugmentInputs, ColorInputs, CutoutInputs, TranslationInputs } from './augment.ts';
import type { Augmentation } from './augmentations.ts';

/** Extents of the pictures that a discriminator sees. */
export type ImageShape = readonly [count: number, height: number, width: number, channels: number];

/** Arguments of {@link drawAugment}. */
export interface DrawAugmentArguments {
  readonly kinds: readonly Augmentation[];
  readonly random: Random;
  /** Begins the names of the streams: one per use, as `augment/discriminator/real`. */
  readonly stream: string;
  readonly step: number;
  readonly shape: ImageShape;
}

/** The largest translation as a share of the side, and the side of what is cut out, as published. */
const translationRatio = 1 / 8;
const cutoutRatio = 1 / 2;

/**
 * Draws what DiffAugment does to each picture of a step, from the published distributions:
 * brightness U(−½, ½), saturation U(0, 2), contrast U(½, 1½), translations of whole pixels up to 1/8
 * of the side in each direction, centres of the cut-out rectangle anywhere.
 */
export function drawAugment({
  kinds,
  random,
  stream,
  step,
  shape,
}: DrawAugmentArguments): AugmentInputs<HostTensor> {
  const draws = (kind: Augmentation): RandomDraws => random.stream(`${stream}/${kind}`).at(step);
  return {
    ...(kinds.includes('color') ? { color: drawColor(draws('color'), shape) } : {}),
    ...(kinds.includes('translation')
      ? { translation: drawTranslation(draws('translation'), shape) }
      : {}),
    ...(kinds.includes('cutout') ? { cutout: drawCutout(draws('cutout'), shape) } : {}),
  };
}

function drawColor(draws: RandomDraws, [count]: ImageShape): ColorInputs<HostTensor> {
  const uniforms = draws.uniforms(3 * count);
  const perPicture = (value: (b: number, s: number, c: number) => number): HostTensor =>
    hostTensor(
      [count, 1, 1, 1],
      Float32Array.from({ length: count }, (_, i) =>
        value(uniforms[3 * i]! - 0.5, 2 * uniforms[3 * i + 1]!, uniforms[3 * i + 2]! + 0.5),
      ),
    );
  return {
    picture: perPicture((_b, s, c) => c * s),
    gray: perPicture((_b, s, c) => c * (1 - s)),
    mean: perPicture((_b, _s, c) => 1 - c),
    shift: perPicture((b) => b),
  };
}

function drawTranslation(
  draws: RandomDraws,
  [count, height, width]: ImageShape,
): TranslationInputs<HostTensor> {
  const sources = (side: number): HostTensor => {
    const furthest = Math.floor(side * translationRatio + 0.5);
    const values = new Int32Array(count * side);
    for (let picture = 0; picture < count; picture++) {
      const shift = draws.integer(2 * furthest + 1) - furthest;
      for (let at = 0; at < side; at++) {
        const from = at + shift;
        values[picture * side + at] = from >= 0 && from < side ? from : -1;
      }
    }
    return hostTensorInt([count, side], values);
  };
  return { rows: sources(height), columns: sources(width) };
}

function drawCutout(
  draws: RandomDraws,
  [count, height, width]: ImageShape,
): CutoutInputs<HostTensor> {
  const inside = (side: number): Float32Array => {
    const extent = Math.floor(side * cutoutRatio + 0.5);
    const values = new Float32Array(count * side);
    for (let picture = 0; picture < count; picture++) {
      const centre = draws.integer(side + (1 - (extent % 2)));
      const first = centre - Math.floor(extent / 2);
      const [from, to] = [Math.max(0, first), Math.min(side, first + extent)];
      values.fill(1, picture * side + from, picture * side + to);
    }
    return values;
  };
  return {
    rows: hostTensor([count, height, 1, 1], inside(height)),
    columns: hostTensor([count, 1, width, 1], inside(width)),
  };
}
