import {
  createRuntime,
  type HostTensor,
  type Runtime,
  type StepOutput,
  type Tree,
} from '@gan-zoo/compiler';
import { adam, applyNetwork, type HostNetworkState, type NetworkState } from '@gan-zoo/core';
import { eagerBackend, unpack, unpackState } from '@gan-zoo/core/testing';
import type * as tf from '@tensorflow/tfjs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { configSchema, type Config } from './config.ts';
import { animeDcgan } from './definition.ts';
import {
  pickPictureValues,
  readFixture,
  realPictures,
  unpackLatents,
  type Fixture,
} from './fixtures/readFixture.ts';
import { createGame } from './game.ts';

type Networks<Value> = Record<'generator' | 'discriminator', Value>;

const networks = ['generator', 'discriminator'] as const;

describe.each([eagerBackend, 'onnx-cpu'] as const)('%s computes what PyTorch does', (backend) => {
  let runtime: Runtime;
  beforeAll(async () => {
    runtime = await createRuntime({ backend, threads: 1 });
  });
  afterAll(() => runtime.close());

  describe.each([96, 64] as const)('at %i px', (imageSize) => {
    const fixture = readFixture(imageSize);
    const before: Networks<HostNetworkState> = {
      generator: unpackState(fixture.before.generator),
      discriminator: unpackState(fixture.before.discriminator),
    };

    it.each(['training', 'inference'] as const)('in %s mode', async (mode) => {
      const answer = runtime.function(answers(fixture, mode === 'training'));
      const inputs = {
        latents: unpackLatents(fixture.latents.discriminator),
        real: realPictures(fixture),
      };
      const results = await answer(before as never, inputs);
      const { pictures, logits } = results as Record<'pictures' | 'logits', HostTensor>;
      expect(pictures.shape).toEqual([fixture.batchSize, imageSize, imageSize, 3]);
      const picked = pickPictureValues(pictures, fixture.pictureStride);
      expectClose('pictures', picked, unpack(fixture[mode].pictures).data, 1e-5);
      expect(logits.shape).toEqual([fixture.batchSize, 1, 1, 1]);
      expectClose('logits', logits.data, unpack(fixture[mode].logits).data, 1e-5);
    });

    it('in an update of D and of G: losses, gradients, weights, running statistics', async () => {
      const { output, after } = await runIteration(runtime, fixture, before);
      expect(Object.keys(output.metrics).sort()).toEqual(Object.keys(fixture.metrics).sort());
      for (const [name, value] of Object.entries(fixture.metrics)) {
        expectClose(name, [output.metrics[name]!], [value], 1e-5);
      }
      const gradients = output.gradients as Networks<Record<string, HostTensor>>;
      for (const network of networks) {
        const expected = unpackState(fixture.after[network]);
        const slopes = unpackState(fixture.gradients[network]).params;
        expectSameTensors(network, gradients[network], slopes, 1e-5);
        expectSameTensors(network, after[network].buffers, expected.buffers, 1e-5);
        expectSameNames(network, after[network].params, expected.params);
        for (const [name, { data }] of Object.entries(expected.params)) {
          const start = before[network].params[name]!.data;
          expectSameMoves(
            `${network}/${name}`,
            after[network].params[name]!.data,
            data,
            start,
            slopes[name]!.data,
          );
        }
      }
    });
  });
});

/** Both networks at once, for runtimes to run. */
function answers({ config }: Fixture, training: boolean) {
  const { generator, discriminator } = createGame(configSchema.parse(config)).networks;
  return (
    state: Networks<NetworkState>,
    { latents, real }: { latents: tf.Tensor4D; real: tf.Tensor4D },
  ) => ({
    pictures: applyNetwork(generator, state.generator, [latents], { training }).output,
    logits: applyNetwork(discriminator, state.discriminator, [real], { training }).output,
  });
}

/** D's update, then G's, from the stored states: PyTorch's names and layouts as they are. */
async function runIteration(
  runtime: Runtime,
  fixture: Fixture,
  before: Networks<HostNetworkState>,
): Promise<{ readonly output: StepOutput; readonly after: Networks<HostNetworkState> }> {
  const config: Config = configSchema.parse(fixture.config);
  const { init } = adam({ learningRate: 2e-4 });
  const state = {
    ...before,
    generatorOptimizer: init(before.generator.params),
    discriminatorOptimizer: init(before.discriminator.params),
  };
  const runner = await runtime.trainStep(
    animeDcgan.createTrainStep(config),
    state as unknown as Tree<HostTensor>,
    {
      gradients: true,
    },
  );
  const output = await runner.step({
    discriminator: {
      realImages: realPictures(fixture),
      latents: unpackLatents(fixture.latents.discriminator),
    },
    generator: { latents: unpackLatents(fixture.latents.generator) },
  });
  const after = (await runner.readState()) as unknown as Networks<HostNetworkState>;
  await runner.close();
  return { output, after };
}

type Tensors = Readonly<Record<string, HostTensor>>;

function expectSameNames(who: string, received: Tensors, expected: Tensors): void {
  expect(Object.keys(received).sort(), who).toEqual(Object.keys(expected).sort());
}

function expectSameTensors(
  who: string,
  received: Tensors,
  expected: Tensors,
  tolerance: number,
): void {
  expectSameNames(who, received, expected);
  for (const [name, { shape, data }] of Object.entries(expected)) {
    expect(received[name]!.shape).toEqual(shape);
    expectClose(`${who}/${name}`, received[name]!.data, data, tolerance);
  }
}

/** Within a share of the largest expected value. */
function expectClose(
  who: string,
  received: ArrayLike<number>,
  expected: ArrayLike<number>,
  tolerance: number,
): void {
  expect(received, who).toHaveLength(expected.length);
  const distances = Array.from(expected, (value, i) => Math.abs(received[i]! - value));
  expect(distances.every(Number.isFinite), who).toBe(true);
  expect(Math.max(...distances) / largest(expected), who).toBeLessThan(tolerance);
}

/**
 * Adam's first update moves a weight by the learning rate whatever its slope: where the slope is not
 * itself rounding, all of the move has to agree, to the last bits of the weights.
 */
function expectSameMoves(
  who: string,
  received: ArrayLike<number>,
  expected: ArrayLike<number>,
  start: ArrayLike<number>,
  slopes: ArrayLike<number>,
): void {
  const learningRate = 2e-4;
  const rounding = 2 ** -22 * largest(expected);
  const negligible = 1e-4 * largest(slopes);
  const steep = Array.from(slopes, (slope) => Math.abs(slope) > negligible);
  expect(steep.filter(Boolean).length / steep.length, who).toBeGreaterThan(0.9);
  const wrong = steep.flatMap((isSteep, i) => {
    const distance = Math.abs(received[i]! - expected[i]!);
    if (!isSteep) return distance <= 2 * learningRate + rounding ? [] : [i];
    const moved = Math.abs(received[i]! - start[i]!) > learningRate / 2;
    return moved && distance <= rounding ? [] : [i];
  });
  expect(wrong, who).toEqual([]);
}

const largest = (values: ArrayLike<number>): number => Math.max(...Array.from(values, Math.abs));
