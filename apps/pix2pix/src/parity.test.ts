import { readFileSync } from 'node:fs';
import { createRuntime, hostTensor, type HostTensor, type Tree } from '@gan-zoo/compiler';
import { createRandom, type HostNetworkState } from '@gan-zoo/core';
import { eagerBackend, type Packed, unpackImages, unpackState } from '@gan-zoo/core/testing';
import { expect, it } from 'vitest';
import { configSchema } from './config.ts';
import { pix2pix } from './definition.ts';

type Networks<Value> = Readonly<Record<'generator' | 'discriminator', Value>>;
type Named<Value> = Readonly<Record<string, Value>>;

interface Fixture extends Readonly<Record<'source' | 'target', Packed>> {
  readonly masks: Named<Packed>;
  readonly metrics: Named<number>;
  readonly before: Networks<Named<Packed>>;
  readonly gradients: Networks<Named<Packed>>;
  readonly after: Networks<Named<Packed>>;
}

const fixture = JSON.parse(
  readFileSync(new URL('fixtures/pix2pix.json', import.meta.url), 'utf8'),
) as Fixture;

it.each([eagerBackend, 'onnx-cpu'] as const)(
  '%s computes what PyTorch does in one iteration: losses, gradients, weights, statistics',
  async (backend) => {
    const config = configSchema.parse({
      ...{ ...pix2pix.tinyConfig, filters: 1, channelsA: 1, emaDecay: 0, schedule: 'constant' },
    });
    const before = {
      generator: unpackState(fixture.before.generator),
      discriminator: unpackState(fixture.before.discriminator),
    };
    const state = {
      ...(pix2pix.initState(config, createRandom(0)) as object),
      ...before,
    } as unknown as Tree<HostTensor>;
    const runtime = await createRuntime({ backend, threads: 1 });
    const step = pix2pix.createTrainStep(config);
    const runner = await runtime.trainStep(step, state, { gradients: true });
    const rate = { learningRate: hostTensor([], [2e-4]) };
    const output = await runner.step({
      source: unpackImages(fixture.source),
      target: unpackImages(fixture.target),
      masks: { generator: mapValues(fixture.masks, unpackImages) },
      ...{ discriminator: rate, generator: rate },
    });
    const after = (await runner.readState()) as unknown as Networks<HostNetworkState>;
    await runtime.close();

    expect(Object.keys(output.metrics).sort()).toEqual(Object.keys(fixture.metrics).sort());
    for (const [name, value] of Object.entries(fixture.metrics)) {
      expect(Math.abs(output.metrics[name]! / value - 1), name).toBeLessThan(1e-5);
    }
    const gradients = output.gradients as unknown as Networks<Named<HostTensor>>;
    for (const network of ['generator', 'discriminator'] as const) {
      const slopes = unpackState(fixture.gradients[network]).params;
      const expected = unpackState(fixture.after[network]);
      expectClose(gradients[network], slopes);
      expectClose(after[network].buffers, expected.buffers);
      expectSameMoves(after[network].params, expected.params, before[network].params, slopes);
    }
  },
);

function expectClose(received: Named<HostTensor>, expected: Named<HostTensor>): void {
  expect(Object.keys(received).sort()).toEqual(Object.keys(expected).sort());
  for (const [name, { shape, data }] of Object.entries(expected)) {
    expect(received[name]!.shape, name).toEqual(shape);
    const distances = Array.from(data, (value, i) => Math.abs(received[name]!.data[i]! - value));
    expect(distances.every(Number.isFinite), name).toBe(true);
    expect(Math.max(...distances) / largest(data), name).toBeLessThan(1e-4);
  }
}

/** Adam's first update moves a weight by the rate: where its slope is not rounding, all of it agrees. */
function expectSameMoves(
  received: Named<HostTensor>,
  expected: Named<HostTensor>,
  start: Named<HostTensor>,
  slopes: Named<HostTensor>,
): void {
  let [steep, all] = [0, 0];
  const wrong: string[] = [];
  for (const [name, { data }] of Object.entries(expected)) {
    const slope = slopes[name]!.data;
    const negligible = Math.max(1e-5, 1e-3 * largest(slope));
    data.forEach((value, i) => {
      all += 1;
      if (Math.abs(slope[i]!) <= negligible) return;
      steep += 1;
      const now = received[name]!.data[i]!;
      const isMoved = Math.abs(now - start[name]!.data[i]!) > 1e-4;
      if (!isMoved || Math.abs(now - value) > 3e-6) wrong.push(`${name}[${i}]`);
    });
  }
  expect(wrong).toEqual([]);
  // Dropout and rectifiers leave the rest without a slope.
  expect(steep / all).toBeGreaterThan(0.6);
}

const largest = (values: ArrayLike<number>): number => Math.max(...Array.from(values, Math.abs));

const mapValues = <From, To>(
  record: Named<From>,
  change: (value: From) => To,
): Record<string, To> =>
  Object.fromEntries(Object.entries(record).map(([name, value]) => [name, change(value)]));
