import { assertExactResume } from '@gan-zoo/core/testing';
import { describe, it } from 'vitest';
import { animeDcgan } from './definition.ts';

describe('anime-dcgan', () => {
  it('goes on exactly from any step, compiled', () =>
    assertExactResume(animeDcgan, {
      steps: 4,
      backends: ['onnx-cpu'],
      config: {
        ...{ imageSize: 32, emaDecay: 0.9, instanceNoise: 0.1 },
        augment: ['color', 'translation', 'cutout'],
      },
    }));
});
