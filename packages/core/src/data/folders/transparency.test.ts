import { join } from 'node:path';
import sharp, { type Sharp } from 'sharp';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { imageBatches } from '../batches/imageBatches.ts';
import { toPixels } from '../images/pixelImage.ts';
import { savePng } from '../images/savePng.ts';
import { cropAndResizeFolder } from './cropAndResizeFolder.ts';
import { decodeImage, type DecodeOptions } from './decodeImage.ts';
import { openImageFolder } from './openImageFolder.ts';
import { plain, testFolder, type TestFolder } from './testFolder.ts';

let data: TestFolder;
let cache: TestFolder;
beforeEach(async () => {
  [data, cache] = await Promise.all([testFolder(), testFolder()]);
});
afterEach(() => Promise.all([data.remove(), cache.remove()]));

/** Four columns of a colour: hidden, faint, half and opaque. */
const columns = [0, 51, 128, 255];

/** Every column is a quarter as wide as the picture is high, which is square. */
function fading(side: number, [red, green, blue] = [200, 100, 50]): Sharp {
  const pixels = Array.from({ length: side * side }, (_, at) => [
    ...[red!, green!, blue!, columns[Math.floor((4 * (at % side)) / side)]!],
  ]);
  const raw = { width: side, height: side, channels: 4 } as const;
  return sharp(Uint8Array.from(pixels.flat()), { raw });
}

const decode = async (content: Buffer, options: Partial<DecodeOptions> = {}) => {
  const path = await data.add('picture', content);
  const decoded = await decodeImage(path, {
    ...{ imageSize: 4, channels: 4, crop: 'centre', minimumSide: 1, ...options },
  });
  if ('reason' in decoded) throw new Error(decoded.reason);
  return [...decoded.pixels];
};

/** The pixels of the first row. */
const row = (pixels: readonly number[], side = 4): number[][] =>
  Array.from({ length: side }, (_, at) => pixels.slice(4 * at, 4 * at + 4));

const [white, red, green, blue] = [[255, 255, 255], 200, 100, 50];
const expected = [[...white, 0], ...columns.slice(1).map((opacity) => [red, green, blue, opacity])];

describe('decodeImage: 4 channels', () => {
  it('keeps opacity, with white for what is wholly transparent', async () => {
    const pixels = await decode(await fading(4).png().toBuffer());
    expect(row(pixels)).toEqual(expected);
    expect(pixels).toHaveLength(64);
    const other = await fading(4, [1, 2, 3]).png().toBuffer();
    expect(row(await decode(other))[0]).toEqual([...white, 0]);
  });

  it.each([
    ['a palette', () => fading(4).png({ palette: true })],
    ['webp', () => fading(4).webp({ lossless: true })],
    ['16 bits', () => fading(4).toColourspace('rgb16').png()],
  ])('keeps it of %s', async (_name, picture) => {
    const received = row(await decode(await picture().toBuffer()));
    expect(received[0]).toEqual([...white, 0]);
    received.flat().forEach((value, at) => {
      expect(Math.abs(value - expected.flat()[at]!)).toBeLessThanOrEqual(2);
    });
  });

  it('makes colours of grey with opacity', async () => {
    const grey = sharp(Uint8Array.of(90, 0, 90, 60, 90, 255, 30, 128), {
      raw: { width: 2, height: 2, channels: 2 },
    });
    const content = await grey.toColourspace('b-w').png().toBuffer();
    expect((await sharp(content).metadata()).channels).toBe(2);
    const received = await decode(content, { imageSize: 2 });
    expect(received).toEqual([...white, 0, 90, 90, 90, 60, 90, 90, 90, 255, 30, 30, 30, 128]);
  });

  it.each([
    ['jpeg', () => plain('#c86432', 8).jpeg()],
    ['png', () => plain('#c86432', 8).png()],
    ['CMYK', () => plain('#c86432', 8).toColourspace('cmyk').jpeg()],
    ['16 bits', () => plain('#c86432', 8).toColourspace('rgb16').png()],
  ])('makes an opaque picture of %s, with the colours of 3 channels', async (_name, picture) => {
    const content = await picture().toBuffer();
    const colours = await decode(content, { channels: 3 });
    const clear = await decode(content);
    expect(clear.filter((_, at) => at % 4 === 3)).toEqual(new Array(16).fill(255));
    expect(clear.filter((_, at) => at % 4 !== 3)).toEqual(colours);
  });

  it('shrinks without the colours of what is transparent, and turns what was tagged', async () => {
    const shrunk = row(await decode(await fading(16).png().toBuffer()));
    // Columns meet where they are cut. Colours are off by one level of what they are multiplied to.
    for (const [at, [r, g, b, opacity]] of shrunk.entries()) {
      expect(Math.abs(opacity! - columns[at]!)).toBeLessThan(25);
      const most = 255 / opacity!;
      [r! - red, g! - green, b! - blue].forEach((gap) =>
        expect(Math.abs(gap)).toBeLessThanOrEqual(most),
      );
    }
    const tagged = fading(4).withMetadata({ orientation: 3 }).png();
    expect(row(await decode(await tagged.toBuffer())).reverse()).toEqual(expected);
  });

  it('takes one half of two pictures side by side', async () => {
    const twin = await fading(4).resize(8, 4, { kernel: 'nearest', fit: 'fill' }).png().toBuffer();
    const right = await decode(twin, { half: 'right' });
    const opacities = row(right).map((pixel) => pixel[3]);
    expect(opacities).toEqual([128, 128, 255, 255]);
  });

  it('lays the same picture on white with 3', async () => {
    const pixels = await decode(await fading(4).png().toBuffer(), { channels: 3 });
    expect(pixels.slice(0, 3)).toEqual(white);
    expect(pixels.slice(9, 12)).toEqual([red, green, blue]);
  });
});

it('goes from a file into a batch and back into the same file', async () => {
  await data.add('in/a.png', await fading(8).png().toBuffer());
  const dataset = await openImageFolder({
    ...{ folder: join(data.path, 'in'), imageSize: 8, channels: 4, cacheFolder: cache.path },
  });
  const batches = imageBatches(dataset, { batchSize: 1, seed: 1 });
  const batch = await batches.batchAt(0);
  await batches.close();
  expect(batch.shape).toEqual([1, 8, 8, 4]);
  await savePng(join(data.path, 'out.png'), toPixels(batch)[0]!);
  const saved = await sharp(join(data.path, 'out.png')).raw().toBuffer();
  const content = await fading(8).raw().toBuffer();
  for (let at = 0; at < content.length; at += 4)
    if (content[at + 3] === 0) content.fill(255, at, at + 3);
  expect(saved).toEqual(content);
  // What was decoded with opacity is found again, and by nobody who asks for colours alone.
  const again = (channels: 3 | 4) =>
    openImageFolder({
      ...{ folder: join(data.path, 'in'), imageSize: 8, channels, cacheFolder: cache.path },
    });
  const [same, coloured] = [await again(4), await again(3)];
  expect([same.fromCache, same.channels]).toEqual([true, 4]);
  expect([coloured.fromCache, coloured.channels]).toEqual([false, 3]);
  await Promise.all([same.close(), coloured.close()]);
});

it('crops a folder with its transparency', async () => {
  await data.add('in/a.png', await fading(8).png().toBuffer());
  const out = join(data.path, 'out');
  await cropAndResizeFolder({ source: join(data.path, 'in'), out, imageSize: 8, channels: 4 });
  const { data: pixels, info } = await sharp(join(out, 'a.png'))
    .raw()
    .toBuffer({ resolveWithObject: true });
  expect(info.channels).toBe(4);
  expect(columns.map((_, at) => pixels[8 * at + 3])).toEqual(columns);
});
