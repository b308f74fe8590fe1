import { createRuntime, type HostTensor } from '@gan-zoo/compiler';
import { describe, expect, it } from 'vitest';
import { applyNetwork, initNetwork, type NetworkState } from '../layers/index.ts';
import { createRandom } from '../random/index.ts';
import { translationGenerator, type TranslationGeneratorOptions } from './translationGenerator.ts';
import type * as tf from '@tensorflow/tfjs';

const options: TranslationGeneratorOptions = {
  ...{ kind: 'resnet', inChannels: 3, outChannels: 3, filters: 2, norm: 'instance', blocks: 1 },
  ...{ upsampling: 'nearest', dropoutRate: 0 },
};

describe('a residual generator', () => {
  it('has the same parameters, and adds what the other one draws to the picture', async () => {
    const [plain, residual] = [false, true].map((residual) =>
      translationGenerator({ ...options, residual }),
    ) as [ReturnType<typeof translationGenerator>, ReturnType<typeof translationGenerator>];
    expect(Object.keys(residual.parameters)).toEqual(Object.keys(plain.parameters));

    const runtime = await createRuntime({ backend: 'onnx-cpu', threads: 1 });
    const state = initNetwork(plain, createRandom(0), { name: 'generator' });
    const values = createRandom(1)
      .stream('images')
      .at(0)
      .uniforms(8 * 8 * 3);
    const images: HostTensor = {
      ...{ dtype: 'float32', shape: [1, 8, 8, 3] },
      data: values.map((value) => 2 * value - 1),
    };
    const draw = (module: typeof plain) =>
      runtime.function(
        (own: NetworkState, given: tf.Tensor) =>
          applyNetwork(module, own, [given], { training: false }).output,
      )(state as never, images) as Promise<HostTensor>;
    const [drawn, added] = [await draw(plain), await draw(residual)];
    await runtime.close();

    const expected = Array.from(drawn.data, (value, index) =>
      Math.min(1, Math.max(-1, value + images.data[index]!)),
    );
    expect(expected.some((value) => Math.abs(value) === 1)).toBe(true);
    expected.forEach((value, index) => expect(added.data[index]).toBeCloseTo(value, 5));
  });
});
