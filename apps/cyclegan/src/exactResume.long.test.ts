import { assertExactResume, eagerBackend } from '@gan-zoo/core/testing';
import { describe, it } from 'vitest';
import { cyclegan } from './definition.ts';

const folders = ['pictures/trainA', 'pictures/trainB'];

describe('cyclegan, pools of earlier fakes included', () => {
  it('goes on exactly from any step, eagerly', () =>
    assertExactResume(cyclegan, {
      folders,
      steps: 3,
      backends: [eagerBackend],
      config: { filters: 1, discriminatorFilters: 1, blocks: 1, poolSize: 2, kid: false },
    }));
});
