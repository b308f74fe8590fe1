import { readdirSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runFolderAt } from '@gan-zoo/core';
import { otfBytes } from '@gan-zoo/fonts/testing';
import sharp, { type OutputInfo } from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { smallGlyphSet } from './fixtures/smallGlyphSet.ts';
import { runCommand, trainedRun } from './fixtures/trainedRun.ts';
import { generateCommand } from './generateCommand.ts';

let folder: string;
const norms = { zi2zi: 'conditional', bicycle: 'instance', pix2pix: 'instance' } as const;

/** Checkpoints alone, without run folders and data. */
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gan-zoo-generate-'));
  const data = await smallGlyphSet(folder, 64);
  for (const method of ['zi2zi', 'bicycle', 'pix2pix'] as const) {
    // A rate at which one step tells styles apart.
    const distinct = {
      generatorLearningRate: 0.1,
      norm: norms[method],
      embedding: 'learned',
      heldBackImages: 0,
    } as const;
    const run = await trainedRun(folder, data, { method, ...distinct });
    await rename(runFolderAt(run).latestCheckpoint()!.path, join(folder, `${method}.safetensors`));
    await rm(run, { recursive: true });
  }
  await rm(data, { recursive: true });
}, 120_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

const generate = (method: string, out: string, ...words: string[]) =>
  runCommand(generateCommand, folder, [
    ...['generate', '--run', `${method}.safetensors`, '--out', out, '--threads', '1', ...words],
  ]);

/** Grey levels of a picture. */
const pixelsOf = (name: string): Promise<{ data: Buffer; info: OutputInfo }> =>
  sharp(join(folder, name)).toColourspace('b-w').raw().toBuffer({ resolveWithObject: true });

/** Rows of a sheet's glyphs, `side` px each and 2 px apart. */
async function sheetRows(name: string, side: number, columns: number): Promise<Buffer[]> {
  const { width, height } = await sharp(join(folder, name)).metadata();
  expect(width).toBe(columns * (side + 2) + 2);
  const rows = Array.from({ length: (height - 2) / (side + 2) }, (_, row) => ({
    ...{ left: 0, top: 2 + row * (side + 2), width, height: side },
  }));
  return Promise.all(
    rows.map((row) => sharp(join(folder, name)).extract(row).toColourspace('b-w').raw().toBuffer()),
  );
}

describe('generate', () => {
  it('writes one page, in one style or with all below each other', async () => {
    const all = await generate('zi2zi', 'all.png', '--text', 'HAT');
    expect(all.text).toContain(
      'style-1-regular: Style 1 Regular\nstyle-2-regular: Style 2 Regular',
    );
    expect(all.code).toBe(0);
    expect((await generate('zi2zi', 'one.png', '--text', 'HAT', '--style', '1')).code).toBe(0);
    const [both, one] = [await pixelsOf('all.png'), await pixelsOf('one.png')];
    expect(both.info.height).toBe(2 * (one.info.height + 28));
    // The second style is the lower half of both, under its name.
    const lower = both.data.subarray(-one.data.length);
    expect(Buffer.compare(lower, one.data)).toBe(0);
    expect(Math.min(...both.data.subarray(0, 28 * both.info.width))).toBeLessThan(200);
  });

  it('writes a web page with a section for each style, of a text of its own', async () => {
    const { code } = await generate('zi2zi', 'pages/all.html');
    expect(code).toBe(0);
    const page = readFileSync(join(folder, 'pages/all.html'), 'utf8');
    expect(page).toContain('<html lang="en">');
    expect(page).toContain('<section class="s1">\n<h2>Style 2 Regular</h2>');
    expect(page.match(/data:image\/png;base64,/g)).toHaveLength(2 * 26);
    expect(page).not.toMatch(/https?:|<script|<link/);
  });

  it('fills a folder per style, with names that suit every file system', async () => {
    const { code, text } = await generate('zi2zi', 'many', '--text', 'A天', '--charset', 'latin');
    expect(code).toBe(0);
    expect(text).toContain('Left out, 27 of 53 characters: 天abc');
    const own = join(folder, 'many', 'style-2-regular');
    expect(readdirSync(own).sort()).toEqual(['glyphs', 'specimen.html', 'specimen.png']);
    const glyphs = readdirSync(join(own, 'glyphs'));
    expect([glyphs.length, glyphs[0]]).toEqual([26, 'u0041.png']);
    const { info } = await pixelsOf('many/style-2-regular/glyphs/u0041.png');
    expect([info.width, info.height]).toEqual([32, 32]);
    const again = await generate('zi2zi', 'many', '--text', 'A');
    expect(again.text).toContain('expected a new or empty folder');
  });

  it('draws what the data set lacks with the source font', async () => {
    await writeFile(join(folder, 'more.otf'), otfBytes({ 天: [50, 0, 900, 700] }, 'Source'));
    const words = ['--text', '天地', '--style', '0'];
    const lacking = await generate('zi2zi', 'none.png', ...words);
    expect([lacking.code, lacking.text]).toEqual([1, expect.stringContaining('--source')]);
    const { code, text } = await generate('zi2zi', 'sky.png', ...words, '--source', 'more.otf');
    expect(code).toBe(0);
    expect(text).toContain('Left out, 1 of 2 characters: 地');
  });
});

describe('generate --interpolate', () => {
  it('goes from one style to the other, row by row', async () => {
    const ends = ['--text', 'HAH', '--interpolate', 'style-1-regular,style-2-regular'];
    expect((await generate('zi2zi', 'walk.png', ...ends, '--num', '3')).code).toBe(0);
    const rows = await sheetRows('walk.png', 32, 3);
    expect(rows).toHaveLength(3);
    expect(new Set(rows.map((row) => row.toString('base64'))).size).toBe(3);
    const turned = [...ends.slice(0, 3), 'style-2-regular,style-1-regular', '--num', '3'];
    await generate('zi2zi', 'back.png', ...turned);
    const back = await sheetRows('back.png', 32, 3);
    expect([back[2]!.equals(rows[0]!), back[1]!.equals(rows[1]!)]).toEqual([true, true]);
    await generate('zi2zi', 'eight.png', ...ends);
    expect(await sheetRows('eight.png', 32, 3)).toHaveLength(8);
  });
});

describe('generate of BicycleGAN', () => {
  it('draws random styles by the seed', async () => {
    const words = ['--random-styles', '2', '--text', 'HAT', '--seed'];
    for (const [out, seed] of Object.entries({ a: '1', b: '2' })) {
      expect((await generate('bicycle', `${out}.png`, ...words, seed)).code).toBe(0);
    }
    const [a, b] = [await pixelsOf('a.png'), await pixelsOf('b.png')];
    expect(a.data.equals(b.data)).toBe(false);
    const [one, two] = await sheetRows('a.png', 64, 3);
    expect(one!.equals(two!)).toBe(false);
  });

  it('reads a style off a font, or off pictures', async () => {
    const font = await generate('bicycle', 'font.png', '--like', '2.otf', '--text', 'HAT');
    expect([font.code, font.text]).toEqual([0, expect.stringMatching(/read off 26 glyphs of Style 2/)]); // prettier-ignore
    const pictures = join(folder, 'glyphs of mine');
    await mkdir(pictures);
    const black = { create: { width: 20, height: 50, channels: 3, background: '#000' } } as const;
    const framed = sharp(black).extend({
      top: 9,
      bottom: 9,
      left: 9,
      right: 9,
      background: '#fff',
    });
    await framed.png().toFile(join(pictures, 'H.png'));
    const read = await generate('bicycle', 'like.png', '--like', pictures, '--text', 'HAT');
    expect([read.code, read.text]).toEqual([0, expect.stringContaining('off 1 glyphs of')]);
    const [one, other] = [await pixelsOf('font.png'), await pixelsOf('like.png')];
    expect(one.data.equals(other.data)).toBe(false);
    await writeFile(join(pictures, 'A.png'), 'no picture');
    const broken = await generate('bicycle', 'x.png', '--like', pictures);
    expect([broken.code, broken.text]).toEqual([1, expect.stringContaining('A.png, received one')]);
    const nowhere = await generate('bicycle', 'x.png', '--like', 'nowhere');
    expect([nowhere.code, nowhere.text]).toEqual([1, expect.stringContaining('nothing is')]);
  });
});

describe('generate refuses', () => {
  it.each([
    ['zi2zi', ['--random-styles', '2'], 'expected a network of --method bicycle'],
    ['zi2zi', ['--like', '0.otf'], 'expected a network of --method bicycle'],
    ['zi2zi', ['--style', 'kalam'], '--style: expected one of the styles'],
    ['zi2zi', ['--style', '0', '--like', '0.otf'], 'both say in which styles to draw'],
    ['zi2zi', ['--num', '3'], '--num: expected --interpolate with it'],
    ['zi2zi', ['--interpolate', '0'], '--interpolate: expected'],
    ['pix2pix', ['--interpolate', '0,1'], '--interpolate: expected one style of a network of'],
    ['pix2pix', ['--style', '0,1'], '--style: expected one style of a network of'],
    ['pix2pix', ['--random-styles', '2'], 'expected a network of --method bicycle'],
  ])('of %s: %j', async (method, words, message) => {
    const { code, text } = await generate(method, 'refused.png', ...words);
    expect([code, text]).toEqual([2, expect.stringContaining(message)]);
    expect(readdirSync(folder)).not.toContain('refused.png');
  });

  it('other files', async () => {
    const { code, text } = await generate('zi2zi', 'page.pdf');
    expect([code, text]).toEqual([
      2,
      expect.stringContaining('ends in .png or .html, or a folder'),
    ]);
  });

  it('sheets of a size that nobody opens', async () => {
    const text = ['--text', 'A'.repeat(500)];
    const { code, text: said } = await generate('bicycle', 'x.png', '--random-styles', '1000', ...text); // prettier-ignore
    expect([code, said]).toEqual([2, expect.stringContaining('500 × 1000 glyphs of 64 px')]);
  });
});
