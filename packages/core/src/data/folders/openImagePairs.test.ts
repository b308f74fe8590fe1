import sharp from 'sharp';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { pairedBatches } from '../batches/domainBatches.ts';
import { openImagePairs, type ImagePairOptions } from './openImagePairs.ts';
import { pattern, plain, testFolder, type TestFolder } from './testFolder.ts';

let data: TestFolder;
let cache: TestFolder;
beforeEach(async () => {
  [data, cache] = await Promise.all([testFolder(), testFolder()]);
});
afterEach(() => Promise.all([data.remove(), cache.remove()]));

type Changes = Partial<Omit<ImagePairOptions, 'folder' | 'folderA' | 'folderB'>>;
const folders = (changes: Changes = {}) =>
  openImagePairs({
    ...{ folderA: `${data.path}/a`, folderB: `${data.path}/b` },
    ...{ imageSize: 16, cacheFolder: cache.path, ...changes },
  });
const sideBySide = (changes: Changes = {}) =>
  openImagePairs({
    ...{ folder: data.path, sideBySide: true as const },
    ...{ imageSize: 16, cacheFolder: cache.path, ...changes },
  });

/** Two pictures of one colour each, side by side. */
const twin = (left: string, right: string, width: number, height = 20) =>
  plain(left, width, height)
    .composite([
      {
        input: { create: { width: Math.ceil(width / 2), height, channels: 3, background: right } },
        left: Math.floor(width / 2),
        top: 0,
      },
    ])
    .png()
    .toBuffer();

describe('openImagePairs: two folders', () => {
  it('matches by name, in any format, and lists what has no partner', async () => {
    await data.add('a/2.png', await pattern(2));
    await data.add('a/sub/1.png', await pattern(1));
    await data.add('a/only.png', await pattern(9));
    await data.add('b/sub/1.jpg', await plain('#f00').jpeg().toBuffer());
    await data.add('b/2.webp', await plain('#0f0').webp({ lossless: true }).toBuffer());
    const pairs = await folders({ channelsB: 1 });
    expect(pairs.names).toEqual(['2', 'sub/1']);
    expect([...pairs.a].map((at) => pairs.datasetA.paths[at])).toEqual(['2.png', 'sub/1.png']);
    expect([...pairs.b].map((at) => pairs.datasetB.paths[at])).toEqual(['2.webp', 'sub/1.jpg']);
    expect(pairs.single).toEqual([`${data.path}/a/only.png`]);
    expect([pairs.datasetA.channels, pairs.datasetB.channels]).toEqual([3, 1]);
    const source = pairedBatches(pairs, { batchSize: 1, seed: 1 });
    expect(source.stepsPerEpoch).toBe(2);
    const { a, b } = await source.batchAt(0);
    expect([a.shape, b.shape]).toEqual([
      [1, 16, 16, 3],
      [1, 16, 16, 1],
    ]);
    await source.close();
    await expect(pairs.datasetB.read([0])).rejects.toThrow('were closed; open them again');
  });

  it('says when no names match', async () => {
    await data.add('a/x1.png', await pattern(1));
    await data.add('b/y1.png', await pattern(2));
    await expect(folders()).rejects.toThrow(
      `data: expected pictures with equal names in "${data.path}/a" and "${data.path}/b", such ` +
        `as 1.jpg and 1.png, received no pair: x1.png there, y1.png here. ` +
        `Give the pictures of a pair the same name.`,
    );
  });

  it('refuses two pictures of one name', async () => {
    for (const name of ['a/1.png', 'a/1.jpg', 'b/1.png']) await data.add(name, await pattern(1));
    await expect(folders()).rejects.toThrow(
      `data: expected one picture of each name in "${data.path}/a", where pairs are matched by ` +
        `name, received 1.jpg and 1.png. Remove or rename one.`,
    );
  });

  it('wants one batch of pairs', async () => {
    for (const name of ['a/1.png', 'a/2.png', 'b/1.png', 'b/3.png']) {
      await data.add(name, await pattern(1));
    }
    await expect(folders({ minimumCount: 2 })).rejects.toThrow(
      `data: expected at least 2 pairs (one batch) in "${data.path}/a" and "${data.path}/b", ` +
        `found 1 and 2 pictures without a partner. ` +
        `Add pairs or use a --batch-size of at most 1.`,
    );
  });

  it('names the flag of a folder that is missing', async () => {
    await data.add('a/1.png', await pattern(1));
    await expect(folders()).rejects.toThrow(`at "${data.path}/b" (--domain-b): not found.`);
  });
});

describe('openImagePairs: side by side', () => {
  const colours = async (changes: Changes = {}) => {
    const pairs = await sideBySide(changes);
    const [a, b] = [await pairs.datasetA.read([0]), await pairs.datasetB.read([0])];
    await pairs.close();
    const corners = (pixels: Uint8Array) => [
      [...pixels.subarray(0, 3)],
      [...pixels.subarray(pixels.length - 3)],
    ];
    return { a: corners(a), b: corners(b), skipped: pairs.datasetA.skipped };
  };

  it('cuts files in the middle', async () => {
    await data.add('1.png', await twin('#f00', '#00f', 40));
    const { a, b } = await colours();
    expect([a, b]).toEqual([
      [
        [255, 0, 0],
        [255, 0, 0],
      ],
      [
        [0, 0, 255],
        [0, 0, 255],
      ],
    ]);
  });

  it('cuts after turning a photograph upright', async () => {
    const turned = await sharp(await twin('#f00', '#00f', 40))
      .rotate(-90)
      .withMetadata({ orientation: 6 })
      .png()
      .toBuffer();
    await data.add('1.png', turned);
    expect((await colours()).a[0]).toEqual([255, 0, 0]);
    expect((await colours()).b[0]).toEqual([0, 0, 255]);
  });

  it('cuts drawings too', async () => {
    const half = (x: number, fill: string) =>
      `<rect x="${x}" width="9" height="9" fill="${fill}"/>`;
    await data.add(
      '1.svg',
      `<svg xmlns="http://www.w3.org/2000/svg" width="18" height="9">` +
        `${half(0, '#f00')}${half(9, '#00f')}</svg>`,
    );
    const { a, b } = await colours();
    expect([a[1], b[0]]).toEqual([
      [255, 0, 0],
      [0, 0, 255],
    ]);
  });

  it('gives halves of equal width to a file of odd width', async () => {
    await data.add('1.png', await twin('#f00', '#00f', 41));
    const { a, b } = await colours({ crop: 'stretch' });
    expect(a).toEqual([
      [255, 0, 0],
      [255, 0, 0],
    ]);
    expect(b).toEqual([
      [0, 0, 255],
      [0, 0, 255],
    ]);
  });

  it('skips files that hold one picture', async () => {
    await data.add('1.png', await twin('#f00', '#00f', 40));
    await data.add('2.png', await plain('#0f0', 20).png().toBuffer());
    expect((await colours()).skipped).toEqual([
      { path: '2.png', reason: 'not two pictures side by side: 20×20 px' },
    ]);
  });
});

it('stretches when it is told to, instead of cutting', async () => {
  // The left third is red, and the centre cut keeps the middle third.
  const red = { create: { width: 20, height: 20, channels: 3 as const, background: '#f00' } };
  const picture = plain('#00f', 60, 20).composite([{ input: red, left: 0, top: 0 }]);
  const content = await picture.png().toBuffer();
  await data.add('a/1.png', content);
  await data.add('b/1.png', content);
  const redColumns = async (crop: 'centre' | 'stretch') => {
    const pairs = await folders({ crop, imageSize: 30 });
    const pixels = await pairs.datasetA.read([0]);
    await pairs.close();
    const firstRow = Array.from({ length: 30 }, (_, column) => pixels[column * 3]!);
    return firstRow.filter((level) => level > 128).length;
  };
  expect([await redColumns('centre'), await redColumns('stretch')]).toEqual([0, 10]);
});
