import { assertExactResume } from '@gan-zoo/core/testing';
import { describe, it } from 'vitest';
import { cyclegan } from './definition.ts';

const folders = ['pictures/trainA', 'pictures/trainB'];

describe('cyclegan, pools of earlier fakes included', () => {
  it('goes on exactly from any step, compiled', () =>
    assertExactResume(cyclegan, {
      folders,
      steps: 4,
      backends: ['onnx-cpu'],
      config: { poolSize: 2, emaDecay: 0.9, kid: false },
    }));
});
