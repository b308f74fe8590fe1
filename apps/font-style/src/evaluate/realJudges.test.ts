import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRuntime, type Runtime } from '@gan-zoo/compiler';
import { meanOf } from '@gan-zoo/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { smallGlyphSet } from '../fixtures/smallGlyphSet.ts';
import { openGlyphs } from '../glyphData/index.ts';
import { readShaped } from './readShaped.ts';
import { realCharacterJudge } from './realJudges.ts';

let folder: string;
let runtime: Runtime;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gan-zoo-judges-'));
  runtime = await createRuntime({ threads: 1 });
});
afterAll(async () => {
  await runtime.close();
  await rm(folder, { recursive: true, force: true });
});

async function newFolder(name: string): Promise<string> {
  await mkdir(join(folder, name));
  return join(folder, name);
}

const common = { imageSize: 48, seed: 1 };

describe('realCharacterJudge', () => {
  it('tells letters apart, in styles that it saw others in', async () => {
    const dataset = await openGlyphs(await smallGlyphSet(await newFolder('pairs'), 48, 'pairs'));
    const fonts = [1, 2];
    const judge = (await realCharacterJudge({ ...common, dataset, fonts, runtime }))!;
    const letters = dataset.characters;
    const labels = letters.map((letter) => judge.labelOf(letter));
    /** How many places in the alphabet judged letters are away from what they are. */
    const errorsIn = async (part: 'training' | 'test'): Promise<number[]> => {
      const pairs = dataset.pairs(part);
      const places = pairs.map(({ style, character }) => ({ font: style + 1, character }));
      const judged = await judge.classify(await readShaped(dataset, places, 48));
      return pairs.map(({ character }, at) => Math.abs(labels.indexOf(judged[at]!) - character));
    };
    const training = await errorsIn('training');
    expect(training.filter((error) => error === 0).length / training.length).toBeGreaterThan(0.9);
    // Letters are as high as their places are late, neighbours by one pixel; chance is a third of 26.
    expect(meanOf(await errorsIn('test'))).toBeLessThan(3);
    expect(judge.labelOf('!')).toBe(-1);
    await judge.close();
    const pairs = Array.from({ length: 257 }, (_, character) => ({ style: 0, character }));
    const many = { ...dataset, pairs: () => pairs };
    expect(await realCharacterJudge({ ...common, dataset: many, fonts, runtime })).toBeUndefined();
    await dataset.close();
  });

  it('has nothing to learn from where tested letters are unseen in all styles', async () => {
    const dataset = await openGlyphs(await smallGlyphSet(await newFolder('characters'), 48));
    expect(
      await realCharacterJudge({ ...common, dataset, fonts: [1, 2], runtime }),
    ).toBeUndefined();
    await dataset.close();
  });
});
