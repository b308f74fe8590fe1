import { mkdtemp, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRuntime, type Runtime } from '@gan-zoo/compiler';
import { createRandom, runFolderAt, type CommandContext } from '@gan-zoo/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { smallGlyphSet } from '../fixtures/smallGlyphSet.ts';
import { trainedRun } from '../fixtures/trainedRun.ts';
import { openGlyphs } from '../glyphData/index.ts';
import {
  createGlyphDrawer,
  findStyle,
  loadStyles,
  sourceGlyphs,
  type LoadedStyles,
} from './index.ts';
import { meanStyle } from './styleVectors.ts';

const distance = (one: Float32Array, other: Float32Array): number =>
  Math.hypot(...one.map((value, at) => value - other[at]!));

let folder: string;
let runtime: Runtime;
const runs = new Map<string, LoadedStyles>();
const lines: string[] = [];
const context = {
  log: (line: string) => lines.push(line),
  signal: new AbortController().signal,
} as unknown as CommandContext;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gan-zoo-drawing-'));
  runtime = await createRuntime({ backend: 'onnx-cpu', threads: 1 });
  const data = await smallGlyphSet(folder, 64);
  for (const method of ['zi2zi', 'bicycle', 'pix2pix'] as const) {
    const run = await trainedRun(folder, data, { method });
    // Moved away from its run and its data: the checkpoint is enough.
    const alone = join(folder, `${method}.safetensors`);
    await rename(runFolderAt(run).latestCheckpoint()!.path, alone);
    runs.set(method, await loadStyles(alone, { ...context, workingFolder: folder }));
  }
}, 120_000);
afterAll(async () => {
  await runtime.close();
  await rm(folder, { recursive: true, force: true });
});

describe('a checkpoint', () => {
  it('carries all source glyphs, glyphs of its styles that were trained on, and no others', async () => {
    const dataset = await openGlyphs(join(folder, 'glyphs'));
    const { glyphs } = runs.get('zi2zi')!;
    const source = dataset.characters.map((_, character) => ({ font: 0, character }));
    expect(await glyphs.read(source)).toEqual(await dataset.read(source));
    expect(glyphs.pairs('test')).toEqual([]);
    const [first, ...others] = glyphs.pairs('training', [1]);
    expect(others.length).toBeGreaterThan(10);
    const place = { font: 2, character: first!.character };
    expect(await glyphs.read([place])).toEqual(await dataset.read([place]));
    expect(glyphs.advance(place)).toBe(dataset.advance(place));
    const unseen = { font: 1, character: dataset.split.test[0]! };
    expect([glyphs.partOf(unseen), glyphs.advance(unseen)]).toEqual([undefined, 0]);
    await dataset.close();
  });

  it('names its styles, and where their glyphs stand in the network’s pictures', () => {
    const loaded = runs.get('zi2zi')!;
    expect(loaded.styles.map(({ font }) => font.id)).toEqual([
      'style-1-regular',
      'style-2-regular',
    ]);
    expect(loaded.styles[0]!.placement.imageSize).toBe(32);
    const { font, placement } = findStyle(loaded, '--style', '1');
    expect(font.id).toBe('style-2-regular');
    expect(placement.pixelsPerEm).toBeCloseTo(font.placement.pixelsPerEm / 2, 9);
    expect(() => findStyle(loaded, '--style', 'kalam')).toThrow(
      '--style: expected one of the styles that the run was trained on (style-1-regular, ' +
        'style-2-regular), received kalam.',
    );
  });
});

describe('sourceGlyphs', () => {
  it('draws what the data set lacks with the font, and tells what is missing', async () => {
    const { glyphs } = runs.get('zi2zi')!;
    const characters = ['B', '天'];
    const without = await sourceGlyphs({ glyphs, characters, context });
    expect([without.characters, without.missing]).toEqual([['B'], ['天']]);
    expect(lines.at(-1)).toMatch(/^Not in the data set, and its source font Source .*: 天\./);
    const source = join(folder, '0.otf');
    const withFont = await sourceGlyphs({ glyphs, characters: ['B', 'A'], source, context });
    expect(withFont.pixels.length).toBe(2 * 64 * 64);
    await expect(sourceGlyphs({ glyphs, characters: ['天'], context })).rejects.toThrow(
      'characters: expected some that the source font Source',
    );
  });
});

describe.each(['zi2zi', 'bicycle', 'pix2pix'])('a drawer of %s', (method) => {
  it('draws any number of glyphs, each as if it were alone', async () => {
    const loaded = runs.get(method)!;
    const drawer = createGlyphDrawer(runtime, loaded);
    const characters = [...loaded.glyphs.characters, ...loaded.glyphs.characters].slice(0, 40);
    const { pixels } = await sourceGlyphs({ ...loaded, characters, context });
    const style = await drawer.vectorOf(loaded.styles[1]!);
    const size = loaded.config.imageSize ** 2;
    const progress: number[] = [];
    const all = await drawer.draw(pixels, style, { onProgress: (done) => progress.push(done) });
    expect(all.length).toBe(40 * size);
    expect(progress).toEqual([32, 40]);
    if (method !== 'pix2pix') {
      const one = await drawer.draw(pixels.subarray(35 * 64 ** 2, 36 * 64 ** 2), style);
      expect(one).toEqual(all.subarray(35 * size, 36 * size));
    }
    await drawer.close();
  });
});

describe('styles', () => {
  it('are numbered in zi2zi, and cannot be read or drawn at random there', async () => {
    const loaded = runs.get('zi2zi')!;
    const drawer = createGlyphDrawer(runtime, loaded);
    expect([...(await drawer.vectorOf(loaded.styles[1]!))]).toEqual([0, 1, 0, 0]);
    const message = /expected a network of --method bicycle, .* received one of zi2zi\./;
    await expect(drawer.randomStyles(2, createRandom(0))).rejects.toThrow(message);
    await expect(drawer.readStyle(new Uint8Array(64 * 64))).rejects.toThrow(message);
    await drawer.close();
  });

  it('are read off glyphs in BicycleGAN, or random by the seed', async () => {
    const loaded = runs.get('bicycle')!;
    const drawer = createGlyphDrawer(runtime, loaded);
    const [one, two] = await Promise.all(loaded.styles.map((style) => drawer.vectorOf(style)));
    expect(one).not.toEqual(two);
    const references = loaded.glyphs.pairs('training', [0]).slice(0, 1);
    const single = await loaded.glyphs.read(
      references.map(({ character }) => ({ font: 1, character })),
    );
    const twice = new Uint8Array([...single, ...single]);
    expect(await drawer.readStyle(twice)).toEqual(await drawer.readStyle(single));
    const random = await drawer.randomStyles(3, createRandom(4));
    expect(random).toEqual(await drawer.randomStyles(3, createRandom(4)));
    expect(random[0]).not.toEqual(random[1]);
    // As many glyphs of both fonts are carried: the mean lies in the middle between them.
    const many = meanStyle(await drawer.randomStyles(2000, createRandom(5)));
    const [middle, apart] = [meanStyle([one!, two!]), distance(one!, two!)];
    expect(distance(many, middle)).toBeLessThan(apart / 4);
    await drawer.close();
  });
});
