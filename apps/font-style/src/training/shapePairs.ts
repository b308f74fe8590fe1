import { hostTensor, type HostTensor } from '@gan-zoo/compiler';
import type { Random } from '@gan-zoo/core';
import type { GlyphPairBatch } from '../glyphData/index.ts';
import { resample, type Window } from './resample.ts';

/** What networks take. */
export interface PairShape {
  /** Side in pixels. */
  readonly imageSize: number;
  readonly channels: 1 | 3;
}

const whole: Window = { scale: 1, left: 0, top: 0 };

/**
 * Pictures [N, s, s, 1] as networks take them [N, imageSize, imageSize, channels].
 *
 * @param windows what to cut out, picture by picture; default all of it
 */
export function shapePictures(
  pictures: HostTensor<'float32'>,
  { imageSize, channels }: PairShape,
  windows?: readonly Window[],
): HostTensor<'float32'> {
  const [count = 0, from = 0] = pictures.shape;
  const shape = [count, imageSize, imageSize, channels];
  if (from === imageSize && channels === 1 && windows === undefined) return pictures;
  const values = new Float32Array(count * imageSize ** 2 * channels);
  for (let picture = 0; picture < count; picture++) {
    const own = pictures.data.subarray(picture * from ** 2, (picture + 1) * from ** 2);
    const shaped = resample(own, from, imageSize, windows?.[picture] ?? whole);
    const start = picture * shaped.length * channels;
    shaped.forEach((value, place) => {
      values.fill(value, start + place * channels, start + (place + 1) * channels);
    });
  }
  return hostTensor(shape, values);
}

/** All pictures of each pair, cut alike. */
export const shapePairs = (
  { source, target, styles, references }: GlyphPairBatch,
  shape: PairShape,
  windows?: readonly Window[],
): GlyphPairBatch => ({
  source: shapePictures(source, shape, windows),
  target: shapePictures(target, shape, windows),
  styles,
  references: references && shapePictures(references, shape, windows),
});

/** Options of {@link drawWindows}. */
export interface WindowOptions {
  readonly random: Random;
  readonly step: number;
  /** How many. */
  readonly count: number;
  /** Side of what is cut out, in pixels. */
  readonly imageSize: number;
  /** Pictures are made up to so much larger; every size is equally likely. */
  readonly enlarge: number;
}

/** Draws the squares that a step's pairs are cut down to; nothing when nothing is enlarged. */
export function drawWindows({
  random,
  step,
  count,
  imageSize,
  enlarge,
}: WindowOptions): Window[] | undefined {
  if (enlarge === 1) return undefined;
  const draws = random.stream('glyphs/enlarge').at(step);
  return Array.from({ length: count }, () => {
    const scale = 1 + draws.uniform() * (enlarge - 1);
    const room = (scale - 1) * imageSize;
    return { scale, left: draws.uniform() * room, top: draws.uniform() * room };
  });
}
