import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  createRandom,
  evaluateCommand,
  runCli,
  saveCheckpoint,
  toPixels,
  translateCommand,
  type Command,
} from '@gan-zoo/core';
import { saveNoisePictures, unpackImages } from '@gan-zoo/core/testing';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { configSchema, type Config } from './config.ts';
import { cyclegan } from './definition.ts';
import { fixturePath, readFixture, type GeneratorsFixture } from './fixtures/readFixture.ts';

const translate = translateCommand(cyclegan.translation, []);
const evaluate = evaluateCommand(cyclegan.translation, []);

let root: string;
const here = (...names: string[]): string => join(root, ...names);

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'gan-zoo-translate-'));
  vi.stubEnv('GAN_ZOO_CACHE', here('cache'));
  await saveNoisePictures(here('data', 'trainA'), 24, 32);
  await saveNoisePictures(here('data', 'trainB'), 24, 32);
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await rm(root, { recursive: true });
});

async function checkpoint(name: string, given: Partial<Config>): Promise<void> {
  const config = configSchema.parse({ ...cyclegan.tinyConfig, data: 'data', ...given });
  const metadata = { app: cyclegan.name, appVersion: cyclegan.version, step: 7, epoch: 1, config };
  await saveCheckpoint(here(name), {
    state: cyclegan.initState(config, createRandom(1)),
    metadata,
  });
}

async function call(command: Command, words: string) {
  let [stdout, stderr] = ['', ''];
  const code = await runCli({
    ...{ name: cyclegan.name, description: '', version: cyclegan.version, commands: [command] },
    argv: [command.name, ...words.split(' '), '--threads', '1'],
    env: { INIT_CWD: root },
    stdout: { write: (text) => (stdout += text) },
    stderr: { write: (text) => (stderr += text) },
  });
  return { code, stdout, stderr };
}

const pixelsOf = (name: string): Promise<Buffer> => sharp(here(name)).raw().toBuffer();

describe('translate', () => {
  it('takes the generator of each direction, with its channels, and comes back', async () => {
    await checkpoint('grey.safetensors', { channelsB: 1, lambdaIdentity: 0 });
    await checkpoint('colour.safetensors', {});
    const input = '--input data/trainA/0.png --out';
    const { code } = await call(translate, `--run grey.safetensors ${input} grey --compare`);
    expect(code).toBe(0);
    expect(await sharp(here('grey/0.png')).metadata()).toMatchObject({ width: 32, channels: 1 });
    // Input, translation, reconstruction, and margins of 2 px.
    expect(await sharp(here('grey/compare/0.png')).metadata()).toMatchObject({ width: 3 * 32 + 8 });
    const back = '--direction b-to-a';
    await call(translate, `--run grey.safetensors ${back} ${input} colour`);
    expect(await sharp(here('colour/0.png')).metadata()).toMatchObject({ channels: 3 });
    await call(translate, `--run colour.safetensors ${input} there`);
    await call(translate, `--run colour.safetensors ${back} ${input} back`);
    expect(await pixelsOf('there/0.png')).not.toEqual(await pixelsOf('back/0.png'));
  });

  it("translates with the original authors' weights as PyTorch does", async () => {
    const { images, translated } = readFixture<GeneratorsFixture>('generators').resnet;
    const [input, expected] = [unpackImages(images), unpackImages(translated)];
    const [, height = 0, width = 0] = input.shape;
    const { data } = toPixels(input)[0]!;
    const png = sharp(data, { raw: { width, height, channels: 3 } }).png();
    await writeFile(here('fixture.png'), await png.toBuffer());
    const weights = `--weights ${fixturePath('resnet.pth')}`;
    const { code, stderr } = await call(
      translate,
      `${weights} --input fixture.png --out authors --compare`,
    );
    expect({ code, stderr }).toMatchObject({ code: 0 });
    const received = await pixelsOf('authors/fixture.png');
    const wanted = toPixels(expected)[0]!.data;
    expect(received.length).toBe(wanted.length);
    // The input is rounded to bytes, which random weights make more of.
    wanted.forEach((value, at) => expect(Math.abs(value - received[at]!)).toBeLessThan(8));
    const sheet = await sharp(here('authors/compare/fixture.png')).metadata();
    expect(sheet).toMatchObject({ width: 2 * width + 6 });
  });
});

describe('evaluate', () => {
  it('measures both directions on what the run held back', async () => {
    await checkpoint('run.safetensors', {});
    const { code, stdout, stderr } = await call(evaluate, '--run run.safetensors --out out');
    expect({ code, stderr }).toMatchObject({ code: 0 });
    for (const [direction, domain] of [
      ['a-to-b', 'A'],
      ['b-to-a', 'B'],
    ]) {
      expect(stdout).toContain(
        `${direction}: 2 pictures without a truth to compare with (held back of domain ${domain})`,
      );
    }
    const report = JSON.parse(await readFile(here('out/evaluation.json'), 'utf8')) as {
      readonly directions: Record<string, { methods: { measures: object }[] }>;
    };
    expect(Object.keys(report.directions)).toEqual(['a-to-b', 'b-to-a']);
    const { measures } = report.directions['a-to-b']!.methods[0]!;
    expect(Object.keys(measures).sort()).toEqual(['cycle', 'kid']);
  });
});
