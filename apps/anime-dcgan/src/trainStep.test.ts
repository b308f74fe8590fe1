import {
  createRuntime,
  flattenTree,
  type HostTensor,
  type Runtime,
  type Tree,
} from '@gan-zoo/compiler';
import { createRandom, noiseBatchTools } from '@gan-zoo/core';
import { eagerBackend } from '@gan-zoo/core/testing';
import * as tf from '@tensorflow/tfjs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { configSchema, type Config } from './config.ts';
import { animeDcgan } from './definition.ts';

const config: Config = configSchema.parse({
  ...animeDcgan.tinyConfig,
  generatorFilters: 2,
  discriminatorFilters: 2,
  batchSize: 2,
  generatorEverySteps: 1,
  seed: 3,
});
const metricsOfD = ['discriminatorLoss', 'fakeScore', 'realScore'];

type Batch = Readonly<Record<'discriminator' | 'generator', Tree<HostTensor>>>;

/** The batch of a step with both of its parts. */
async function batchAt(step: number): Promise<Batch> {
  const batches = await animeDcgan.openBatches(config, noiseBatchTools(config));
  return (await batches.batchAt(step)) as Batch;
}

const startState = (): Tree<HostTensor> => animeDcgan.initState(config, createRandom(config.seed));

/** The state after the given batches, its bytes by path, and the last step's metrics. */
async function run(runtime: Runtime, ...batches: Tree<HostTensor>[]) {
  const runner = await runtime.trainStep(animeDcgan.createTrainStep(config), startState());
  let metrics: Readonly<Record<string, number>> = {};
  for (const batch of batches) ({ metrics } = await runner.step(batch));
  const state = await runner.readState();
  await runner.close();
  return { metrics, bytes: bytesOf(state) };
}

const bytesOf = (state: Tree<HostTensor>): Map<string, string> =>
  new Map(
    flattenTree<HostTensor>(state).map(({ path, leaf: { data } }) => [
      path,
      Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString('base64'),
    ]),
  );

/** The paths under a prefix, and those of them whose bytes differ between two states. */
function compare(before: Map<string, string>, after: Map<string, string>, prefix: string) {
  const paths = [...before.keys()].filter((path) => path.startsWith(prefix));
  expect(paths, prefix).not.toEqual([]);
  return { paths, changed: paths.filter((path) => before.get(path) !== after.get(path)) };
}

function expectUnchanged(
  before: Map<string, string>,
  after: Map<string, string>,
  prefix: string,
): void {
  expect(compare(before, after, prefix).changed).toEqual([]);
}

function expectAllChanged(
  before: Map<string, string>,
  after: Map<string, string>,
  prefix: string,
): void {
  const { paths, changed } = compare(before, after, prefix);
  expect(changed).toEqual(paths);
}

describe.each([eagerBackend, 'onnx-cpu'] as const)('the train step on %s', (backend) => {
  const before = bytesOf(startState());
  let runtime: Runtime;
  let batch: Batch;
  beforeAll(async () => {
    runtime = await createRuntime({ backend, threads: 1 });
    batch = await batchAt(0);
  });
  afterAll(() => runtime.close());

  it("leaves D's weights and optimizer exactly as they were when only G is due", async () => {
    const { metrics, bytes } = await run(runtime, { generator: batch.generator });
    expect(Object.keys(metrics)).toEqual(['generatorLoss']);
    expectUnchanged(before, bytes, 'discriminator/params/');
    expectUnchanged(before, bytes, 'discriminatorOptimizer/');
    expectAllChanged(before, bytes, 'generator/params/');
    expectAllChanged(before, bytes, 'generatorOptimizer/');
  });

  it("leaves G's weights and optimizer exactly as they were when only D is due", async () => {
    const { metrics, bytes } = await run(runtime, { discriminator: batch.discriminator });
    expect(Object.keys(metrics).sort()).toEqual(metricsOfD);
    expectUnchanged(before, bytes, 'generator/params/');
    expectUnchanged(before, bytes, 'generatorOptimizer/');
    expectAllChanged(before, bytes, 'discriminator/params/');
    expectAllChanged(before, bytes, 'discriminatorOptimizer/');
  });

  it('updates every running statistic of the networks that saw pictures', async () => {
    const { bytes } = await run(runtime, batch);
    expectAllChanged(before, bytes, 'generator/buffers/');
    expectAllChanged(before, bytes, 'discriminator/buffers/');
  });

  it('starts with losses near those of an undecided D, and reports probabilities', async () => {
    const { metrics } = await run(runtime, batch);
    expect(Object.keys(metrics).sort()).toEqual([...metricsOfD, 'generatorLoss'].sort());
    expect(Math.abs(metrics['discriminatorLoss']! - 2 * Math.LN2)).toBeLessThan(0.5);
    expect(Math.abs(metrics['generatorLoss']! - Math.LN2)).toBeLessThan(0.5);
    for (const name of ['realScore', 'fakeScore']) {
      expect(Math.abs(metrics[name]! - 0.5), name).toBeLessThan(0.3);
    }
  });

  it('changes nothing when nothing is due', async () => {
    const { metrics, bytes } = await run(runtime, {});
    expect(metrics).toEqual({});
    expect(bytes).toEqual(before);
  });

  it('makes D and then G of one batch as it does of two', async () => {
    const together = await run(runtime, batch);
    const apart = await run(
      runtime,
      { discriminator: batch.discriminator },
      { generator: batch.generator },
    );
    expect(together.bytes.size).toBe(apart.bytes.size);
    for (const [path, bytes] of together.bytes) {
      expectCloseBytes(path, bytes, apart.bytes.get(path)!);
    }
  });

  it('gives identical bytes in two runs', async () => {
    const batches = [await batchAt(0), await batchAt(1), await batchAt(2)];
    const [first, second] = [await run(runtime, ...batches), await run(runtime, ...batches)];
    expect(second).toEqual(first);
  });
});

/** Within rounding of the largest value: one program of two updates may add in another order. */
function expectCloseBytes(path: string, received: string, expected: string): void {
  const [a, b] = [floats(received), floats(expected)];
  const scale = Math.max(...b.map(Math.abs), 1e-6);
  const distance = Math.max(...a.map((value, i) => Math.abs(value - b[i]!)));
  expect(distance / scale, path).toBeLessThan(1e-4);
}

function floats(base64: string): Float32Array {
  const bytes = new Uint8Array(Buffer.from(base64, 'base64'));
  return new Float32Array(bytes.buffer);
}

describe('the train step by itself', () => {
  it('returns the very state that came in when nothing is due', () => {
    const state = { marker: 'untouched' } as never;
    const result = animeDcgan.createTrainStep(config)(state, {});
    expect(result).toEqual({ state, metrics: {}, images: {}, gradients: {} });
    expect(result.state).toBe(state);
  });

  it('leaks no tensors when it runs eagerly', async () => {
    const runtime = await createRuntime({ backend: eagerBackend });
    const runner = await runtime.trainStep(animeDcgan.createTrainStep(config), startState());
    const batch = await batchAt(0);
    await runner.step(batch);
    const { numTensors } = tf.memory();
    await runner.step(batch);
    await runner.step({ generator: batch.generator });
    await runner.step({ discriminator: batch.discriminator });
    expect(tf.memory().numTensors).toBe(numTensors);
    await runner.close();
    await runtime.close();
  });
});
