import { readdir, readFile, rm } from 'node:fs/promises';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { evaluateCommand } from './evaluateCommand.ts';
import { testPlace, type TestPlace } from './fixtures/testPlace.ts';
import { oneWay, twoWays } from './fixtures/tinyTranslations.ts';

let place: TestPlace;
beforeAll(async () => {
  place = await testPlace();
  vi.stubEnv('GAN_ZOO_CACHE', place.here('cache'));
  for (const [folder, names] of [
    ['testA', ['a', 'b', 'c', 'alone']],
    ['testB', ['a', 'b', 'c']],
    ['trainA', ['t', 'u']],
    ['trainB', ['v', 'w']],
    ['other', ['x', 'y', 'z']],
  ] as const) {
    for (const [index, name] of names.entries()) {
      const colour = [30 * index, 200 - 20 * index, folder.endsWith('A') ? 50 : 180] as const;
      await place.picture(`data/${folder}/${name}.png`, { width: 34, height: 32, colour });
    }
  }
  await place.checkpoint('run.safetensors', twoWays);
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await place.remove();
});

const commands = {
  twoWays: evaluateCommand(twoWays.definition, ['--run latest']),
  oneWay: evaluateCommand(oneWay.definition, ['--run latest --no-dropout']),
};

const evaluate = (words: string, command = commands.twoWays) =>
  place.call(command, [...words.split(' '), '--threads', '1']);

describe('evaluate', () => {
  it('measures pairs of equal names, with baselines, sheets and a report', async () => {
    const { code, stdout, stderr } = await evaluate('--run run.safetensors --cases 2');
    expect({ code, stderr }).toMatchObject({ code: 0 });
    expect(stderr).toContain('Left out 1 pictures without a partner of the same name');
    const folder = place.here('evaluation/step-7');
    expect(stdout).toContain(`a-to-b: 3 pictures with their truth (${place.here('data/testA')})`);
    expect(stdout).toContain(`b-to-a: 3 pictures with their truth (${place.here('data/testB')})`);
    expect(stdout).toMatch(/ {2}identity {2,}0\.\d{4}/);
    expect(stdout).toMatch(/ {2}L1: model \(.*\) does not beat /);
    expect(stdout).toContain(`Sheets and figures: ${folder}`);
    expect((await readdir(folder)).sort()).toEqual([
      ...['a-to-b-best.png', 'a-to-b-worst.png', 'b-to-a-best.png', 'b-to-a-worst.png'],
      'evaluation.json',
    ]);
    const { width, height } = await sharp(`${folder}/a-to-b-best.png`).metadata();
    expect([width, height]).toEqual([3 * 34 + 2, 2 * 34 + 2]);
    const report = JSON.parse(await readFile(`${folder}/evaluation.json`, 'utf8')) as {
      readonly step: number;
      readonly isPaired: boolean;
      readonly directions: Record<
        string,
        { methods: { name: string; measures: object }[]; pictures: object[] }
      >;
    };
    expect(report).toMatchObject({ step: 7, isPaired: true });
    expect(Object.keys(report.directions['a-to-b']!.methods[0]!.measures)).toEqual([
      ...['l1', 'psnr', 'ssim', 'kid', 'cycle'],
    ]);
    expect(report.directions['b-to-a']!.pictures).toHaveLength(3);
  });

  it('does without a truth', async () => {
    const words =
      '--run run.safetensors --test-a data/testA --test-b data/other --out here --num 2';
    const { code, stdout } = await evaluate(words);
    expect(code).toBe(0);
    expect(stdout).toContain('a-to-b: 2 pictures without a truth to compare with');
    expect(stdout).not.toContain('PSNR');
    expect(stdout).toMatch(/KID +cycle L1/);
    expect(await readdir(place.here('here'))).toContain('evaluation.json');
  });

  it('takes what the run held back when there are no test folders', async () => {
    for (let index = 0; index < 20; index++) {
      const colour = [index * 9, 90, 40] as const;
      await place.picture(`own/${index}.png`, { width: 32, height: 32, colour });
    }
    const domains = { domainA: 'own', domainB: 'own' };
    await place.checkpoint('own.safetensors', twoWays, { ...domains, seed: 3 });
    const { code, stdout } = await evaluate('--run own.safetensors --out own-results');
    expect(code).toBe(0);
    expect(stdout).toContain(
      'a-to-b: 2 pictures without a truth to compare with (held back of domain A)',
    );
  });

  it('measures one direction by pairs side by side', async () => {
    for (const [folder, count] of [
      ['train', 12],
      ['val', 3],
    ] as const) {
      for (let index = 0; index < count; index++) {
        const colour = [index * 9, 90, 40] as const;
        await place.picture(`pairs/${folder}/${index}.png`, { width: 128, height: 64, colour });
      }
    }
    const config = { data: 'pairs', imageSize: 64 };
    await place.checkpoint('pairs.safetensors', oneWay, config);
    const { code, stdout, stderr } = await evaluate(
      '--run pairs.safetensors --out pair-results',
      commands.oneWay,
    );
    expect({ code, stderr }).toMatchObject({ code: 0 });
    expect(stdout).toContain(`b-to-a: 3 pictures with their truth (${place.here('pairs/val')})`);
    expect(stdout).toMatch(/ {2}identity {2,}0\.\d{4}/);
    expect(stdout).not.toContain('cycle');
    expect((await readdir(place.here('pair-results'))).sort()).toEqual([
      ...['b-to-a-best.png', 'b-to-a-worst.png', 'evaluation.json'],
    ]);
    const { width } = await sharp(place.here('pair-results/b-to-a-best.png')).metadata();
    expect(width).toBe(3 * 66 + 2);
    await rm(place.here('pairs/val'), { recursive: true });
    const held = await evaluate('--run pairs.safetensors --out held-results', commands.oneWay);
    expect(held.stdout).toContain('b-to-a: 1 pictures with their truth (held back of domain B)');
    const other = '--run pairs.safetensors --test-a data/testA --test-b data/other';
    const { code: failed, stderr: reason } = await evaluate(other, commands.oneWay);
    expect([failed, reason]).toEqual([
      1,
      expect.stringContaining(
        `evaluate: expected pairs, pictures of equal names in ${place.here('data/testA')} and ` +
          `${place.here('data/other')}, found 0 and 7 pictures without a partner. ` +
          'Give the pictures of a pair the same name.',
      ),
    ]);
  });

  it('says what is wrong', async () => {
    const one = await evaluate('--run run.safetensors --test-a data/testA');
    expect([one.code, one.stderr]).toEqual([
      2,
      expect.stringContaining('--test-a: expected --test-b beside it, received none.'),
    ]);
    const few = { domainA: 'data/trainA', domainB: 'data/trainB' };
    await place.checkpoint('few.safetensors', twoWays, few);
    const none = await evaluate('--run few.safetensors');
    expect([none.code, none.stderr]).toEqual([
      1,
      expect.stringContaining(
        'evaluate: expected pictures that were not trained on, found none held back of domain A. ' +
          'Name folders with --test-a and --test-b.',
      ),
    ]);
  });
});
