import type { HostTensor, Tree } from '@gan-zoo/compiler';
import type { BatchSource, BatchTools, ReferenceImages } from '@gan-zoo/core';
import type { Config } from '../config.ts';
import type { GlyphPart } from '../glyphData/index.ts';
import { methods, type FixedPairs } from '../methods/index.ts';
import { settingsOf } from '../settings.ts';
import { distortStyles, drawDistortions } from './distort.ts';
import { openPairs } from './pairSource.ts';
import { drawWindows, shapePairs, shapePictures } from './shapePairs.ts';

/** Pairs with everything random of their step. */
export async function openBatches(
  config: Config,
  tools: BatchTools,
): Promise<BatchSource<Tree<HostTensor>>> {
  const settings = settingsOf(config);
  const { random } = tools;
  const method = methods[config.method];
  method.createGame(settings); // refuses impossible sizes before anything is read
  const { batchSize: count, imageSize, enlarge, distort } = config;
  const pairs = await openPairs(config, tools);
  const partsOf = method.createParts(settings, { random, stepsPerEpoch: pairs.stepsPerEpoch });
  return {
    stepsPerEpoch: pairs.stepsPerEpoch,
    batchAt: async (step) => {
      const windows = drawWindows({ random, step, count, imageSize, enlarge });
      const distortions = drawDistortions({ random, step, count, imageSize, share: distort });
      const shaped = shapePairs(await pairs.batchAt(step), config, windows);
      const parts = partsOf(step, distortStyles(shaped, distortions));
      return (parts.length === 1 ? parts[0] : parts) as unknown as Tree<HostTensor>;
    },
    close: () => pairs.close(),
  };
}

/** Fixed pairs as networks take them. */
async function fixedPairs(
  config: Config,
  tools: BatchTools,
  part: GlyphPart,
  count: number,
): Promise<FixedPairs | undefined> {
  const source = await openPairs(config, tools);
  try {
    const pairs = await source.fixed(part, count);
    if (pairs === undefined) return undefined;
    const references = shapePictures(pairs.references, config);
    return { ...shapePairs(pairs, config), references };
  } finally {
    await source.close();
  }
}

/** Fixed pairs to draw: of the test part, where it has any. */
export async function sampleInputs(config: Config, tools: BatchTools): Promise<Tree<HostTensor>> {
  const { sampleCount: count, method } = config;
  const pairs =
    (await fixedPairs(config, tools, 'test', count)) ??
    (await fixedPairs(config, tools, 'training', count))!;
  const { source, target } = pairs;
  const own = methods[method].sampleInputs(settingsOf(config), tools.random, pairs);
  return { source, target, own } as unknown as Tree<HostTensor>;
}

/** How many real glyphs the doctor and the scores look at. */
const referenceCount = 256;

/** Fixed real glyphs, and those beside their sources, as a discriminator sees them. */
export async function references(
  config: Config,
  tools: BatchTools,
): Promise<Record<'target' | 'pairs', ReferenceImages>> {
  const training = (await fixedPairs(config, tools, 'training', referenceCount))!;
  const { heldBackImages } = config;
  const heldBack =
    heldBackImages === 0 ? undefined : await fixedPairs(config, tools, 'test', heldBackImages);
  return {
    target: { training: training.target, heldBack: heldBack?.target },
    pairs: { training: joined(training), heldBack: heldBack && joined(heldBack) },
  };
}

/** Pictures [N, S, S, C] beside their sources: [N, S, S, 2·C], sources first. */
function joined({ source, target }: FixedPairs): HostTensor<'float32'> {
  const [count, height, width, channels = 0] = source.shape;
  const data = new Float32Array(2 * source.data.length);
  for (let pixel = 0; pixel < source.data.length / channels; pixel++) {
    const own = (from: HostTensor<'float32'>) =>
      from.data.subarray(pixel * channels, (pixel + 1) * channels);
    data.set(own(source), 2 * pixel * channels);
    data.set(own(target), (2 * pixel + 1) * channels);
  }
  return { dtype: 'float32', shape: [count!, height!, width!, 2 * channels], data };
}
