import { createRuntime, type HostTensor, type Runtime, type Tree } from '@gan-zoo/compiler';
import { createRandom, planPool, type HostNetworkState } from '@gan-zoo/core';
import { eagerBackend, unpackImages, unpackState } from '@gan-zoo/core/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { configSchema, type Config } from './config.ts';
import { cyclegan } from './definition.ts';
import { readFixture, type IterationFixture, type NetworkName } from './fixtures/readFixture.ts';

const networkNames: readonly NetworkName[] = [
  'generatorAtoB',
  'generatorBtoA',
  'discriminatorA',
  'discriminatorB',
];

type Networks<Value> = Readonly<Record<NetworkName, Value>>;
type Tensors = Readonly<Record<string, HostTensor>>;

describe.each([eagerBackend, 'onnx-cpu'] as const)('%s computes what PyTorch does', (backend) => {
  let runtime: Runtime;
  beforeAll(async () => {
    runtime = await createRuntime({ backend, threads: 1 });
  });
  afterAll(() => runtime.close());

  it.each(['lsgan', 'bce'])(
    'in one iteration, %s: fakes, losses, gradients, weights, running statistics',
    async (name) => {
      const fixture = readFixture<IterationFixture>(name);
      const { metrics, gradients, after, shown } = await runIteration(runtime, fixture);
      const { discriminatorALoss, discriminatorBLoss } = fixture.metrics;
      const expected = {
        ...fixture.metrics,
        discriminatorLoss: discriminatorALoss! + discriminatorBLoss!,
      };
      expect(Object.keys(metrics).sort()).toEqual(Object.keys(expected).sort());
      for (const [metric, value] of Object.entries(expected)) {
        expect(Math.abs(metrics[metric]! - value), metric).toBeLessThan(2e-5);
      }
      expectClose('fakeA', shown.a.data, unpackImages(fixture.fakes.a).data, 1e-5);
      expectClose('fakeB', shown.b.data, unpackImages(fixture.fakes.b).data, 1e-5);
      for (const network of networkNames) {
        const before = unpackState(fixture.before[network]);
        const expected = unpackState(fixture.after[network]);
        const slopes = unpackState(fixture.gradients[network]).params;
        expectSameTensors(network, gradients[network], slopes);
        expectSameTensors(network, after[network].buffers, expected.buffers);
        expectSameMoves(network, after[network].params, expected.params, before.params, slopes);
      }
    },
  );
});

/** One iteration from the stored states, whose pools are still empty. */
async function runIteration(runtime: Runtime, fixture: IterationFixture) {
  const config: Config = configSchema.parse({ ...fixture.config, loadSize: 32 });
  const before = Object.fromEntries(
    networkNames.map((name) => [name, unpackState(fixture.before[name])]),
  ) as unknown as Networks<HostNetworkState>;
  const random = createRandom(0);
  const fresh = cyclegan.initState(config, random) as Record<string, Tree<HostTensor>>;
  const state = { ...fresh, ...before } as unknown as Tree<HostTensor>;
  const { batchSize: count, poolSize: size } = config;
  const plan = () => planPool({ random, stream: 'pool', step: 0, count, size });
  const real = { a: unpackImages(fixture.real.a), b: unpackImages(fixture.real.b) };
  const step = cyclegan.createTrainStep(config);
  const runner = await runtime.trainStep(step, state, { gradients: true });
  const { metrics, gradients } = await runner.step({
    generator: { real, pools: { a: plan(), b: plan() } },
    discriminator: { real },
  });
  const after = (await runner.readState()) as unknown as Networks<HostNetworkState> & {
    readonly shown: Readonly<Record<'a' | 'b', HostTensor>>;
  };
  await runner.close();
  return {
    metrics,
    after,
    shown: after.shown,
    gradients: gradients as unknown as Networks<Tensors>,
  };
}

/** A bias before an instance norm has a gradient of 0, and what rounding leaves of it in PyTorch. */
const negligibleSlope = 1e-5;

function expectSameTensors(who: string, received: Tensors, expected: Tensors): void {
  // Rounding, carried through up to three networks there and back.
  const tolerance = 1e-4;
  expect(Object.keys(received).sort(), who).toEqual(Object.keys(expected).sort());
  for (const [name, { shape, data }] of Object.entries(expected)) {
    expect(received[name]!.shape).toEqual(shape);
    expectClose(
      `${who}/${name}`,
      received[name]!.data,
      data,
      tolerance,
      negligibleSlope / tolerance,
    );
  }
}

/** Within a share of the largest expected value, or of `least` where that is more. */
function expectClose(
  who: string,
  received: ArrayLike<number>,
  expected: ArrayLike<number>,
  tolerance: number,
  least = 0,
): void {
  expect(received, who).toHaveLength(expected.length);
  const distances = Array.from(expected, (value, i) => Math.abs(received[i]! - value));
  expect(distances.every(Number.isFinite), who).toBe(true);
  expect(Math.max(...distances) / Math.max(least, largest(expected)), who).toBeLessThan(tolerance);
}

/**
 * Adam's first update moves a weight by the learning rate whatever its slope: where the slope is not
 * itself rounding, all of the move has to agree, to the last bits of the weights.
 */
function expectSameMoves(
  who: string,
  received: Tensors,
  expected: Tensors,
  start: Tensors,
  slopes: Tensors,
): void {
  const learningRate = 2e-4;
  let [steep, all] = [0, 0];
  const wrong: string[] = [];
  for (const [name, { data }] of Object.entries(expected)) {
    const rounding = 2e-6 + 2 ** -22 * Math.max(1, largest(data));
    const slope = slopes[name]!.data;
    const negligible = Math.max(negligibleSlope, 1e-3 * largest(slope));
    data.forEach((value, i) => {
      all += 1;
      if (Math.abs(slope[i]!) <= negligible) return;
      steep += 1;
      const now = received[name]!.data[i]!;
      const isMoved = Math.abs(now - start[name]!.data[i]!) > learningRate / 2;
      if (!isMoved || Math.abs(now - value) > rounding) wrong.push(`${name}[${i}]`);
    });
  }
  expect(wrong, who).toEqual([]);
  expect(steep / all, who).toBeGreaterThan(0.9);
}

const largest = (values: ArrayLike<number>): number => Math.max(...Array.from(values, Math.abs));
