import {
  createRuntime,
  flattenTree,
  hostTensor,
  verifyTrainStep,
  type HostTensor,
  type Runtime,
  type Tree,
} from '@gan-zoo/compiler';
import { createRandom, noiseBatchTools } from '@gan-zoo/core';
import { eagerBackend } from '@gan-zoo/core/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { configSchema, presets, type Config } from './config.ts';
import { animeDcgan } from './definition.ts';

const configOf = (options: Record<string, unknown>): Config =>
  configSchema.parse({
    ...animeDcgan.tinyConfig,
    generatorFilters: 2,
    discriminatorFilters: 2,
    generatorEverySteps: 1,
    seed: 5,
    ...options,
  });

const everything = {
  augment: ['color', 'translation', 'cutout'],
  labelSmoothing: 0.1,
  instanceNoise: 0.1,
  r1Gamma: 10,
  r1EverySteps: 2,
  spectralNorm: true,
  emaDecay: 0.9,
  schedule: 'cosine',
  warmupSteps: 3,
};

const startState = (config: Config): Tree<HostTensor> =>
  animeDcgan.initState(config, createRandom(config.seed));

async function batchAt(config: Config, step: number): Promise<Tree<HostTensor>> {
  const batches = await animeDcgan.openBatches(config, noiseBatchTools(config));
  return batches.batchAt(step);
}

const pathsOf = (tree: unknown): string[] => flattenTree<HostTensor>(tree).map(({ path }) => path);

const valuesOf = (state: Tree<HostTensor>, prefix: string): number[] =>
  flattenTree<HostTensor>(state)
    .filter(({ path }) => path.startsWith(prefix))
    .flatMap(({ leaf }) => [...leaf.data]);

describe('without regularisers', () => {
  it('a batch holds what the published program draws and nothing else', async () => {
    expect(pathsOf(await batchAt(configOf({}), 0))).toEqual([
      'discriminator/latents',
      'discriminator/realImages',
      'generator/latents',
    ]);
  });

  it('the published preset has them all off', () => {
    expect(configSchema.parse(presets.published.values)).toMatchObject({
      augment: [],
      labelSmoothing: 0,
      instanceNoise: 0,
      r1Gamma: 0,
      spectralNorm: false,
      discriminatorBatchNorm: true,
      emaDecay: 0,
      accumulationSteps: 1,
      schedule: 'constant',
      warmupSteps: 0,
    });
  });
});

describe('combinations', () => {
  it.each(Object.keys(presets))('preset %s is sound', (name) => {
    const { values } = presets[name as keyof typeof presets];
    expect(configSchema.safeParse(values).error).toBeUndefined();
  });

  it('R1 is refused with batch norm in D, with the reason', () => {
    const { error } = configSchema.safeParse({ r1Gamma: 10 });
    expect(error!.issues).toMatchObject([
      {
        path: ['r1Gamma'],
        message:
          'expected it only with --spectral-norm or --no-discriminator-batch-norm, because batch ' +
          'norm mixes the pictures whose gradients R1 measures one by one',
      },
    ]);
    for (const option of [{ spectralNorm: true }, { discriminatorBatchNorm: false }]) {
      expect(configSchema.safeParse({ r1Gamma: 10, ...option }).success).toBe(true);
    }
  });
});

describe('with all regularisers', () => {
  let compiled: Runtime;
  let eager: Runtime;
  beforeAll(async () => {
    compiled = await createRuntime({ backend: 'onnx-cpu', threads: 1 });
    eager = await createRuntime({ backend: eagerBackend });
  });
  afterAll(async () => {
    await compiled.close();
    await eager.close();
  });

  it('the step computes the same compiled and eagerly, with R1 and without', async () => {
    const config = configOf({ ...everything, batchSize: 2 });
    const step = animeDcgan.createTrainStep(config);
    const seen = [await batchAt(config, 0), await batchAt(config, 1)].map(pathsOf);
    expect(seen[0]).toContain('discriminator/judges/discriminator/r1Weight');
    expect(seen[1]).not.toContain('discriminator/judges/discriminator/r1Weight');
    expect(seen[1]).toContain('generator/judges/discriminator/views/fake/cutout/rows');
    const report = await verifyTrainStep({
      compiled: await compiled.trainStep(step, startState(config), { gradients: true }),
      eager: await eager.trainStep(step, startState(config), { gradients: true }),
      batchAt: (at) => batchAt(config, at),
      steps: 2,
      tolerance: 1e-4,
    });
    expect(report.failures).toEqual([]);
  });

  it('the penalty moves D and its loss is reported on its own', async () => {
    const config = configOf({ ...everything, augment: [], instanceNoise: 0 });
    const run = async (batch: Tree<HostTensor>) => {
      const runner = await compiled.trainStep(
        animeDcgan.createTrainStep(config),
        startState(config),
        {
          gradients: true,
        },
      );
      const { metrics, gradients } = await runner.step(batch);
      await runner.close();
      return { metrics, gradients: valuesOf(gradients!, 'discriminator') };
    };
    const { discriminator } = (await batchAt(config, 0)) as Record<
      string,
      Record<string, Tree<HostTensor>>
    >;
    const { judges, ...plain } = discriminator!;
    const r1Weight = hostTensor([], [10]);
    expect(judges).toEqual({ discriminator: { r1Weight } });
    const [penalised, free] = [
      await run({ discriminator: discriminator! }),
      await run({ discriminator: plain }),
    ];
    expect(penalised.metrics['r1Penalty']).toBeGreaterThan(0);
    expect(free.metrics).not.toHaveProperty('r1Penalty');
    expect(penalised.metrics['discriminatorLoss']).toBeCloseTo(
      free.metrics['discriminatorLoss']!,
      5,
    );
    expect(penalised.gradients).not.toEqual(free.gradients);
  });

  it('a rate of 0 in the batch stops the update', async () => {
    const config = configOf({ warmupSteps: 1000 });
    const batch = (await batchAt(config, 0)) as Record<string, Record<string, HostTensor>>;
    const rate = batch['generator']!['learningRate']!;
    expect(rate.data[0]).toBeCloseTo(config.generatorLearningRate / 1000, 12);
    const still = { ...batch['generator'], learningRate: { ...rate, data: new Float32Array(1) } };
    const runner = await compiled.trainStep(animeDcgan.createTrainStep(config), startState(config));
    await runner.step({ generator: still });
    const after = await runner.readState();
    await runner.close();
    const name = 'generator/params';
    expect(valuesOf(after, name)).toEqual(valuesOf(startState(config), name));
  });
});

describe('gradient accumulation', () => {
  const config = configOf({ accumulationSteps: 2, batchSize: 4, emaDecay: 0.9 });

  it('splits a batch into parts: those of D, then those of G', async () => {
    const parts = (await batchAt(config, 0)) as Record<string, Record<string, HostTensor>>[];
    expect(parts.map((part) => pathsOf(part))).toEqual([
      ['discriminator/accumulate', 'discriminator/latents', 'discriminator/realImages'],
      ['discriminator/latents', 'discriminator/realImages'],
      ['generator/accumulate', 'generator/latents'],
      ['generator/latents'],
    ]);
    expect(parts[0]!['discriminator']!['realImages']!.shape).toEqual([2, 64, 64, 3]);
  });

  it('updates weights, optimizer and average with the last part alone', async () => {
    const runtime = await createRuntime({ backend: 'onnx-cpu', threads: 1 });
    const runner = await runtime.trainStep(animeDcgan.createTrainStep(config), startState(config));
    const states = [startState(config)];
    for (const part of (await batchAt(config, 0)) as Tree<HostTensor>[]) {
      await runner.step(part);
      states.push(await runner.readState());
    }
    await runtime.close();
    const stepsIn = (prefix: string) => states.map((state) => valuesOf(state, prefix)[0]);
    expect(stepsIn('discriminatorOptimizer/step')).toEqual([0, 0, 1, 1, 1]);
    expect(stepsIn('generatorOptimizer/step')).toEqual([0, 0, 0, 0, 1]);
    expect(stepsIn('generatorAverage/step')).toEqual([0, 0, 0, 0, 1]);
    for (const [network, last] of [
      ['discriminator', 2],
      ['generator', 4],
    ] as const) {
      const at = (index: number, name: string) => valuesOf(states[index]!, name);
      const sums = `${network}Optimizer/accumulatedGradients`;
      expect(at(last - 1, `${network}/params`)).toEqual(at(0, `${network}/params`));
      expect(at(last, `${network}/params`)).not.toEqual(at(0, `${network}/params`));
      expect(at(last - 1, sums).some((value) => value !== 0)).toBe(true);
      expect(at(last, sums).every((value) => value === 0)).toBe(true);
    }
  });
});
