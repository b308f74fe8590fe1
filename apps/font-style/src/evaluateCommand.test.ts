import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRuntime } from '@gan-zoo/compiler';
import { imageErrors, meanOf, type CommandContext } from '@gan-zoo/core';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createGlyphDrawer, loadStyles } from './drawing/index.ts';
import { evaluateCommand } from './evaluateCommand.ts';
import { smallGlyphSet } from './fixtures/smallGlyphSet.ts';
import { runCommand, trainedRun } from './fixtures/trainedRun.ts';
import { glyphTensor, openGlyphs } from './glyphData/index.ts';
import { shapePictures } from './training/shapePairs.ts';

let folder: string;
let run: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gan-zoo-evaluate-'));
  run = await trainedRun(folder, await smallGlyphSet(folder, 64), { method: 'zi2zi' });
}, 120_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

const evaluate = (...words: string[]) =>
  runCommand(evaluateCommand, folder, ['evaluate', '--run', run, '--threads', '1', ...words]);

interface Report {
  readonly styles: readonly {
    readonly name: string;
    readonly methods: readonly { readonly name: string; readonly measures: Measures }[];
    readonly glyphs: readonly { readonly character: string; readonly l1: number }[];
  }[];
}
type Measures = Readonly<Record<string, number>>;

/** L1 of the second style's test glyphs as the network draws them, without any of the command. */
async function directErrors(): Promise<ReadonlyMap<string, number>> {
  const dataset = await openGlyphs(join(folder, 'glyphs'));
  const context = { log: () => undefined, workingFolder: folder } as unknown as CommandContext;
  const loaded = await loadStyles(run, context);
  const runtime = await createRuntime({ backend: 'onnx-cpu', threads: 1 });
  const drawer = createGlyphDrawer(runtime, loaded);
  const { test } = dataset.split;
  const read = (font: number) => dataset.read(test.map((character) => ({ font, character })));
  const ours = await drawer.draw(await read(0), await drawer.vectorOf(loaded.styles[1]!));
  const real = glyphTensor(await read(2), 64);
  const { l1 } = imageErrors(
    glyphTensor(ours, 32),
    shapePictures(real, { imageSize: 32, channels: 1 }),
  );
  await drawer.close();
  await runtime.close();
  await dataset.close();
  return new Map(test.map((character, at) => [dataset.characters[character]!, l1[at]!]));
}

describe('evaluate', () => {
  it('measures every style beside the baselines, and writes figures and sheets', async () => {
    const { code, text } = await evaluate('--cases', '4');
    expect(text).toMatch(/Sheets \(triples of .*\) and figures: /);
    expect(code).toBe(0);
    const out = join(run, 'evaluation', 'step-1');
    const { styles } = JSON.parse(await readFile(join(out, 'evaluation.json'), 'utf8')) as Report;
    expect(styles.map(({ name }) => name)).toEqual(['style-1-regular', 'style-2-regular']);
    const { methods, glyphs } = styles[1]!;
    const direct = await directErrors();
    expect(glyphs).toHaveLength(direct.size);
    // Pictures are rounded to 256 levels.
    for (const { character, l1 } of glyphs) expect(l1).toBeCloseTo(direct.get(character)!, 2);
    expect(methods[0]!.measures['l1']).toBeCloseTo(meanOf([...direct.values()]), 2);
    const [ours, source, nearest, real] = methods.map(({ measures }) => measures);
    expect(real!['styleAccuracy']).toBeGreaterThanOrEqual(0.8);
    expect(source!['styleAccuracy']).toBeLessThanOrEqual(0.2);
    expect(nearest!['l1']).toBeLessThan(source!['l1']!);
    expect(text).toMatch(new RegExp(`\\n +nearest styles +${nearest!['l1']!.toFixed(4)} `));
    expect(text).toContain(`style-2-regular  ours            ${ours!['l1']!.toFixed(4)}`);
    expect(text).toMatch(/\nmean +ours /);
    expect(text).toContain('Legibility is not measured: the recogniser reads Chinese characters');
    expect(text).toMatch(/\nL1: ours \(.*\) does not beat source font/);
    const size = async (name: string) => {
      const { width, height } = await sharp(join(out, name)).metadata();
      return [width, height];
    };
    const [width, height] = [3 * 33 + 1 + 3, 34 + 3];
    expect(await size('sheet.png')).toEqual([5 * width + 3, 2 * height + 3]);
    expect(await size('best.png')).toEqual([4 * width + 3, height + 3]);
    expect(await size('worst.png')).toEqual([4 * width + 3, height + 3]);
  });

  it('refuses data sets that do not fit the run', async () => {
    const missing = await evaluate('--data', 'nothing');
    expect(missing.code).toBe(1);
    expect(missing.text).toContain(`expected a data set in ${join(folder, 'nothing')}`);
  });
});
