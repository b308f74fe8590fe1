import { flattenTree, type HostTensor, type Tree } from '@gan-zoo/compiler';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { BatchSource } from '../../data/batches/index.ts';
import { plain, testFolder, type TestFolder } from '../../data/folders/testFolder.ts';
import { folderBatchTools } from './batchTools.ts';
import type { DataConfig } from './dataConfig.ts';
import { noiseBatchTools } from './noiseBatchTools.ts';

let data: TestFolder;
let cache: TestFolder;
beforeEach(async () => {
  [data, cache] = await Promise.all([testFolder(), testFolder()]);
  vi.stubEnv('GAN_ZOO_CACHE', cache.path);
  for (let at = 0; at < 40; at++) {
    for (const folder of ['a', 'b']) await data.add(`${folder}/${at}.png`, await grey(at));
  }
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await Promise.all([data.remove(), cache.remove()]);
});

/** A picture whose grey level is its number. */
const grey = (level: number) => plain(`rgb(${level}, ${level}, ${level})`, 20).png().toBuffer();

function makeTools(changes: Partial<DataConfig> = {}) {
  const lines: string[] = [];
  const config = { batchSize: 4, seed: 1, heldBackImages: 3, ...changes };
  const tools = folderBatchTools({
    config,
    resolvePath: (path) => `${data.path}/${path}`,
    signal: new AbortController().signal,
    log: (line) => lines.push(line),
    progress: () => ({ update: () => undefined, log: () => undefined, stop: () => undefined }),
  });
  return { tools, lines };
}

/** The numbers of the pictures in a tensor. */
const numbersIn = ({ data: values, shape }: HostTensor) => {
  const size = values.length / shape[0]!;
  return Array.from({ length: shape[0]! }, (_, at) => Math.round((values[at * size]! + 1) * 127.5));
};
async function numbersSeen<Batch>(source: BatchSource<Batch>, pick: (batch: Batch) => HostTensor) {
  const seen = new Set<number>();
  for (let step = 0; step < 8 * source.stepsPerEpoch; step++) {
    for (const number of numbersIn(pick(await source.batchAt(step)))) seen.add(number);
  }
  await source.close();
  return seen;
}

const folder = { folder: 'a', imageSize: 16 };

describe('folderBatchTools', () => {
  it('opens data of other kinds at absolute paths, and remembers it once', async () => {
    const { tools } = makeTools();
    const open = (path: string) => Promise.resolve({ path, count: 3, fingerprint: 'f' });
    const first = await tools.own('a', open);
    await tools.own('a', open);
    expect(first!.path).toBe(`${data.path}/a`);
    expect(tools.opened).toEqual([{ folder: `${data.path}/a`, count: 3, fingerprint: 'f' }]);
    const config = { batchSize: 4, seed: 1 };
    expect(await noiseBatchTools(config).own('a', open)).toBeUndefined();
  });

  it('never trains on the pictures that are held back', async () => {
    const { tools } = makeTools();
    const heldBack = numbersIn((await tools.pictures({ ...folder, part: 'heldBack', count: 9 }))!);
    expect(new Set(heldBack).size).toBe(3);
    const seen = await numbersSeen(await tools.images(folder), (batch) => batch);
    expect(seen.size).toBe(37);
    for (const number of heldBack) expect(seen).not.toContain(number);
    const training = numbersIn((await tools.pictures({ ...folder, part: 'training', count: 90 }))!);
    expect(new Set(training)).toEqual(seen);
  });

  it('gives the same fixed pictures at every call, whole', async () => {
    const options = { ...folder, loadSize: 18, part: 'training', count: 5 } as const;
    const first = await makeTools().tools.pictures(options);
    expect(first!.shape).toEqual([5, 16, 16, 3]);
    expect(await makeTools().tools.pictures({ ...options, flip: true })).toEqual(first);
    expect(numbersIn((await makeTools({ seed: 2 }).tools.pictures(options))!)).not.toEqual(
      numbersIn(first!),
    );
  });

  it('holds nothing back when it is told so, or when there is too little', async () => {
    const none = { ...folder, part: 'heldBack', count: 4 } as const;
    expect(await makeTools().tools.pictures({ ...none, heldBack: 0 })).toBeUndefined();
    expect(await makeTools({ heldBackImages: 0 }).tools.pictures(none)).toBeUndefined();
    expect(await makeTools({ batchSize: 40 }).tools.pictures(none)).toBeUndefined();
    const all = await makeTools({ batchSize: 40 }).tools.images(folder);
    expect((await numbersSeen(all, (batch) => batch)).size).toBe(40);
  });

  it('cuts out of the load size', async () => {
    const { tools } = makeTools();
    const source = await tools.images({ ...folder, loadSize: 19, channels: 1, flip: true });
    expect((await source.batchAt(0)).shape).toEqual([4, 16, 16, 1]);
    await source.close();
    await expect(tools.images({ ...folder, loadSize: 15 })).rejects.toThrow(
      'data: expected a load size of at least the image size, 16 px, received 15. ' +
        'Use a larger --load-size or a smaller --image-size.',
    );
  });

  it('says once what a folder holds, and keeps its fingerprint', async () => {
    const { tools, lines } = makeTools();
    await (await tools.images(folder)).close();
    await tools.pictures({ ...folder, part: 'training', count: 1 });
    expect(lines).toEqual([`Data: 40 pictures of ${data.path}/a`]);
    expect(tools.opened).toHaveLength(1);
    expect(tools.opened[0]).toMatchObject({ folder: `${data.path}/a`, count: 40 });
    expect(tools.opened[0]!.fingerprint).toMatch(/^[0-9a-f]{64}$/);
  });

  it('reads two domains that do not belong together', async () => {
    const { tools } = makeTools();
    const a = { ...folder, channels: 1, option: '--domain-a' } as const;
    const source = await tools.unpaired({ a, b: { folder: 'b', imageSize: 16, heldBack: 0 } });
    expect(source.stepsPerEpoch).toBe(10);
    const batch = await source.batchAt(0);
    expect(batch.a.shape).toEqual([4, 16, 16, 1]);
    expect(batch.b.shape).toEqual([4, 16, 16, 3]);
    expect(numbersIn(batch.a)).not.toEqual(numbersIn(batch.b));
    const { a: other } = await source.batchAt(1);
    expect(numbersIn(other)).not.toEqual(numbersIn(batch.a));
    await source.close();
    const missing = { folder: 'nowhere', imageSize: 16, option: '--domain-b' };
    await expect(tools.unpaired({ a, b: missing })).rejects.toThrow('(--domain-b): not found.');
  });

  it('reads pairs, and holds pairs back', async () => {
    await data.add('a/alone.png', await grey(200));
    const { tools, lines } = makeTools();
    const pairs = { folderA: 'a', folderB: 'b', imageSize: 16, loadSize: 18, flip: true };
    const held = (await tools.pairPictures({ ...pairs, part: 'heldBack', count: 9 }))!;
    expect(numbersIn(held.a)).toEqual(numbersIn(held.b));
    expect(numbersIn(held.a)).toHaveLength(3);
    const source = await tools.pairs(pairs);
    const { a, b } = await source.batchAt(3);
    expect(numbersIn(a)).toEqual(numbersIn(b));
    const seen = await numbersSeen(source, (batch) => batch.a);
    expect(seen.size).toBe(37);
    for (const number of numbersIn(held.a)) expect(seen).not.toContain(number);
    expect(lines).toEqual([
      `Data: 41 pictures of ${data.path}/a`,
      `Data: 40 pictures of ${data.path}/b`,
      'Pairs: 40',
      'Left out 1 picture without a partner of the same name:',
      `  ${data.path}/a/alone.png`,
    ]);
  });
});

describe('noiseBatchTools', () => {
  it('has pictures of noise for every request, the same at every call', async () => {
    const make = async (): Promise<Tree<HostTensor>> => {
      const tools = noiseBatchTools({ batchSize: 2, seed: 3 });
      const a = { folder: 'a', imageSize: 4, channels: 1 } as const;
      const b = { folder: 'b', imageSize: 4 };
      const pairs = { folder: 'x', sideBySide: true, imageSize: 4, channelsB: 1 } as const;
      const fixed = { part: 'heldBack', count: 3 } as const;
      return {
        images: await (await tools.images(a)).batchAt(5),
        pictures: (await tools.pictures({ ...b, ...fixed }))!,
        unpaired: { ...(await (await tools.unpaired({ a, b })).batchAt(5)) },
        pairs: { ...(await (await tools.pairs(pairs)).batchAt(5)) },
        pairPictures: { ...(await tools.pairPictures({ ...pairs, ...fixed }))! },
      };
    };
    const first = await make();
    expect(await make()).toEqual(first);
    const leaves = flattenTree<HostTensor>(first);
    const shapes = Object.fromEntries(leaves.map(({ path, leaf }) => [path, leaf.shape.join()]));
    expect(shapes).toEqual({
      images: '2,4,4,1',
      pictures: '3,4,4,3',
      'unpaired/a': '2,4,4,1',
      'unpaired/b': '2,4,4,3',
      'pairs/a': '2,4,4,3',
      'pairs/b': '2,4,4,1',
      'pairPictures/a': '3,4,4,3',
      'pairPictures/b': '3,4,4,1',
    });
    for (const { leaf } of leaves) {
      expect(Math.min(...leaf.data)).toBeGreaterThanOrEqual(-1);
      expect(Math.max(...leaf.data)).toBeLessThan(1);
      expect(Math.min(...leaf.data)).toBeLessThan(0);
    }
  });
});
