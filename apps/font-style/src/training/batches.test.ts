import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { HostTensor } from '@gan-zoo/compiler';
import { folderBatchTools, noiseBatchTools, type FolderBatchTools } from '@gan-zoo/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Config } from '../config.ts';
import { configSchema } from '../configSchema.ts';
import { fontStyle } from '../definition.ts';
import { smallGlyphSet } from '../fixtures/smallGlyphSet.ts';
import { openBatches, references, sampleInputs } from './batches.ts';

type Parts = Record<string, HostTensor & Record<string, HostTensor>>;

let folder: string;
let data: string;
/** The same glyphs at the 64 px that BicycleGAN needs. */
let larger: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gan-zoo-glyphs-'));
  data = await smallGlyphSet(folder, 40);
  await mkdir(join(folder, 'larger'));
  larger = await smallGlyphSet(join(folder, 'larger'), 64);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const configured = (values: Partial<Config> = {}): Config =>
  configSchema.parse({ ...fontStyle.tinyConfig, data, enlarge: 1, ...values });

const toolsOf = (config: Config): FolderBatchTools =>
  folderBatchTools({
    ...{ config, resolvePath: (path: string) => path, signal: new AbortController().signal },
    ...{
      log: () => undefined,
      progress: () => ({ update: () => undefined, stop: () => undefined }),
    },
  } as never);

async function partsAt(config: Config, step: number): Promise<Parts[]> {
  const batches = await openBatches(config, toolsOf(config));
  const parts = (await batches.batchAt(step)) as unknown as Parts | Parts[];
  await batches.close();
  return Array.isArray(parts) ? parts : [parts];
}

/** Width of the ink in the middle of each picture's foot, which tells the font. */
function widths({ shape, data: values }: HostTensor): number[] {
  const [count = 0, height = 0, width = 0] = shape;
  return Array.from({ length: count }, (_, picture) => {
    const rows = Array.from({ length: height }, (_row, y) => {
      const start = (picture * height + y) * width;
      return Array.from(values.slice(start, start + width)).filter((value) => value < 0).length;
    });
    return Math.max(...rows);
  });
}

describe('batches', () => {
  it('hold pairs smaller than the data set, and each pair’s style', async () => {
    const [first, second] = await partsAt(configured(), 0);
    expect(first!['source']!.shape).toEqual([4, 32, 32, 1]);
    expect(first!['styles']!.shape).toEqual([4, 4]);
    const rows = Array.from({ length: 4 }, (_, row) =>
      Array.from(first!['styles']!.data.slice(4 * row, 4 * row + 4)).indexOf(1),
    );
    const [source, target] = [widths(first!['source']!), widths(first!['target']!)];
    rows.forEach((style, row) => {
      const ratio = target[row]! / source[row]!;
      expect(Math.abs(ratio - (style + 2))).toBeLessThan(0.5);
    });
    // The same pairs again for the second update of the generator, with masks of its own.
    expect(second!['target']).toEqual(first!['target']);
    expect(second!['masks']).not.toEqual(first!['masks']);
    expect(Object.keys(second!)).not.toContain('discriminator');
  });

  it('are a function of the step and the seed', async () => {
    for (const method of ['zi2zi', 'pix2pix'] as const) {
      const config = configured({ method, enlarge: 1.2 });
      const [again, other] = [await partsAt(config, 5), await partsAt(config, 6)];
      expect(await partsAt(config, 5)).toEqual(again);
      expect(other).not.toEqual(again);
      const seeded = await partsAt({ ...config, seed: 9 }, 5);
      expect(seeded).not.toEqual(again);
    }
  });

  it('shuffle styles from an epoch on', async () => {
    const config = configured({ shuffleFromEpoch: 1, batchSize: 8 });
    const batches = await openBatches(config, toolsOf(config));
    const { stepsPerEpoch } = batches;
    await batches.close();
    expect(Object.keys((await partsAt(config, stepsPerEpoch - 1))[0]!)).not.toContain(
      'shuffledStyles',
    );
    const [part] = await partsAt(config, stepsPerEpoch);
    const sums = (tensor: HostTensor): number[] =>
      [0, 1, 2, 3].map((slot) =>
        Array.from(tensor.data).reduce((sum, one, at) => sum + (at % 4 === slot ? one : 0), 0),
      );
    expect(sums(part!['shuffledStyles']!)).toEqual(sums(part!['styles']!));
    expect(part!['shuffledStyles']).not.toEqual(part!['styles']);
    expect(part!['shuffledMasks']).not.toEqual(part!['masks']);
  });

  it('hold other glyphs of the same styles to read these off, when asked to', async () => {
    const own = { data: larger, imageSize: 64, batchSize: 16 } as const;
    const config = configured({ ...own, method: 'bicycle', styleFrom: 'another' });
    const [part] = await partsAt(config, 1);
    const { target, references: others } = part!;
    expect(widths(others!)).toEqual(widths(target!));
    expect(new Set(widths(others!)).size).toBe(2);
    const picture = ({ data: values }: HostTensor, at: number) =>
      values.slice(64 ** 2 * at, 64 ** 2 * (at + 1));
    for (let at = 0; at < 16; at++) expect(picture(others!, at)).not.toEqual(picture(target!, at));
    expect((await partsAt(config, 1))[0]).toEqual(part);
    expect((await partsAt({ ...config, styleFrom: 'target' }, 1))[0]).not.toHaveProperty(
      'references',
    );
  });

  it('hold a share of targets in styles that no font has, and the references with them', async () => {
    const config = configured({
      ...{ data: larger, imageSize: 64, batchSize: 16 },
      ...{ method: 'bicycle', styleFrom: 'another' },
    });
    const parts = await Promise.all(
      [0, 0.5, 1].map((distort) => partsAt({ ...config, distort }, 1)),
    );
    const [plain, some, all] = parts.flat();
    expect([some!['source'], all!['source']]).toEqual([plain!['source'], plain!['source']]);
    const changed = (part: Parts, name: string): number[] =>
      Array.from({ length: 16 }, (_, at) => at).filter((at) =>
        part[name]!.data.subarray(64 ** 2 * at, 64 ** 2 * (at + 1)).some(
          (value, pixel) => value !== plain![name]!.data[64 ** 2 * at + pixel],
        ),
      );
    expect(changed(all!, 'target')).toHaveLength(16);
    const half = changed(some!, 'target');
    expect(half.length).toBeGreaterThan(3);
    expect(half.length).toBeLessThan(13);
    expect(changed(some!, 'references')).toEqual(half);
  });

  it('hold random styles and the discriminators’ part from an epoch on', async () => {
    const config = configured({
      ...{ data: larger, imageSize: 64, batchSize: 8 },
      ...{ method: 'bicycle', adversarialFromEpoch: 2, latentDim: 3 },
    });
    const batches = await openBatches(config, toolsOf(config));
    const { stepsPerEpoch } = batches;
    await batches.close();
    const [before] = await partsAt(config, 2 * stepsPerEpoch - 1);
    const [after] = await partsAt(config, 2 * stepsPerEpoch);
    expect(Object.keys(before!)).toEqual(['source', 'target', 'deviations', 'generator']);
    expect(before!['deviations']!.shape).toEqual([8, 3]);
    expect(Object.keys(after!)).toEqual(
      expect.arrayContaining(['latents', 'deviations', 'generator', 'discriminator']),
    );
    expect(after!['deviations']!.shape).toEqual([4, 3]);
  });

  it('hold chosen styles only, in slots from the first on', async () => {
    const config = configured({ styles: ['style-2-regular'], firstSlot: 2 });
    const [part] = await partsAt(config, 0);
    expect([...part!['styles']!.data]).toEqual([0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1]);
    expect((await partsAt({ ...config, styles: ['1'] }, 0))[0]!['styles']).toEqual(part!['styles']);
  });

  it('come in micro-batches, the discriminator’s before the generator’s', async () => {
    const parts = await partsAt(configured({ accumulationSteps: 2 }), 0);
    const due = parts.map((part) => ['discriminator', 'generator'].filter((name) => name in part));
    expect(due.flat()).toEqual([
      ...['discriminator', 'discriminator', 'generator', 'generator', 'generator', 'generator'],
    ]);
    expect(parts.map((part) => 'accumulate' in part)).toEqual([
      ...[true, false, true, false, true, false],
    ]);
    expect(parts[0]!['source']!.shape[0]).toBe(2);
  });

  it.each<[Partial<Config>, RegExp]>([
    [
      { styles: ['kalam'] },
      /--styles: expected numbers from 0 to 1 or names among style-1-regular, style-2-regular, received kalam\./,
    ],
    [
      { imageSize: 64 },
      /--image-size: expected at most the 40 px of .*glyphs\.bin, received 64\. Prepare larger pictures, or/,
    ],
    [
      { slots: 1 },
      /--slots: expected room for style 1 of the data set in slot 1, received 1\. Use at least 2, or fewer --styles\./,
    ],
    [{ data: '/nowhere' }, /glyphs: expected a data set in \/nowhere, received nothing there\./],
    [{ batchSize: 400 }, /glyphs: expected at least 400 pairs \(one batch\) in .*, received 42\./],
  ])('explain why there are none: %o', async (values, message) => {
    await expect(partsAt(configured(values), 0)).rejects.toThrow(message);
  });

  it('tell a later run which data they are of', async () => {
    const config = configured();
    const tools = toolsOf(config);
    await (await openBatches(config, tools)).close();
    await sampleInputs(config, tools);
    expect(tools.opened).toMatchObject([{ folder: join(data, 'glyphs.bin'), count: 42 }]);
    expect(tools.opened[0]!.fingerprint).toMatch(/^[0-9a-f]{64}$/);
  });
});

describe('fixed pairs', () => {
  it('are of the test part, the styles in turns, with other glyphs of their styles', async () => {
    const config = configured({ sampleCount: 6 });
    const inputs = (await sampleInputs(config, toolsOf(config))) as unknown as Parts;
    const styles = inputs['own']!['styles']!;
    const order = Array.from({ length: 6 }, (_, row) =>
      Array.from(styles.data.slice(4 * row, 4 * row + 4)).indexOf(1),
    );
    expect(order).toEqual([0, 1, 0, 1, 0, 1]);
    expect(await sampleInputs(config, toolsOf(config))).toEqual(inputs);
  });

  it('are references, and none are held back where none are wanted', async () => {
    const config = configured();
    const real = await references(config, toolsOf(config));
    expect(real.target.training.shape).toEqual([42, 32, 32, 1]);
    expect(real.target.heldBack!.shape).toEqual([10, 32, 32, 1]);
    expect(real.pairs.heldBack!.shape).toEqual([10, 32, 32, 2]);
    const { data: both } = real.pairs.training;
    const own = real.target.training.data;
    expect(own.every((value, at) => both[2 * at + 1] === value)).toBe(true);
    const none = await references({ ...config, heldBackImages: 0 }, toolsOf(config));
    expect([none.target.heldBack, none.pairs.heldBack]).toEqual([undefined, undefined]);
  });

  it('are noise for tools that read nothing', async () => {
    const config = configured({ data: 'missing' });
    const real = await references(config, noiseBatchTools(config));
    expect(real.target.training.shape).toEqual([256, 32, 32, 1]);
  });
});
