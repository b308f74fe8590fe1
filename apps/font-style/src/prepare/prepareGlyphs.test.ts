import { mkdtemp, readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { otfBytes, type MadeGlyphs } from '@gan-zoo/fonts/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { emptyIndex, partCodes } from '../glyphData/glyphFile.ts';
import { glyphPairBatches, openGlyphs, readPairs, type GlyphDataset } from '../glyphData/index.ts';
import { findOwnFonts, type FontChoice } from './fontChoice.ts';
import { prepareGlyphs } from './prepareGlyphs.ts';
import type { PrepareGlyphsOptions } from './prepareGlyphsOptions.ts';
import { splitGlyphs } from './splitGlyphs.ts';

const letters = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ'];
const without = (missing: string, wide: number): MadeGlyphs =>
  Object.fromEntries(
    letters
      .filter((letter) => !missing.includes(letter))
      .map((letter) => [letter, [0, 0, wide + 25 * letters.indexOf(letter), 700] as const]),
  );

let folder: string;
let source: FontChoice;
let targets: readonly FontChoice[];
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gan-zoo-prepare-'));
  await writeFile(join(folder, 'source.otf'), otfBytes(without('Z', 100), 'Source'));
  await writeFile(join(folder, 'a.otf'), otfBytes(without('BC', 200), 'First Style'));
  await writeFile(join(folder, 'b.otf'), otfBytes(without('', 300), 'Second Style'));
  [source] = (await findOwnFonts([join(folder, 'source.otf')], {})) as [FontChoice];
  targets = await findOwnFonts([join(folder, 'a.otf'), join(folder, 'b.otf')], {});
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const prepare = (name: string, options: Partial<PrepareGlyphsOptions> = {}) =>
  prepareGlyphs({
    ...{ source, targets, characters: letters, imageSize: 24, layout: 'em', splitBy: 'characters' },
    ...{ testShare: 0.2, seed: 3, out: join(folder, name), ...options },
  });

async function opened<Result>(
  name: string,
  use: (dataset: GlyphDataset) => Promise<Result> | Result,
): Promise<Result> {
  const dataset = await openGlyphs(join(folder, name));
  try {
    return await use(dataset);
  } finally {
    await dataset.close();
  }
}

describe('prepareGlyphs', () => {
  it('writes a data set that opens with what was drawn', async () => {
    const progress: number[] = [];
    const { header, drawnPerSecond } = await prepare('set', {
      onProgress: (done, total) => progress.push(done / total),
    });
    expect(drawnPerSecond).toBeGreaterThan(0);
    expect(progress.at(-1)).toBe(1);
    expect(progress).toEqual([...progress].sort((a, b) => a - b));
    expect(header.fonts.map(({ id, glyphs, dropped }) => [id, glyphs, dropped.missing])).toEqual([
      ['source-regular', 25, 'Z'],
      ['first-style-regular', 23, 'BC'],
      ['second-style-regular', 25, ''],
    ]);
    const manifest = await readFile(join(folder, 'set', 'manifest.json'), 'utf8');
    expect(JSON.parse(manifest)).toEqual(header);
    await opened('set', async (dataset) => {
      expect(dataset.header).toEqual(header);
      expect(dataset.characters.join('')).toBe('ABCDEFGHIJKLMNOPQRSTUVWXY');
      expect(dataset.partOf({ font: 1, character: 1 })).toBeUndefined();
      expect(dataset.advance({ font: 0, character: 4 })).toBe(1);
      // Ink grows with the letter's place, so that reading out of order shows.
      const places = [20, 0, 12].map((character) => ({ font: 2, character }));
      const pixels = await dataset.read(places);
      const ink = places.map((_, image) =>
        pixels
          .subarray(576 * image, 576 * (image + 1))
          .reduce((sum, level) => sum + 255 - level, 0),
      );
      expect(ink[0]).toBeGreaterThan(ink[2]! * 1.2);
      expect(ink[2]).toBeGreaterThan(ink[1]! * 1.2);
    });
  });

  it('holds characters back in all fonts', async () => {
    await opened('set', (dataset) => {
      const { split, styles } = dataset;
      const pairs = dataset.pairs.bind(dataset);
      expect(styles).toHaveLength(2);
      expect([split.training.length, split.test.length]).toEqual([20, 5]);
      const seen = new Set(pairs('training').map(({ character }) => character));
      const held = pairs('test');
      expect(held.length).toBeGreaterThanOrEqual(8);
      expect(held.filter(({ character }) => seen.has(character))).toEqual([]);
      expect(pairs('training').length + held.length).toBe(23 + 25);
      expect(pairs('test', [1]).every(({ style }) => style === 1)).toBe(true);
    });
  });

  it('writes the same bytes for the same seed, and another split for another', async () => {
    const first = await prepare('again');
    const second = await prepare('other', { seed: 4 });
    const bytes = (name: string) => readFile(join(folder, name, 'glyphs.bin'));
    expect(await bytes('again')).toEqual(await bytes('set'));
    expect(second.header.fingerprint).not.toBe(first.header.fingerprint);
  });

  it('keeps what was made from the same fonts and options', async () => {
    const place = join(folder, 'set', 'glyphs.bin');
    const before = await stat(place);
    const { header, drawnPerSecond } = await prepare('set');
    expect([header.fonts.length, drawnPerSecond]).toEqual([3, undefined]);
    expect((await stat(place)).mtimeMs).toBe(before.mtimeMs);
  });

  it('takes some of the characters when asked to', async () => {
    const { header } = await prepare('some', { num: 7 });
    expect(header.characters).toHaveLength(7);
    expect(header.characters).toBe([...header.characters].sort().join(''));
    expect(header.characters).not.toContain('Z');
  });

  it('refuses a font that draws nothing and a folder that is in use', async () => {
    await expect(prepare('digits', { characters: ['1', '2'] })).rejects.toThrow(
      'prepare: expected Source Regular (source.otf) to draw some of 2 characters, received ' +
        'none. Choose other characters with --charset, or leave it out.',
    );
    await expect(prepare('set', { seed: 9 })).rejects.toThrow(
      /^--out: expected a new or empty folder/,
    );
  });

  it('leaves nothing behind when it is stopped', async () => {
    const stop = new AbortController();
    const onProgress = (_done: number, _total: number, font: string) => {
      if (font === 'Second Style Regular') stop.abort(new Error('stopped'));
    };
    await expect(prepare('stopped', { signal: stop.signal, onProgress })).rejects.toThrow(
      'stopped',
    );
    expect(await readdir(join(folder, 'stopped'))).toEqual([]);
  });
});

describe('glyphPairBatches', () => {
  it('gives a step the same pairs whenever it is asked', async () => {
    await opened('set', async (dataset) => {
      const batches = glyphPairBatches(dataset, { batchSize: 8, seed: 1 });
      expect(batches.stepsPerEpoch).toBe(Math.floor(dataset.pairs('training').length / 8));
      const late = await batches.batchAt(11);
      await batches.batchAt(0);
      expect(await batches.batchAt(11)).toEqual(late);
      expect(late.source.shape).toEqual([8, 24, 24, 1]);
      expect(late.styles).toMatchObject({ dtype: 'int32', shape: [8] });
      const other = glyphPairBatches(dataset, { batchSize: 8, seed: 2 });
      expect(await other.batchAt(11)).not.toEqual(late);
    });
  });

  it('sees every pair at most once in an epoch', async () => {
    await opened('set', async (dataset) => {
      const batches = glyphPairBatches(dataset, { batchSize: 4, seed: 1 });
      const seen: string[] = [];
      for (let step = 0; step < batches.stepsPerEpoch; step++) {
        const { target, styles } = await batches.batchAt(step);
        styles.data.forEach((style, image) => {
          seen.push(`${style} ${target.data.subarray(576 * image, 576 * (image + 1)).join()}`);
        });
      }
      expect(new Set(seen).size).toBe(seen.length);
    });
  });

  it('pairs the source with the style, ink -1 and paper 1', async () => {
    await opened('set', async (dataset) => {
      const {
        source: from,
        target,
        styles,
      } = await readPairs(dataset, [{ style: 1, character: 3 }]);
      const grey = await dataset.read([0, 2].map((font) => ({ font, character: 3 })));
      const levels = [...from.data, ...target.data].map((value) => Math.round((value + 1) * 127.5));
      expect(levels).toEqual([...grey]);
      expect(Math.min(...from.data)).toBe(-1);
      expect(Math.max(...from.data)).toBe(1);
      expect([...styles.data]).toEqual([1]);
    });
  });

  it('wants at least one batch', async () => {
    await opened('set', (dataset) => {
      const count = dataset.pairs('test').length;
      expect(() => glyphPairBatches(dataset, { batchSize: 99, seed: 0, part: 'test' })).toThrow(
        `glyphs: expected at least 99 pairs (one batch) in ${dataset.path}, received ${count}. ` +
          `Use a --batch-size from 1 to ${count}, or prepare more characters.`,
      );
    });
  });
});

describe('openGlyphs', () => {
  it('refuses what is not a whole data set', async () => {
    await expect(openGlyphs(join(folder, 'gone'))).rejects.toThrow(
      `glyphs: expected a data set in ${join(folder, 'gone')}, received nothing there. ` +
        'Make one with the command prepare.',
    );
    const path = join(folder, 'other', 'glyphs.bin');
    const bytes = await readFile(path);
    await truncate(path, bytes.length - 5);
    await expect(openGlyphs(path)).rejects.toThrow(
      `glyphs: expected ${path} to hold a whole file of glyphs, received another or a shortened ` +
        'one. Make the data set again with the command prepare.',
    );
    await writeFile(path, bytes.fill(0xff, 0, 40));
    const dataset = await openGlyphs(path);
    await expect(dataset.read([{ font: 0, character: 0 }])).rejects.toThrow(
      `glyphs: expected ${path} to hold the picture of a glyph, received bytes that cannot be ` +
        'unpacked. Make the data set again with the command prepare.',
    );
    await expect(dataset.read([{ font: 1, character: 1 }])).rejects.toThrow(
      'glyphs: expected font 1 of 3 to have character 1 of 25, received a place without a glyph',
    );
    await dataset.close();
  });
});

describe('splitGlyphs', () => {
  it('divides 26 styles of 62 characters as the published study did: 1,451 and 161', () => {
    const index = emptyIndex(27 * 62);
    index.lengths.fill(1);
    splitGlyphs(index, 62, { splitBy: 'pairs', testShare: 0.1, seed: 0 });
    const count = (part: number) => index.parts.filter((code) => code === part).length;
    expect(count(partCodes.test)).toBe(161);
    expect(count(partCodes.training) - 62).toBe(1451);
    expect(index.parts.subarray(0, 62).includes(partCodes.test)).toBe(false);
  });

  it('holds nothing back when the share is 0', () => {
    const index = emptyIndex(20);
    index.lengths.fill(1);
    splitGlyphs(index, 10, { splitBy: 'characters', testShare: 0, seed: 0 });
    expect(index.parts.includes(partCodes.test)).toBe(false);
  });
});
