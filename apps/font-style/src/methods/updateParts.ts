import { hostTensor, type HostTensor } from '@gan-zoo/compiler';
import { createRegulariserInputs, type RegulariserInputs } from '@gan-zoo/core';
import type { Settings } from '../settings.ts';
import type { MethodTools } from './method.ts';
import type { NetworkInputs } from './pairBatch.ts';

/** Makes what regularisers read, for pictures of so many channels. */
export const regulariserInputs = (
  config: Settings,
  tools: MethodTools,
  channels: number,
  count = config.batchSize,
): RegulariserInputs =>
  createRegulariserInputs({
    ...{ config, ...tools },
    imageShape: [count, config.imageSize, config.imageSize, channels],
  });

/** A network's inputs with its rate, which no schedule may have given. */
export const withRate = (
  learningRate: number,
  inputs: NetworkInputs<HostTensor>,
): NetworkInputs<HostTensor> => ({ learningRate: hostTensor([], [learningRate]), ...inputs });

/** Styles [N] as weights of `slots` styles [N, slots]: a one where the style is. */
export function oneHot(styles: ArrayLike<number>, slots: number): HostTensor<'float32'> {
  const weights = new Float32Array(styles.length * slots);
  Array.from(styles).forEach((style, row) => (weights[row * slots + style] = 1));
  return hostTensor([styles.length, slots], weights);
}
