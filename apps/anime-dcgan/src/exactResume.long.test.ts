import { assertExactResume, eagerBackend } from '@gan-zoo/core/testing';
import { describe, it } from 'vitest';
import { animeDcgan } from './definition.ts';

/** As narrow as the networks get: the eager backend takes its time. */
const narrow = { generatorFilters: 1, discriminatorFilters: 1, latentDim: 4, batchSize: 2 };

describe('anime-dcgan', () => {
  it('goes on exactly from any step, eagerly', () =>
    assertExactResume(animeDcgan, {
      steps: 3,
      backends: [eagerBackend],
      config: { ...narrow, sampleCount: 2, kid: false },
    }));
});
