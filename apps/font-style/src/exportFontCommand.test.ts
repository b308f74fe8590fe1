import { mkdtemp, readdir, readFile, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runFolderAt } from '@gan-zoo/core';
import { readFontFile, type ExportReport } from '@gan-zoo/fonts';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { exportFontCommand } from './exportFontCommand.ts';
import { smallGlyphSet } from './fixtures/smallGlyphSet.ts';
import { runCommand, trainedRun } from './fixtures/trainedRun.ts';

let folder: string;
const called = (words: string, ...more: string[]) =>
  runCommand(exportFontCommand, folder, ['export-font', ...words.split(' '), ...more]);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gan-zoo-export-'));
  const data = await smallGlyphSet(folder, 64);
  // Enough steps for boxes to come out as boxes.
  const drawing = { steps: 60, generatorLearningRate: 1e-2, lambdaConstant: 0, filters: 4 };
  const compiled = { backend: 'onnx-cpu', generatorUpdates: 2 } as const;
  const run = await trainedRun(folder, data, { method: 'zi2zi', ...drawing, ...compiled });
  await rename(runFolderAt(run).latestCheckpoint()!.path, join(folder, 'zi2zi.safetensors'));
}, 120_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('export-font', () => {
  it('explains wrong use', async () => {
    const none = await called('--run zi2zi.safetensors --licence CC0-1.0');
    expect([none.code, none.text]).toEqual([
      2,
      expect.stringContaining(
        'expected --style, since the run has 2 styles, received none. Choose one of ' +
          'style-1-regular, style-2-regular.',
      ),
    ]);
    const name = await called('--run zi2zi.safetensors --style 0 --out font.ttf');
    expect([name.code, name.text]).toEqual([
      2,
      expect.stringContaining('--out: expected a file that ends in .otf, received "font.ttf".'),
    ]);
    const random = await called('--run zi2zi.safetensors --random-style --licence CC0-1.0');
    expect([random.code, random.text]).toEqual([
      2,
      expect.stringContaining('expected a network of --method bicycle'),
    ]);
  });

  it('asks for the licence of fonts that do not say theirs', async () => {
    const { code, text } = await called('--run zi2zi.safetensors --style 1');
    expect(code).toBe(1);
    expect(text).toContain('expected fonts whose licence is known, received Source Regular, Style');
    expect(await readdir(folder)).not.toContain('fonts');
  });

  it('writes a font, specimens and a report, and tells what failed', async () => {
    const words = '--run zi2zi.safetensors --style 1 --licence CC0-1.0 --text ABCDEFGZ天';
    const { code, text } = await called(words, '--family', 'Mine Own', '--author', 'Me');
    expect(code).toBe(0);
    expect(text).toMatch(/ of 8 characters became glyphs in /);
    expect(text).toContain(
      'left out, not in the source font: 天\nfamily: Mine Own; licence: CC0-1.0',
    );
    expect(text).toContain('Warning: The licence of Source Regular, Style 2 Regular is not known');
    const [path] = /^\/.*fonts.style-2-regular-step-60$/m.exec(text.replace('.otf\n', '\n'))!;
    const report = JSON.parse(await readFile(`${path}.json`, 'utf8')) as ExportReport & object;
    expect(report).toMatchObject({ pictures: 8, missing: ['天'], checks: [] });
    const failed = report.failures.map(({ character }) => character);
    const there = [...'ABCDEFGZ'].filter((character) => !failed.includes(character));
    expect([there.length, there.length > 0]).toEqual([report.glyphs, true]);
    const file = await readFontFile(await readFile(`${path}.otf`), 'exported');
    expect([...file.characters.keys()].map((code) => String.fromCodePoint(code))).toEqual([
      ...[' ', ...there, '\u00a0'],
    ]);
    expect(file.names).toMatchObject({ family: 'Mine Own', license: 'CC0-1.0' });
    expect(file.names.copyright).toBe(
      'Drawn by a network after Source Regular and Style 2 Regular',
    );
    expect(await readFile(`${path}.html`, 'utf8')).toContain(`<h2>${there.length} characters</h2>`);
    expect((await sharp(`${path}.png`).metadata()).width).toBe(1200);
  });
});
