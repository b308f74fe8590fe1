import { assertExactResume } from '@gan-zoo/core/testing';
import { describe, it } from 'vitest';
import { pix2pix } from './definition.ts';

const pairs = {
  folders: ['pictures/a', 'pictures/b'],
  config: { domainA: 'pictures/a', domainB: 'pictures/b' },
};

describe('pix2pix, dropout included', () => {
  it('goes on exactly from any step, compiled', () =>
    assertExactResume(pix2pix, { ...pairs, steps: 4, backends: ['onnx-cpu'] }));
});
