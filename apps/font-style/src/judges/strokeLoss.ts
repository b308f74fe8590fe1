import { UserError } from '@gan-zoo/core';

/** Ink that is in one picture and not in the other; each list has one number per picture. */
export interface StrokeLoss {
  /** Share of the truth's ink that ours lacks, 0 … 1. */
  readonly missing: readonly number[];
  /** Share of our ink that the truth lacks. */
  readonly extra: readonly number[];
}

/** Options of {@link strokeLoss}. */
export interface StrokeLossOptions {
  /** Side of the pictures in pixels. */
  readonly imageSize: number;
  /**
   * Distance in pixels within which ink counts as there, so that strokes may stand a little aside
   * or be thinner; default 1/48 of the side. 0 compares pixel by pixel.
   */
  readonly tolerance?: number | undefined;
}

/** The lightest level that covers ink however dark. */
const inkLevel = 127;

/**
 * Finds strokes that were lost or invented: ink weighs as much as it is dark, and counts as missing
 * where the other picture has, within the tolerance, neither ink darker than half nor any as dark; so
 * equal pictures lose nothing, be their strokes mere greys.
 *
 * @param ours grey levels [N, S, S] in rows, ink 0 on paper 255
 * @param truth the same of what they should be
 * @throws UserError when the pictures are not as many, or of another size
 */
export function strokeLoss(
  ours: Uint8Array,
  truth: Uint8Array,
  { imageSize, tolerance = imageSize / 48 }: StrokeLossOptions,
): StrokeLoss {
  const size = imageSize * imageSize;
  if (ours.length !== truth.length || ours.length % size !== 0) {
    throw new UserError(
      `strokeLoss: expected as many pictures of ${imageSize}×${imageSize} px on both sides, ` +
        `received ${ours.length} and ${truth.length} bytes.`,
    );
  }
  const steps = stepsWithin(tolerance);
  const loss = { missing: [] as number[], extra: [] as number[] };
  for (let start = 0; start < ours.length; start += size) {
    const [one, other] = [ours, truth].map((pixels) => pixels.subarray(start, start + size)) as [
      Uint8Array,
      Uint8Array,
    ];
    loss.missing.push(inkApart(other, darkestNear(one, imageSize, steps)));
    loss.extra.push(inkApart(one, darkestNear(other, imageSize, steps)));
  }
  return loss;
}

type Step = readonly [dx: number, dy: number];

/** All steps in a picture of at most this length. */
function stepsWithin(length: number): readonly Step[] {
  const reach = Math.floor(length);
  const range = Array.from({ length: 2 * reach + 1 }, (_, at) => at - reach);
  return range.flatMap((dy) =>
    range.filter((dx) => Math.hypot(dx, dy) <= length).map((dx): Step => [dx, dy]),
  );
}

/** The darkest level within some steps of each pixel. */
function darkestNear(pixels: Uint8Array, imageSize: number, steps: readonly Step[]): Uint8Array {
  const darkest = new Uint8Array(pixels.length).fill(255);
  for (const [pixel, level] of pixels.entries()) {
    if (level === 255) continue;
    const x = pixel % imageSize;
    for (const [dx, dy] of steps) {
      const at = pixel + dx + dy * imageSize;
      const isInside = x + dx >= 0 && x + dx < imageSize && at >= 0 && at < darkest.length;
      if (isInside && level < darkest[at]!) darkest[at] = level;
    }
  }
  return darkest;
}

/** The share of a picture's ink that nothing near covers; 0 for a picture without ink. */
function inkApart(pixels: Uint8Array, near: Uint8Array): number {
  let [apart, all] = [0, 0];
  for (const [pixel, level] of pixels.entries()) {
    const ink = 255 - level;
    all += ink;
    if (near[pixel]! > Math.max(level, inkLevel)) apart += ink;
  }
  return all === 0 ? 0 : apart / all;
}
