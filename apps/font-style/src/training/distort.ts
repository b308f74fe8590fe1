import { hostTensor, type HostTensor } from '@gan-zoo/compiler';
import type { Random } from '@gan-zoo/core';
import type { GlyphPairBatch } from '../glyphData/index.ts';

/** How a picture is slanted, stretched and shifted, about its centre. */
export interface Distortion {
  /** How many times wider it becomes. */
  readonly width: number;
  /** How many times higher it becomes. */
  readonly height: number;
  /** Pixels to the right for each pixel up. */
  readonly slant: number;
  /** Pixels to the right, after all that. */
  readonly right: number;
  /** Pixels down. */
  readonly down: number;
}

/** How far distortions go either way; shifts are shares of a side. */
const furthest = { width: 0.2, height: 0.15, slant: 0.25, shift: 1 / 32 } as const;

/** Options of {@link drawDistortions}. */
export interface DistortionOptions {
  readonly random: Random;
  readonly step: number;
  /** How many. */
  readonly count: number;
  /** Side of the pictures in pixels. */
  readonly imageSize: number;
  /** Share of pictures that are distorted at all. */
  readonly share: number;
}

/** Draws a step's distortions, undefined for pictures that stay as they are. */
export function drawDistortions({
  random,
  step,
  count,
  imageSize,
  share,
}: DistortionOptions): (Distortion | undefined)[] {
  const draws = random.stream('glyphs/distort').at(step);
  const within = (most: number): number => most * (2 * draws.uniform() - 1);
  return Array.from({ length: count }, () => {
    const isDistorted = draws.uniform() < share;
    const distortion = {
      width: 1 + within(furthest.width),
      height: 1 + within(furthest.height),
      slant: within(furthest.slant),
      right: within(furthest.shift * imageSize),
      down: within(furthest.shift * imageSize),
    };
    return isDistorted ? distortion : undefined;
  });
}

/**
 * Lets some pairs show a style that no font has: their targets, and the glyphs that styles are read
 * off, distorted alike.
 */
export const distortStyles = (
  { target, references, ...pairs }: GlyphPairBatch,
  distortions: readonly (Distortion | undefined)[],
): GlyphPairBatch => ({
  ...pairs,
  target: distortPictures(target, distortions),
  references: references && distortPictures(references, distortions),
});

/** Pictures [N, S, S, C], each distorted by its own; what comes in at the edges is paper. */
export function distortPictures(
  pictures: HostTensor<'float32'>,
  distortions: readonly (Distortion | undefined)[],
): HostTensor<'float32'> {
  if (distortions.every((distortion) => distortion === undefined)) return pictures;
  const [, side = 0, , channels = 1] = pictures.shape;
  const size = side * side * channels;
  const values = pictures.data.slice();
  distortions.forEach((distortion, picture) => {
    if (distortion === undefined) return;
    const own = values.subarray(picture * size, (picture + 1) * size);
    own.set(slide(stretchDown(own, side, channels, distortion), side, channels, distortion));
  });
  return hostTensor(pictures.shape, values);
}

/** What lies outside of a picture. */
const paper = 1;

/** Every row becomes a mixture of the two that fall on it. */
function stretchDown(
  pixels: Float32Array,
  side: number,
  channels: number,
  { height, down }: Distortion,
): Float32Array {
  const centre = (side - 1) / 2;
  const line = side * channels;
  const result = new Float32Array(pixels.length);
  for (let y = 0; y < side; y++) {
    const from = (y - down - centre) / height + centre;
    const upper = Math.floor(from);
    const share = from - upper;
    for (let at = 0; at < line; at++) {
      const above = upper >= 0 && upper < side ? pixels[upper * line + at]! : paper;
      const below = upper >= -1 && upper < side - 1 ? pixels[(upper + 1) * line + at]! : paper;
      result[y * line + at] = above + share * (below - above);
    }
  }
  return result;
}

/** Every row is stretched, and moved by as much as its height asks for. */
function slide(
  pixels: Float32Array,
  side: number,
  channels: number,
  { width, slant, right }: Distortion,
): Float32Array {
  const centre = (side - 1) / 2;
  const result = new Float32Array(pixels.length);
  for (let y = 0; y < side; y++) {
    const row = y * side * channels;
    const move = right + slant * (centre - y);
    for (let x = 0; x < side; x++) {
      const from = (x - move - centre) / width + centre;
      const first = Math.floor(from);
      const share = from - first;
      for (let channel = 0; channel < channels; channel++) {
        const at = row + first * channels + channel;
        const before = first >= 0 && first < side ? pixels[at]! : paper;
        const after = first >= -1 && first < side - 1 ? pixels[at + channels]! : paper;
        result[row + x * channels + channel] = before + share * (after - before);
      }
    }
  }
  return result;
}
