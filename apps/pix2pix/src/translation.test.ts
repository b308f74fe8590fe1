import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  createRandom,
  evaluateCommand,
  runCli,
  saveCheckpoint,
  savePng,
  translateCommand,
  type Command,
} from '@gan-zoo/core';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { configSchema } from './config.ts';
import { pix2pix } from './definition.ts';

let root: string;
const here = (...names: string[]): string => join(root, ...names);

/** Writes pairs of noise side by side, 64 px each. */
async function savePairs(folder: string, count: number): Promise<void> {
  const stream = createRandom(0).stream('pairs');
  for (let pair = 0; pair < count; pair++) {
    const data = Uint8Array.from(stream.at(pair).uniforms(128 * 64 * 3), (value) => 256 * value);
    await savePng(join(folder, `${pair}.png`), { width: 128, height: 64, channels: 3, data });
  }
}

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'gan-zoo-pix2pix-'));
  vi.stubEnv('GAN_ZOO_CACHE', here('cache'));
  await savePairs(here('data', 'train'), 24);
  const config = configSchema.parse({ ...pix2pix.tinyConfig, data: 'data', direction: 'b-to-a' });
  const metadata = { app: pix2pix.name, appVersion: pix2pix.version, step: 7, epoch: 1, config };
  const state = pix2pix.initState(config, createRandom(1));
  await saveCheckpoint(here('run.safetensors'), { state, metadata });
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await rm(root, { recursive: true });
});

async function call(command: Command, words: string) {
  let [stdout, stderr] = ['', ''];
  const code = await runCli({
    ...{ name: pix2pix.name, description: '', version: pix2pix.version, commands: [command] },
    argv: [command.name, '--run', 'run.safetensors', ...words.split(' '), '--threads', '1'],
    env: { INIT_CWD: root },
    stdout: { write: (text) => (stdout += text) },
    stderr: { write: (text) => (stderr += text) },
  });
  return { code, stdout, stderr };
}

describe('translate', () => {
  it('draws dropout from the seed, or leaves it out', async () => {
    const translate = async (out: string, options = '') => {
      const words = `--input data/train/0.png --out ${out}${options}`;
      const { code, stderr } = await call(translateCommand(pix2pix.translation, []), words);
      expect({ code, stderr }).toMatchObject({ code: 0 });
      expect(stderr).toContain('Translating b-to-a with step 7');
      return readFile(here(out, '0.png'));
    };
    const drawn = await translate('one', ' --seed 5');
    expect(await translate('again', ' --seed 5')).toEqual(drawn);
    expect(await translate('other', ' --seed 6')).not.toEqual(drawn);
    expect(await translate('without', ' --no-dropout')).not.toEqual(drawn);
  });
});

describe('evaluate', () => {
  const evaluate = (out: string) => call(evaluateCommand(pix2pix.translation, []), `--out ${out}`);

  it('measures by held-back pairs, or by those of the test folder', async () => {
    const held = await evaluate('held');
    expect(held.code).toBe(0);
    expect(held.stdout).toContain('b-to-a: 2 pictures with their truth (held back of domain B)');
    await savePairs(here('data', 'test'), 3);
    const { stdout } = await evaluate('out');
    expect(stdout).toContain(`b-to-a: 3 pictures with their truth (${here('data', 'test')})`);
    expect((await readdir(here('out'))).sort()).toEqual([
      ...['b-to-a-best.png', 'b-to-a-worst.png', 'evaluation.json'],
    ]);
    const report = JSON.parse(await readFile(here('out', 'evaluation.json'), 'utf8')) as {
      readonly isPaired: boolean;
      readonly directions: Record<string, { methods: { name: string; measures: object }[] }>;
    };
    expect(report.isPaired).toBe(true);
    expect(
      report.directions['b-to-a']!.methods.map(({ name, measures }) => [
        name,
        ...Object.keys(measures),
      ]),
    ).toEqual([
      ['model', 'l1', 'psnr', 'ssim', 'kid'],
      ['identity', 'l1', 'psnr', 'ssim', 'kid'],
      ['mean colours', 'l1', 'psnr', 'ssim', 'kid'],
    ]);
  });
});
