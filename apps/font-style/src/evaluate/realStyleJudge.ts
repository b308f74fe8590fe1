import type { Runtime } from '@gan-zoo/compiler';
import { createRandom } from '@gan-zoo/core';
import type { GlyphDataset } from '../glyphData/index.ts';
import { trainStyleJudge, type StyleJudge } from '../judges/index.ts';
import { readShaped } from './readShaped.ts';

/** Most training glyphs of a style that are learned from. */
const mostGlyphs = 500;
/** Pictures in a batch, where there are as many. */
const batchSize = 64;

/** Options of {@link realStyleJudge}. */
export interface RealStyleJudgeOptions {
  readonly dataset: GlyphDataset;
  /** Places in the data set's `fonts`; the judge numbers them from 0. */
  readonly fonts: readonly number[];
  /** Side in which glyphs are learned and judged, in pixels. */
  readonly imageSize: number;
  readonly seed: number;
  readonly runtime: Runtime;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((step: number, steps: number) => void) | undefined;
}

/**
 * Trains a judge of styles on real fonts: at most 500 glyphs of the training part of each.
 *
 * @returns undefined for a single font: there is nothing to tell apart
 * @throws the signal's reason when it aborts
 */
export async function realStyleJudge(
  options: RealStyleJudgeOptions,
): Promise<StyleJudge | undefined> {
  const { dataset, fonts, imageSize, seed } = options;
  if (fonts.length < 2) return undefined;
  const places = fonts.map((font) => {
    const pairs = dataset.pairs('training', [font - 1]);
    const order = createRandom(seed)
      .stream('evaluate/styleJudge')
      .at(font)
      .permutation(pairs.length);
    const chosen = [...order.subarray(0, mostGlyphs)];
    return chosen.map((at) => ({ font, character: pairs[at]!.character }));
  });
  const pictures = await readShaped(dataset, places.flat(), imageSize);
  const styles = places.flatMap((own, style) => own.map(() => style));
  return trainStyleJudge({
    ...options,
    ...{ pictures, styles, batchSize: Math.min(batchSize, styles.length) },
  });
}
