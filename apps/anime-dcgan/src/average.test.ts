import { createRuntime, type HostTensor, type Tree } from '@gan-zoo/compiler';
import {
  createRandom,
  noiseBatchTools,
  type HostNetworkState,
  type NetworkAverage,
} from '@gan-zoo/core';
import { describe, expect, it } from 'vitest';
import { configSchema } from './config.ts';
import { animeDcgan } from './definition.ts';

const configured = (emaDecay: number) =>
  configSchema.parse({ ...animeDcgan.tinyConfig, generatorEverySteps: 1, emaDecay, threads: 1 });

interface State {
  readonly generator: HostNetworkState;
  readonly generatorAverage?: NetworkAverage<HostTensor>;
}

/** What pictures are drawn with. */
const drawn = (state: State): HostNetworkState =>
  animeDcgan.sample.select(state as never) as HostNetworkState;

/** The states before and after one step. */
async function oneStep(emaDecay: number): Promise<{ before: State; after: State }> {
  const config = configured(emaDecay);
  const before = animeDcgan.initState(config, createRandom(0)) as unknown as State;
  const batches = await animeDcgan.openBatches(config, noiseBatchTools(config));
  const runtime = await createRuntime({ threads: 1 });
  try {
    const step = animeDcgan.createTrainStep(config);
    const runner = await runtime.trainStep(step, before as unknown as Tree<HostTensor>);
    await runner.step(await batches.batchAt(0));
    return { before, after: (await runner.readState()) as unknown as State };
  } finally {
    await runtime.close();
  }
}

describe('the network that pictures are drawn with', () => {
  it('is the generator itself without an average', async () => {
    const { before, after } = await oneStep(0);
    expect(before.generatorAverage).toBeUndefined();
    expect(drawn(after)).toBe(after.generator);
  });

  it('follows weights and running statistics by the share that the warm-up gives', async () => {
    const { before, after } = await oneStep(0.99);
    const average = drawn(after);
    expect(Object.keys(average.params)).toEqual(Object.keys(after.generator.params));
    for (const part of ['params', 'buffers'] as const) {
      for (const [name, { data }] of Object.entries(average[part])) {
        const [from, to] = [before.generator[part][name]!, after.generator[part][name]!];
        // After no update yet, the average keeps (1 + 0) / (10 + 0) of itself.
        data.forEach((value, i) =>
          expect(value).toBeCloseTo(0.1 * from.data[i]! + 0.9 * to.data[i]!, 5),
        );
      }
    }
  });
});
