import { assertExactResume, eagerBackend } from '@gan-zoo/core/testing';
import { describe, it } from 'vitest';
import { pix2pix } from './definition.ts';

const pairs = {
  folders: ['pictures/a', 'pictures/b'],
  config: { domainA: 'pictures/a', domainB: 'pictures/b' },
};

describe('pix2pix, dropout included', () => {
  it('goes on exactly from any step, eagerly', () =>
    assertExactResume(pix2pix, {
      ...pairs,
      steps: 3,
      backends: [eagerBackend],
      config: { ...pairs.config, filters: 1, discriminatorFilters: 1, kid: false },
    }));
});
