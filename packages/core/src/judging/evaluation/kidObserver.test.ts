import { createRuntime, hostTensor, type HostTensor } from '@gan-zoo/compiler';
import { describe, expect, it } from 'vitest';
import { createRandom } from '../../model/random/index.ts';
import type { ObserverPlace } from '../../training/trainer/observer.ts';
import { kidObserver } from './kidObserver.ts';

/** Pictures [count, 12, 12, 1] of noise around a level. */
const noise = (count: number, level: number): HostTensor =>
  hostTensor(
    [count, 12, 12, 1],
    createRandom(count)
      .stream('noise')
      .at(0)
      .normals(count * 144, { mean: level, standardDeviation: 0.2 }),
  );

async function placeFor(kid: boolean | undefined, heldBackCount: number) {
  const runtime = await createRuntime({ threads: 1 });
  let readings = 0;
  const place = {
    config: { kid },
    definition: {
      sample: { fakes: [{ name: 'images', like: 'real' }] },
      references: () => {
        readings++;
        const heldBack = heldBackCount === 0 ? undefined : noise(heldBackCount, 0.8);
        return Promise.resolve({ real: { training: noise(6, -0.8), heldBack } });
      },
    },
    runtime,
  } as unknown as ObserverPlace;
  return { place, runtime, readings: () => readings };
}

const moment = { step: 5, epoch: 0, paths: [], state: {} };

describe('kidObserver', () => {
  it('measures against trained-on pictures where few are held back, read once', async () => {
    const { place, runtime, readings } = await placeFor(true, 3);
    const observer = (await kidObserver.create(place))!;
    expect(readings()).toBe(0);
    const near = await observer.drawn!({ ...moment, images: { images: noise(5, -0.8) } });
    const far = await observer.drawn!({ ...moment, images: { images: noise(5, 0.8) } });
    expect((far as { kid: number }).kid).toBeGreaterThan((near as { kid: number }).kid + 0.01);
    expect(readings()).toBe(1);
    await runtime.close();
  });

  it('measures against held-back pictures where there are enough', async () => {
    const { place, runtime } = await placeFor(true, 32);
    const observer = (await kidObserver.create(place))!;
    const near = await observer.drawn!({ ...moment, images: { images: noise(5, 0.8) } });
    const far = await observer.drawn!({ ...moment, images: { images: noise(5, -0.8) } });
    expect((far as { kid: number }).kid).toBeGreaterThan((near as { kid: number }).kid + 0.01);
    await runtime.close();
  });

  it('is absent when nobody asked for it', async () => {
    for (const kid of [false, undefined]) {
      const { place, runtime } = await placeFor(kid, 0);
      expect(await kidObserver.create(place)).toBeUndefined();
      await runtime.close();
    }
  });
});
