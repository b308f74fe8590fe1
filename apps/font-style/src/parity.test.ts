import {
  createRuntime,
  hostTensor,
  type HostTensor,
  type Tree,
  type BackendName,
} from '@gan-zoo/compiler';
import { createRandom, type HostNetworkState } from '@gan-zoo/core';
import { eagerBackend, unpack, unpackImages, unpackState } from '@gan-zoo/core/testing';
import { describe, expect, it } from 'vitest';
import type { Config } from './config.ts';
import { configSchema } from './configSchema.ts';
import { fontStyle } from './definition.ts';
import { mapValues, readFixture, type Named, type StepFixture } from './fixtures/readFixture.ts';

/** Each fixture with the options that it was made with, and its rate. */
const cases: readonly (readonly [name: string, values: Partial<Config>, rate: number])[] = [
  ['zi2zi', { method: 'zi2zi', imageSize: 16 }, 1e-3],
  [
    'zi2ziShuffled',
    { method: 'zi2zi', imageSize: 16, norm: 'conditional', shuffleFromEpoch: 0 },
    1e-3,
  ],
  ['bicycle', { method: 'bicycle', imageSize: 64, filters: 1 }, 2e-4],
  ['pix2pix', { method: 'pix2pix', dropout: 0 }, 2e-4],
];

const ofZi2zi = {
  ...{ slots: 3, embedding: 'learned' },
  ...{ lambdaTotalVariation: 0.5, lambdaBinary: 0.25, lambdaFeature: 2 },
} as const;

describe.each([eagerBackend, 'onnx-cpu'] as const)('%s computes what PyTorch does', (backend) => {
  it.each(cases)(
    'in a step of %s: losses, gradients, weights, running statistics',
    async (name, values, rate) => {
      const fixture = readFixture(name);
      const config = configSchema.parse({
        ...fontStyle.tinyConfig,
        ...values,
        ...(values.method === 'zi2zi' ? ofZi2zi : {}),
        ...{ emaDecay: 0, schedule: 'constant' },
        ...{ generatorLearningRate: rate, discriminatorLearningRate: rate },
      });
      const { metrics, gradients, after } = await runStep(backend, config, fixture);
      expect(Object.keys(metrics).sort()).toEqual(Object.keys(fixture.metrics).sort());
      for (const [metric, value] of Object.entries(fixture.metrics)) {
        const distance = Math.abs(metrics[metric]! - value);
        expect(distance / Math.max(0.1, Math.abs(value)), metric).toBeLessThan(1e-4);
      }
      const updates = fixture.runs?.length ?? 1;
      for (const network of Object.keys(fixture.before)) {
        const before = unpackState(fixture.before[network]!);
        const expected = unpackState(fixture.after[network]!);
        const slopes = unpackState(fixture.gradients[network]!).params;
        expectSameTensors(network, gradients[network]!, slopes);
        expectSameTensors(network, after[network]!.buffers, expected.buffers);
        const moved = network === 'generator' ? updates * rate : rate;
        expectSameMoves(network, after[network]!.params, expected.params, {
          ...{ start: before.params, slopes, rate: moved },
          // In a second update a weight may turn round where its slope is little.
          negligibleShare: network === 'generator' && updates > 1 ? 0.02 : 1e-3,
        });
      }
    },
  );
});

type Tensors = Named<HostTensor>;

/** One step from the stored state with the stored random numbers. */
async function runStep(backend: BackendName, config: Config, fixture: StepFixture) {
  const fresh = fontStyle.initState(config, createRandom(0)) as Record<string, Tree<HostTensor>>;
  const stored = mapValues(fixture.before, (packed) => unpackState(packed));
  const runtime = await createRuntime({ backend, threads: 1 });
  const step = fontStyle.createTrainStep(config);
  const state = { ...fresh, ...stored } as unknown as Tree<HostTensor>;
  const runner = await runtime.trainStep(step, state, { gradients: true });
  let metrics: Record<string, number> = {};
  let gradients: Named<Tensors> = {};
  for (const part of partsOf(config, fixture)) {
    const result = await runner.step(part as unknown as Tree<HostTensor>);
    metrics = { ...metrics, ...result.metrics };
    gradients = { ...(result.gradients as unknown as Named<Tensors>), ...gradients };
  }
  const after = (await runner.readState()) as unknown as Named<HostNetworkState>;
  await runtime.close();
  return { metrics, gradients, after };
}

/** The batches of the step: one for each update of the generator. */
function partsOf(config: Config, { batch, runs = [{}], ...random }: StepFixture): object[] {
  const { generatorLearningRate, discriminatorLearningRate } = config;
  const inputs = (rate: number) => ({ learningRate: hostTensor([], [rate]) });
  const vectors = ['styles', 'shuffledStyles', 'latents', 'deviations'] as const;
  return runs.map((masks, update) => ({
    ...mapValues(batch, unpackImages),
    ...Object.fromEntries(
      vectors.flatMap((name) => (random[name] ? [[name, unpack(random[name])]] : [])),
    ),
    ...masksOf(mapValues(masks, (byLayer) => mapValues(byLayer, unpackImages))),
    ...(update === 0 ? { discriminator: inputs(discriminatorLearningRate) } : {}),
    generator: inputs(generatorLearningRate),
  }));
}

/** Those of the generator, by network, beside those of shuffled styles. */
const masksOf = ({ masks, ...others }: Named<Tensors>): object => ({
  ...(masks && { masks: { generator: masks } }),
  ...others,
});

/** A bias before an instance norm has a gradient of 0, and what rounding leaves of it in PyTorch. */
const negligibleSlope = 1e-5;

/** Within 1e-4 of the largest value: rounding, carried through several networks. */
function expectSameTensors(who: string, received: Tensors, expected: Tensors): void {
  expect(Object.keys(received).sort(), who).toEqual(Object.keys(expected).sort());
  for (const [name, { shape, data }] of Object.entries(expected)) {
    expect(received[name]!.shape, `${who}/${name}`).toEqual(shape);
    const distances = Array.from(data, (value, i) => Math.abs(received[name]!.data[i]! - value));
    expect(distances.every(Number.isFinite), `${who}/${name}`).toBe(true);
    const scale = Math.max(negligibleSlope / 1e-4, largest(data));
    expect(Math.max(...distances) / scale, `${who}/${name}`).toBeLessThan(1e-4);
  }
}

interface Moves {
  readonly start: Tensors;
  readonly slopes: Tensors;
  /** How far a weight moves at most. */
  readonly rate: number;
  /** Share of a tensor's largest slope below which a slope is not looked at. */
  readonly negligibleShare: number;
}

/**
 * Adam's first update moves a weight by the learning rate whatever its slope: where the slope is not
 * itself rounding, all of the move has to agree.
 */
function expectSameMoves(
  who: string,
  received: Tensors,
  expected: Tensors,
  { start, slopes, rate, negligibleShare }: Moves,
): void {
  let [steep, all] = [0, 0];
  const wrong: string[] = [];
  for (const [name, { data }] of Object.entries(expected)) {
    const rounding = 1e-2 * rate + 2 ** -22 * Math.max(1, largest(data));
    const slope = slopes[name]!.data;
    const negligible = Math.max(negligibleSlope, negligibleShare * largest(slope));
    data.forEach((value, i) => {
      all += 1;
      if (Math.abs(slope[i]!) <= negligible) return;
      steep += 1;
      const now = received[name]!.data[i]!;
      if (now === start[name]!.data[i]! || Math.abs(now - value) > rounding) {
        wrong.push(`${name}[${i}]: ${now} instead of ${value}`);
      }
    });
  }
  expect(wrong, who).toEqual([]);
  // Of a large kernel over few pixels most weights only ever meet the padding.
  expect(steep / all, who).toBeGreaterThan(0.2);
}

const largest = (values: ArrayLike<number>): number => Math.max(...Array.from(values, Math.abs));
