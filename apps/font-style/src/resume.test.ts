import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { assertExactResume } from '@gan-zoo/core/testing';
import { afterAll, beforeAll, it } from 'vitest';
import { fontStyle } from './definition.ts';
import { smallGlyphSet } from './fixtures/smallGlyphSet.ts';

let folder: string;
let data: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gan-zoo-glyphs-'));
  data = await smallGlyphSet(folder, 64);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const methods = {
  zi2zi: { method: 'zi2zi', imageSize: 16, shuffleFromEpoch: 0 },
  bicycle: { method: 'bicycle', imageSize: 64, filters: 1 },
} as const;

it.each(Object.entries(methods))(
  'a training by %s that stops after every step ends with the same bytes',
  async (_name, config) => {
    const prepare = (): Promise<void> => Promise.resolve();
    await assertExactResume(fontStyle, {
      config: { ...config, data, kid: false },
      prepare,
      steps: 3,
    });
  },
  180_000,
);
