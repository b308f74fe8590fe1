import { createRuntime, type HostTensor } from '@gan-zoo/compiler';
import type * as tf from '@tensorflow/tfjs';
import { describe, expect, it } from 'vitest';
import { createRandom } from '../../model/random/index.ts';
import { eagerBackend } from '../../testing/index.ts';
import { exchange, planPool, type PoolPlan } from './imagePool.ts';

const random = createRandom(4);
const planAt = (step: number, count: number, size: number): PoolPlan<HostTensor<'int32'>> =>
  planPool({ random, stream: 'pool/a', step, count, size });

/** Follows a pool of numbered fakes over some steps: what was shown at each, and what is left. */
function follow(steps: number, count: number, size: number) {
  let pool = Array.from({ length: size }, () => -1);
  const shown: number[][] = [];
  for (let step = 0; step < steps; step++) {
    const { shown: out, kept } = planAt(step, count, size);
    const rows = [...pool, ...Array.from({ length: count }, (_, i) => step * count + i)];
    shown.push(Array.from(out.data, (row) => rows[row]!));
    pool = Array.from(kept.data, (row) => rows[row]!);
  }
  return { shown, pool };
}

describe('planPool', () => {
  it('fills the pool first, and shows what comes', () => {
    const { shown, pool } = follow(5, 1, 5);
    expect(shown.flat()).toEqual([0, 1, 2, 3, 4]);
    expect(pool).toEqual([0, 1, 2, 3, 4]);
  });

  it('then shows half of the fakes at once and exchanges the others for old ones', () => {
    const steps = 4000;
    const { shown } = follow(steps, 1, 5);
    const isNew = shown.slice(5).map(([fake], i) => fake === i + 5);
    const share = isNew.filter(Boolean).length / isNew.length;
    expect(Math.abs(share - 0.5)).toBeLessThan(0.03);
    // Every fake is shown at most once: it is either shown at once or waits in the pool.
    expect(new Set(shown.slice(5).flat()).size).toBeGreaterThanOrEqual(steps - 5 - 5);
  });

  it('chooses all places of the pool alike', () => {
    const places = [0, 0, 0, 0];
    for (let step = 4; step < 4000; step++) {
      const { kept } = planAt(step, 1, 4);
      kept.data.forEach((row, place) => (places[place]! += row === 4 ? 1 : 0));
    }
    for (const count of places) expect(Math.abs(count / (3996 / 8) - 1)).toBeLessThan(0.15);
  });

  it('takes the fakes of a batch one after the other', () => {
    const { shown, pool } = follow(500, 4, 3);
    // The pool is full within the first batch, whose last fake may draw an earlier one out.
    expect(shown[0]!.slice(0, 3)).toEqual([0, 1, 2]);
    expect(pool.every((fake) => fake >= 0)).toBe(true);
    const sameBatch = shown.some((batch, step) =>
      batch.some((fake, i) => fake !== step * 4 + i && fake >= step * 4),
    );
    expect(sameBatch).toBe(true);
    const everShown = shown.flat();
    expect(new Set([...everShown, ...pool]).size).toBe(2000);
  });

  it('is a function of the step alone', () => {
    expect(planAt(321, 2, 50)).toEqual(planAt(321, 2, 50));
    expect(planAt(321, 2, 50)).not.toEqual(planAt(322, 2, 50));
  });
});

it.each([eagerBackend, 'onnx-cpu'] as const)('exchange carries a plan out, %s', async (backend) => {
  const runtime = await createRuntime({ backend, threads: 1 });
  const images = (...values: number[]): HostTensor => ({
    ...{ dtype: 'float32', shape: [values.length, 1, 2, 1] },
    data: Float32Array.from(values.flatMap((value) => [value, -value])),
  });
  const indices = (...values: number[]): HostTensor => ({
    ...{ dtype: 'int32', shape: [values.length], data: Int32Array.from(values) },
  });
  const run = runtime.function((pool: tf.Tensor4D, fakes: tf.Tensor4D, plan: PoolPlan) =>
    exchange(pool, fakes, plan),
  );
  const plan = { shown: indices(1, 4), kept: indices(0, 3, 2) };
  expect(await run(images(1, 2, 3), images(8, 9), plan)).toEqual({
    shown: images(2, 9),
    pool: images(1, 8, 3),
  });
  await runtime.close();
});
