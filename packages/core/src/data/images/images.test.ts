import { hostTensor } from '@gan-zoo/compiler';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { testFolder, type TestFolder } from '../folders/testFolder.ts';
import { imageGrid, imageStrip } from './imageGrid.ts';
import { toPixels, type PixelImage } from './pixelImage.ts';
import { gifFromPngs, saveGif } from './saveGif.ts';
import { saveImages, savePng } from './savePng.ts';

let out: TestFolder;
beforeEach(async () => void (out = await testFolder()));
afterEach(() => out.remove());

/** An image of one colour; one number makes it grey. */
const filled = (width: number, height: number, ...colour: number[]): PixelImage => ({
  ...{ width, height, channels: colour.length === 1 ? 1 : 3 },
  data: Uint8Array.from(
    { length: width * height * colour.length },
    (_, at) => colour[at % colour.length]!,
  ),
});

describe('toPixels', () => {
  it('undoes what batches do to every byte', () => {
    const bytes = Uint8Array.from({ length: 256 }, (_, value) => value);
    const scaled = Float32Array.from(bytes, (value) => value / 127.5 - 1);
    const [image] = toPixels(hostTensor([1, 16, 16, 1], scaled));
    expect(image).toEqual({ width: 16, height: 16, channels: 1, data: bytes });
  });

  it('cuts off what lies beyond', () => {
    const values = [-3, -1, 0, 1, 7, Number.NaN];
    const images = toPixels(hostTensor([2, 1, 1, 3], values));
    expect(images.map(({ data }) => [...data])).toEqual([
      [0, 0, 128],
      [255, 255, 0],
    ]);
  });

  it('refuses other shapes', () => {
    expect(() => toPixels(hostTensor([2, 3, 2]))).toThrow(
      'toPixels: expected shape [N, H, W, C] with 1 or 3 channels, received [2, 3, 2].',
    );
    expect(() => toPixels(hostTensor([1, 3, 2, 2]))).toThrow('received [1, 3, 2, 2].');
  });
});

describe('imageGrid', () => {
  it('lays images out in rows, with padding', () => {
    const images = [10, 20, 30].map((level) => filled(2, 1, level));
    const grid = imageGrid(images, { padding: 1, background: [9, 9, 9] });
    expect([grid.width, grid.height, grid.channels]).toEqual([7, 5, 1]);
    const rows = Array.from({ length: 5 }, (_, row) => [
      ...grid.data.subarray(row * 7, row * 7 + 7),
    ]);
    expect(rows).toEqual([
      [9, 9, 9, 9, 9, 9, 9],
      [9, 10, 10, 9, 20, 20, 9],
      [9, 9, 9, 9, 9, 9, 9],
      [9, 30, 30, 9, 9, 9, 9],
      [9, 9, 9, 9, 9, 9, 9],
    ]);
  });

  it('mixes grey with colour, and has a coloured background', () => {
    const mixed = imageGrid([filled(1, 1, 7), filled(1, 1, 1, 2, 3)], { padding: 0 });
    expect(mixed).toEqual({
      ...{ width: 2, height: 1, channels: 3 },
      data: Uint8Array.of(7, 7, 7, 1, 2, 3),
    });
    const framed = imageGrid([filled(1, 1, 7)], { padding: 1, background: [1, 2, 3] });
    expect(framed.channels).toBe(3);
    expect([...framed.data.subarray(9, 18)]).toEqual([1, 2, 3, 7, 7, 7, 1, 2, 3]);
  });

  it('has white padding of 2 pixels and about as many columns as rows by default', () => {
    const grid = imageGrid(Array.from({ length: 5 }, () => filled(4, 4, 0)));
    expect([grid.width, grid.height, grid.data[0]]).toEqual([20, 14, 255]);
    const strip = imageStrip(Array.from({ length: 5 }, () => filled(4, 4, 0)));
    expect([strip.width, strip.height]).toEqual([32, 8]);
  });

  it('says what is wrong', () => {
    expect(() => imageGrid([])).toThrow('imageGrid: expected at least one image, received none.');
    expect(() => imageStrip([])).toThrow('imageGrid: expected at least one image, received none.');
    expect(() => imageGrid([filled(2, 2, 0), filled(3, 2, 0)])).toThrow(
      'imageGrid: expected images of one size, received 2×2 and 3×2 px.',
    );
    expect(() => imageGrid([filled(2, 2, 0)], { columns: 0 })).toThrow(
      'imageGrid: expected a number of columns of at least 1, received 0.',
    );
  });
});

describe('savePng', () => {
  it('writes the exact pixels and makes folders', async () => {
    const path = join(out.path, 'deep', 'er', 'a.png');
    const image = filled(3, 2, 1, 200, 30);
    await savePng(path, image);
    const { data, info } = await sharp(path).raw().toBuffer({ resolveWithObject: true });
    expect([info.width, info.height, info.channels]).toEqual([3, 2, 3]);
    expect(new Uint8Array(data)).toEqual(image.data);
    expect(await readdir(join(out.path, 'deep', 'er'))).toEqual(['a.png']);
  });

  it('says when it cannot write, and leaves nothing', async () => {
    const file = await out.add('file', '');
    const path = join(file, 'a.png');
    await expect(savePng(path, filled(1, 1, 0))).rejects.toThrow(
      /^cannot create the folder of .*a\.png: /,
    );
    expect(await readdir(out.path)).toEqual(['file']);
  });

  it('writes many, numbered or named', async () => {
    const images = [filled(1, 1, 0), filled(1, 1, 9)];
    const paths = await saveImages(out.path, images);
    expect(paths).toEqual([join(out.path, '000.png'), join(out.path, '001.png')]);
    await saveImages(out.path, images, ['x', 'y']);
    expect(await readdir(out.path)).toEqual(['000.png', '001.png', 'x.png', 'y.png']);
    await expect(saveImages(out.path, images, ['x'])).rejects.toThrow(
      'saveImages: expected 2 names, one for each image, received 1.',
    );
  });
});

describe('saveGif', () => {
  const path = () => join(out.path, 'a.gif');
  const colours = [
    [200, 0, 0],
    [0, 200, 0],
    [0, 0, 200],
    [90, 90, 90],
  ] as const;
  const frames = colours.map((colour) => filled(20, 10, ...colour));
  const colourOf = async (page: number) => {
    const pixels = await sharp(path(), { page })
      .removeAlpha()
      .toColourspace('srgb')
      .raw()
      .toBuffer();
    return [...pixels.subarray(0, 3)];
  };

  it('shows the frames in their colours and keeps the last one longer', async () => {
    await saveGif(path(), frames, { delayMs: 100, lastDelayMs: 700 });
    const { pages, width, pageHeight, delay, loop } = await sharp(path(), { pages: -1 }).metadata();
    expect({ pages, width, pageHeight, loop }).toEqual({
      ...{ pages: 4, width: 20, pageHeight: 10, loop: 0 },
    });
    expect(delay).toEqual([100, 100, 100, 700]);
    for (const [page, colour] of colours.entries()) {
      const received = await colourOf(page);
      received.forEach((value, at) => expect(Math.abs(value - colour[at]!)).toBeLessThan(9));
    }
  });

  it('thins many frames out, with the first and the last, and shrinks large ones', async () => {
    const many = Array.from({ length: 40 }, (_, index) => filled(64, 32, index * 6));
    await saveGif(path(), many, { maxFrames: 5, maxSide: 16 });
    const { pages, width, pageHeight } = await sharp(path(), { pages: -1 }).metadata();
    expect({ pages, width, pageHeight }).toEqual({ pages: 5, width: 16, pageHeight: 8 });
    expect((await colourOf(0))[0]).toBeLessThan(9);
    expect((await colourOf(4))[0]).toBeGreaterThan(225);
    await saveGif(path(), many, { maxFrames: 1 });
    expect((await colourOf(0))[0]).toBeGreaterThan(225);
  });

  it('is made of picture files too, whatever their sizes and kinds', async () => {
    const paths = await saveImages(out.path, [frames[0]!, filled(40, 40, 90)]);
    await gifFromPngs(paths, path());
    const { pages, width, pageHeight } = await sharp(path(), { pages: -1 }).metadata();
    expect({ pages, width, pageHeight }).toEqual({ pages: 2, width: 20, pageHeight: 10 });
    expect(Math.abs((await colourOf(1))[0]! - 90)).toBeLessThan(9);
  });

  it('says what is wrong', async () => {
    await expect(saveGif(path(), [])).rejects.toThrow(
      'saveGif: expected at least one frame, received none.',
    );
    const missing = join(out.path, 'gone.png');
    await expect(gifFromPngs([missing], path())).rejects.toThrow(
      `gifFromPngs: cannot read the frame "${missing}": not found.`,
    );
  });
});
