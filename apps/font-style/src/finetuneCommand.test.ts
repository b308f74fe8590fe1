import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRuntime, flattenTree, type HostTensor } from '@gan-zoo/compiler';
import {
  loadCheckpoint,
  runFolderAt,
  saveCheckpoint,
  trainCommand,
  type CommandContext,
} from '@gan-zoo/core';
import { otfBytes } from '@gan-zoo/fonts/testing';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fontStyle } from './definition.ts';
import { createGlyphDrawer, loadStyles, sourceGlyphs } from './drawing/index.ts';
import { finetuneCommand } from './finetuneCommand.ts';
import { smallGlyphSet } from './fixtures/smallGlyphSet.ts';
import { runCommand, trainedRun } from './fixtures/trainedRun.ts';
import { openGlyphs } from './glyphData/index.ts';

const letters = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ'];

let folder: string;
let run: string;
let base: ReadonlyMap<string, HostTensor['data']>;
let context: CommandContext;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gan-zoo-finetune-'));
  context = { workingFolder: folder, app: fontStyle.name } as CommandContext;
  const data = await smallGlyphSet(folder, 32);
  run = await trainedRun(folder, data, {
    ...{ method: 'zi2zi', imageSize: 16, filters: 1, discriminatorFilters: 1, sampleCount: 2 },
    ...{ embedding: 'learned', norm: 'conditional', emaDecay: 0 },
    ...{ heldBackImages: 0, seed: 1 },
  });
  base = await valuesOf(run);
  const boxes = letters.map((letter, place) => [letter, [0, 0, 700, 100 + 25 * place]] as const);
  await writeFile(join(folder, 'mine.otf'), otfBytes(Object.fromEntries(boxes), 'Mine'));
}, 120_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

async function valuesOf(path: string): Promise<ReadonlyMap<string, HostTensor['data']>> {
  const { state } = await loadCheckpoint(runFolderAt(path).latestCheckpoint()!.path);
  return new Map(flattenTree<HostTensor>(state).map(({ path: at, leaf }) => [at, leaf.data]));
}

/** The largest change of any value whose path begins so. */
function changeOf(values: ReadonlyMap<string, HostTensor['data']>, prefix: string): number {
  const paths = [...base.keys()].filter((path) => path.startsWith(prefix));
  expect(paths, prefix).not.toEqual([]);
  const changes = paths.flatMap((path) =>
    Array.from(base.get(path)!, (value, at) => Math.abs(value - values.get(path)![at]!)),
  );
  return Math.max(...changes);
}

const finetune = (words: string) =>
  runCommand(finetuneCommand, folder, ['finetune', ...words.split(' ')]);
const quick = '--steps 2 --batch-size 4 --backend tfjs-cpu --seed 5';

function expectFrozenEncoder(values: ReadonlyMap<string, HostTensor['data']>): void {
  expect(changeOf(values, 'generator/params/encoder.')).toBe(0);
  expect(changeOf(values, 'generator/buffers/encoder.')).toBe(0);
  expect(changeOf(values, 'generator/params/decoder.')).toBeGreaterThan(0);
  const remembered = [...values.keys()].filter((path) => path.startsWith('generatorOptimizer'));
  expect(remembered.filter((path) => path.includes('encoder.'))).toEqual([]);
}

describe('train --weights', () => {
  it('begins with the networks of a checkpoint, a frozen encoder too', async () => {
    const weights = runFolderAt(run).latestCheckpoint()!.path;
    const out = join(folder, 'second');
    const words = ['--config', 'zi2zi.json', '--weights', weights, '--styles', '1', '--out', out];
    const rates = ['--generator-learning-rate', '1e-6', '--discriminator-learning-rate', '1e-6'];
    const { code, text } = await runCommand(trainCommand(fontStyle, []), folder, [
      ...['train', ...words, ...rates],
      ...['--freeze-encoder', '--steps', '1', '--seed', '5'],
    ]);
    expect(text).toContain('Trained to step 1');
    expect(code).toBe(0);
    const values = await valuesOf(out);
    expectFrozenEncoder(values);
    // Adam's first step moves a weight by the rate at most.
    for (const part of ['generator/params/decoder.', 'discriminator/params/']) {
      expect(changeOf(values, part)).toBeLessThan(1.5e-6);
    }
  });
});

describe('finetune --styles', () => {
  it('goes on with some styles of the run, the encoder and its statistics frozen', async () => {
    const { code, text } = await finetune(
      `--run ${run} --styles style-2-regular --freeze-encoder --out few ${quick}`,
    );
    expect(text).toContain('Trained to step 2');
    expect(code).toBe(0);
    const values = await valuesOf(join(folder, 'few'));
    expectFrozenEncoder(values);
    const { styles, config } = await loadStyles('few', context);
    expect(styles.map(({ font }) => font.id)).toEqual(['style-2-regular']);
    expect([config.norm, config.lambdaL1, config.firstSlot]).toEqual(['conditional', 100, 0]);
  });
});

describe('finetune --font', () => {
  it('teaches a new style in the next slot with the encoder frozen; the run goes on and draws', async () => {
    const { code, text } = await finetune(
      `--run ${run} --font mine.otf --chars 10 --test-chars 4 --data new --out mine ${quick}`,
    );
    expect(text).toContain('Characters: 10 to learn from, 4 held back, of 26 that both fonts have');
    expect(code).toBe(0);
    const values = await valuesOf(join(folder, 'mine'));
    expectFrozenEncoder(values);
    const table = 'generator/params/embedding.weight';
    const rows = (from: ReadonlyMap<string, HostTensor['data']>) =>
      [0, 1, 2, 3].map((row) => Array.from(from.get(table)!.slice(3 * row, 3 * row + 3)));
    const [before, after] = [rows(base), rows(values)];
    expect([after[0], after[1], after[3]]).toEqual([before[0], before[1], before[3]]);
    for (const [at, value] of after[2]!.entries()) {
      // Two steps of Adam from the mean of both styles.
      const mean = (before[0]![at]! + before[1]![at]!) / 2;
      expect(Math.abs(value - mean)).toBeLessThan(2e-3);
    }
    expect(after[2]).not.toEqual(before[2]);

    const dataset = await openGlyphs(join(folder, 'new'));
    expect(dataset.fonts.map(({ name }) => name)).toEqual(['Source Regular', 'Mine Regular']);
    expect([dataset.split.training.length, dataset.split.test.length]).toEqual([10, 4]);
    const run0 = await openGlyphs(join(folder, 'glyphs'));
    const unseen = run0.split.test.map((character) => run0.characters[character]);
    const held = dataset.split.test.map((character) => dataset.characters[character]);
    expect(unseen).toEqual(expect.arrayContaining(held));
    await Promise.all([dataset.close(), run0.close()]);

    const resume = ['train', '--resume', 'mine', '--epochs', '2', '--steps', '3'];
    const resumed = await runCommand(trainCommand(fontStyle, []), folder, resume);
    expect(resumed.text).toContain('Trained to step 3');
    const loaded = await loadStyles('mine', context);
    expect([loaded.step, loaded.config.firstSlot]).toEqual([3, 2]);
    const runtime = await createRuntime({ backend: 'tfjs-cpu' });
    const drawer = createGlyphDrawer(runtime, loaded);
    const { pixels } = await sourceGlyphs({
      ...{ glyphs: loaded.glyphs, characters: loaded.glyphs.characters.slice(0, 2), context },
    });
    const style = await drawer.vectorOf(loaded.styles[0]!);
    expect([...style]).toEqual([0, 0, 1, 0]);
    expect((await drawer.draw(pixels, style)).length).toBe(2 * 16 * 16);
    await drawer.close();
    await runtime.close();
  });

  it('refuses what it cannot learn from, and says what to do', async () => {
    const expectRefusal = async (words: string, code: number, message: string) => {
      const result = await finetune(words);
      expect(result.text).toContain(message);
      expect(result.code).toBe(code);
    };
    await expectRefusal(`--run ${run}`, 2, 'expected --styles, --font or --glyphs, received none.');
    await expectRefusal(
      ...([`--run ${run} --font mine.otf --styles 1`, 2] as const),
      '--styles and --font cannot be given together: each says which styles to learn.',
    );
    await expectRefusal(
      ...([`--run ${run} --styles 1 --chars 50`, 2] as const),
      '--chars: expected it only with --font or --glyphs, received it with --styles.',
    );
    await expectRefusal(
      ...([`--run ${run} --styles kalam`, 2] as const),
      '--styles: expected numbers from 0 to 1 or names among style-1-regular, style-2-regular, ' +
        'received kalam.',
    );
    await expectRefusal(`--run ${run} --font none.otf`, 1, 'none.otf');
    await expectRefusal(
      ...([`--run ${run} --font mine.otf --batch-size 24`, 1] as const),
      '--font: expected at least 24 characters to learn from (one batch) besides 3 held back, ' +
        'received 26',
    );
    await expectRefusal(
      ...([`--run ${run} --font mine.otf --data glyphs --batch-size 4`, 1] as const),
      '--data: expected a new or empty folder',
    );
  });

  it('refuses runs without room, or whose styles are read off glyphs', async () => {
    const path = runFolderAt(run).latestCheckpoint()!.path;
    const checkpoint = await loadCheckpoint(path);
    const refusalOf = async (config: object): Promise<string> => {
      const metadata = {
        ...checkpoint.metadata,
        config: { ...(checkpoint.metadata.config as object), ...config },
      };
      const other = join(folder, 'other.safetensors');
      await saveCheckpoint(other, { ...checkpoint, metadata });
      const { code, text } = await finetune(`--run ${other} --font mine.otf`);
      expect(code).toBe(2);
      return text;
    };
    expect(await refusalOf({ firstSlot: 2 })).toMatch(
      /--font: expected a run with room for another style, received .*other\.safetensors, whose 4 slots are taken\. Fine-tune a run that was trained with more --slots\./,
    );
    expect(await refusalOf({ method: 'bicycle', norm: 'instance' })).toContain(
      '--font: expected a run of --method zi2zi or pix2pix, received one of bicycle, which reads ' +
        'styles off glyphs and need not learn them. Draw with generate --like.',
    );
  });
});

describe('finetune --glyphs', () => {
  it('learns from pictures of glyphs, however light and dark they are', async () => {
    await mkdir(join(folder, 'scans'));
    for (const [place, letter] of letters.slice(0, 12).entries()) {
      const [paper, ink] = place < 10 ? (['#fff', '#000'] as const) : (['#000', '#fff'] as const);
      const plain = (width: number, height: number, background: string) =>
        sharp({ create: { width, height, channels: 3, background } });
      const input = await plain(30, 20 + 4 * place, ink)
        .png()
        .toBuffer();
      await plain(100, 100, paper)
        .composite([{ input }])
        .toFile(join(folder, 'scans', `${letter}.png`));
    }
    await writeFile(join(folder, 'scans', 'Z.png'), 'no picture');
    const { code, text } = await finetune(
      `--run ${run} --glyphs scans --chars 8 --data scanned --out scanned-run ${quick}`,
    );
    expect(text).toContain('Skipped Z.png: it cannot be read');
    expect(text).toContain('Pictures: 10 dark on light, 2 light on dark (inverted), 1 skipped');
    expect(text).toContain('Characters: 8 to learn from, 4 held back, of 12 that both fonts have');
    expect(code).toBe(0);
    const { styles, glyphs } = await loadStyles('scanned-run', context);
    expect(styles.map(({ font }) => font.id)).toEqual(['scans']);
    const character = glyphs.pairs('training')[0]!.character;
    expect(glyphs.advance({ font: 1, character })).toBe(glyphs.advance({ font: 0, character }));
  });
});
