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
import { cyclegan } from './definition.ts';

/** Nothing that an update does not need. */
const least = {
  imageSize: 24,
  loadSize: 24,
  blocks: 0,
  filters: 2,
  discriminatorFilters: 2,
} as const;

const configured = (values: Partial<Config> = {}): Config =>
  configSchema.parse({ ...cyclegan.tinyConfig, ...least, ...values });

type Batch = Readonly<Record<'generator' | 'discriminator', Tree<HostTensor>>>;
type Parts = Batch | readonly Batch[];

async function batchAt(config: Config, step: number): Promise<Parts> {
  const batches = await cyclegan.openBatches(config, noiseBatchTools(config));
  return (await batches.batchAt(step)) as unknown as Parts;
}

const startState = (config: Config): Tree<HostTensor> =>
  cyclegan.initState(config, createRandom(config.seed));

/** The state after the given batches, its values by path, and the last step's metrics. */
async function run(runtime: Runtime, config: Config, ...batches: object[]) {
  const runner = await runtime.trainStep(cyclegan.createTrainStep(config), startState(config));
  let metrics: Readonly<Record<string, number>> = {};
  for (const batch of batches) ({ metrics } = await runner.step(batch as Tree<HostTensor>));
  const state = await runner.readState();
  await runner.close();
  return { metrics, values: valuesOf(state) };
}

type Values = ReadonlyMap<string, HostTensor['data']>;

const valuesOf = (state: Tree<HostTensor>): Values =>
  new Map(flattenTree<HostTensor>(state).map(({ path, leaf }) => [path, leaf.data]));

/** Which of the paths under a prefix differ between two states, biases that do nothing left out. */
function compare(before: Values, after: Values, prefix: string) {
  const paths = [...before.keys()].filter((path) => path.startsWith(prefix));
  expect(paths, prefix).not.toEqual([]);
  const isSame = (path: string): boolean =>
    before.get(path)!.every((value, i) => value === after.get(path)![i]);
  return { paths, changed: paths.filter((path) => !isSame(path)) };
}

const expectUnchanged = (before: Values, after: Values, prefix: string): void =>
  expect(compare(before, after, prefix).changed, prefix).toEqual([]);

/** All weights; a bias before an instance norm is idle. */
function expectWeightsChanged(before: Values, after: Values, prefix: string): void {
  const { paths, changed } = compare(before, after, prefix);
  const weights = paths.filter((path) => path.endsWith('.weight'));
  expect(changed, prefix).toEqual(expect.arrayContaining(weights));
}

const withoutDiscriminator = ({ discriminator: _, ...rest }: Batch): object => rest;
const withoutGenerator = ({ generator: _, ...rest }: Batch): object => rest;

const metricsOfGenerators = [
  ...['cycleLossA', 'cycleLossB', 'generatorAtoBLoss', 'generatorBtoALoss', 'generatorLoss'],
  ...['identityLossA', 'identityLossB'],
];
const metricsOfDiscriminators = [
  ...['discriminatorALoss', 'discriminatorBLoss', 'discriminatorLoss', 'fakeScoreA', 'fakeScoreB'],
  ...['realScoreA', 'realScoreB'],
];

describe('the train step', () => {
  const config = configured();
  const before = valuesOf(startState(config));
  let runtime: Runtime;
  let batch: Batch;
  beforeAll(async () => {
    runtime = await createRuntime({ threads: 1 });
    batch = (await batchAt(config, 0)) as Batch;
  });
  afterAll(() => runtime.close());

  it('leaves both discriminators as they were when only the generators are due', async () => {
    const { metrics, values } = await run(runtime, config, withoutDiscriminator(batch));
    expect(Object.keys(metrics).sort()).toEqual(metricsOfGenerators);
    expectUnchanged(before, values, 'discriminator');
    for (const name of ['AtoB', 'BtoA']) {
      expectWeightsChanged(before, values, `generator${name}/params/`);
      expectWeightsChanged(before, values, `generatorOptimizer/generator${name}/`);
      expectWeightsChanged(before, values, `generatorAverages/generator${name}/`);
    }
  });

  it('leaves generators, averages and pools as they were when only discriminators are due', async () => {
    const { metrics, values } = await run(runtime, config, withoutGenerator(batch));
    expect(Object.keys(metrics).sort()).toEqual(metricsOfDiscriminators);
    for (const prefix of ['generator', 'pools/', 'shown/']) {
      expectUnchanged(before, values, prefix);
    }
    expectWeightsChanged(before, values, 'discriminatorA/params/');
    expectWeightsChanged(before, values, 'discriminatorB/params/');
  });

  it('makes both updates of one batch as it does of two: the fakes wait in the state', async () => {
    const together = await run(runtime, config, batch);
    const parts = [withoutDiscriminator(batch), withoutGenerator(batch)];
    const apart = await run(runtime, config, ...parts);
    for (const [path, values] of together.values) {
      expectClose(path, values, apart.values.get(path)!);
    }
  });

  it('adds up its losses', async () => {
    const { metrics: m } = await run(runtime, config, batch);
    const sum =
      m['generatorAtoBLoss']! +
      m['generatorBtoALoss']! +
      10 * (m['cycleLossA']! + m['cycleLossB']!) +
      5 * (m['identityLossA']! + m['identityLossB']!);
    expect(Math.abs(m['generatorLoss']! / sum - 1)).toBeLessThan(1e-5);
    const both = m['discriminatorALoss']! + m['discriminatorBLoss']!;
    expect(Math.abs(m['discriminatorLoss']! / both - 1)).toBeLessThan(1e-5);
  });

  it('shows the discriminators fakes of the pool', async () => {
    const steps = await Promise.all([0, 1, 2, 3, 4, 5, 6, 7].map((step) => batchAt(config, step)));
    const runner = await runtime.trainStep(cyclegan.createTrainStep(config), startState(config));
    const shown: string[] = [];
    const pools: string[] = [];
    for (const step of steps) {
      await runner.step(withoutDiscriminator(step as Batch) as Tree<HostTensor>);
      const values = valuesOf(await runner.readState());
      shown.push(Array.from(values.get('shown/a')!.slice(0, 4)).join());
      pools.push(Array.from(values.get('pools/a')!).join());
    }
    await runner.close();
    // Three fill the pool; with these draws, some later ones change places and some do not.
    expect(new Set(shown.slice(3)).size).toBe(shown.length - 3);
    const exchanged = pools.slice(3).map((pool, i) => pool !== pools[i + 2]);
    expect(exchanged).toContain(true);
    expect(exchanged).toContain(false);
  });

  it('accumulates micro-batches into the update of the whole batch', async () => {
    const common = { batchSize: 2, poolSize: 0, emaDecay: 0, flip: false } as const;
    const whole = configured(common);
    const parts = configured({ ...common, accumulationSteps: 2 });
    const expected = await run(runtime, whole, (await batchAt(whole, 0)) as Batch);
    const pieces = (await batchAt(parts, 0)) as readonly Batch[];
    expect(pieces).toHaveLength(2);
    const received = await run(runtime, parts, ...pieces);
    for (const [path, values] of expected.values) {
      if (!path.includes('Sums/')) continue;
      expectClose(path, received.values.get(path)!, values);
    }
  });
});

/** Within rounding of the largest value. */
function expectClose(path: string, a: ArrayLike<number>, b: ArrayLike<number>): void {
  expect(a.length, path).toBe(b.length);
  const scale = Math.max(...Array.from(b, Math.abs), 1e-4);
  const distance = Math.max(...Array.from(a, (value, i) => Math.abs(value - b[i]!)));
  expect(distance / scale, path).toBeLessThan(2e-4);
}

describe('every way to play', () => {
  let runtime: Runtime;
  beforeAll(async () => {
    runtime = await createRuntime({ threads: 1 });
  });
  afterAll(() => runtime.close());

  it.each<[string, Partial<Config>, readonly string[]]>([
    ['bce, batch norm', { loss: 'bce', norm: 'batch', batchSize: 2 }, []],
    [
      'wgan-gp',
      { loss: 'wgan-gp', discriminator: 'patch-94', imageSize: 32, loadSize: 32 },
      ['gradientPenaltyA', 'gradientPenaltyB'],
    ],
    ['grey to colour', { channelsA: 1, lambdaIdentity: 0, upsampling: 'nearest' }, []],
    [
      'regularisers',
      {
        ...{ augment: ['color', 'translation', 'cutout'], instanceNoise: 0.1, r1Gamma: 1 },
        ...{ spectralNorm: true, labelSmoothing: 0.1, discriminator: 'pixel' },
      },
      ['r1PenaltyA', 'r1PenaltyB'],
    ],
  ])('%s', async (_name, values, extra) => {
    const config = configured(values);
    const state = startState(config);
    const { metrics, values: after } = await run(
      runtime,
      config,
      (await batchAt(config, 0)) as Batch,
    );
    expect(Object.keys(metrics)).toEqual(expect.arrayContaining([...extra]));
    for (const [name, value] of Object.entries(metrics)) {
      expect(Number.isFinite(value), name).toBe(true);
    }
    expect('realScoreA' in metrics).toBe(config.loss !== 'wgan-gp');
    expect('identityLossA' in metrics).toBe(config.lambdaIdentity > 0);
    const before = valuesOf(state);
    for (const name of ['generatorAtoB', 'generatorBtoA', 'discriminatorA', 'discriminatorB']) {
      expect(compare(before, after, `${name}/params/`).changed, name).not.toEqual([]);
    }
  });
});

describe('the train step by itself', () => {
  it('returns the very state that came in when nothing is due', () => {
    const state = { marker: 'untouched' } as never;
    const result = cyclegan.createTrainStep(configured())(state, {});
    expect(result).toEqual({ state, metrics: {}, images: {}, gradients: {} });
    expect(result.state).toBe(state);
  });

  it('leaks no tensors when it runs eagerly', async () => {
    const config = configured({ discriminator: 'pixel', imageSize: 16 });
    const runtime = await createRuntime({ backend: eagerBackend });
    const runner = await runtime.trainStep(cyclegan.createTrainStep(config), startState(config));
    const batch = (await batchAt(config, 0)) as Batch;
    await runner.step(batch);
    const { numTensors } = tf.memory();
    await runner.step(batch);
    expect(tf.memory().numTensors).toBe(numTensors);
    await runner.close();
    await runtime.close();
  });
});
