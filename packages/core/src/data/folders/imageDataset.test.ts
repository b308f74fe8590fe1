import type { FileHandle } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { createImageDataset } from './imageDataset.ts';

const place = { folder: 'pictures', cachePath: 'cache', fromCache: true };

/** Ten images of 2×2 grey pixels, each filled with its number; reads give 3 bytes at most. */
function tenImages(shortened = false) {
  const reads: { position: number; length: number }[] = [];
  let closed = 0;
  const read = (target: Uint8Array, offset: number, length: number, position: number) => {
    reads.push({ position, length });
    const bytesRead = shortened ? 0 : Math.min(3, length);
    for (let at = 0; at < bytesRead; at++) target[offset + at] = Math.floor((position + at) / 4);
    return Promise.resolve({ bytesRead, buffer: target });
  };
  const close = () => Promise.resolve(void closed++);
  const header = {
    ...{ imageSize: 2, channels: 1 as const, skipped: [], refused: [], fingerprint: '' },
    paths: Array.from({ length: 10 }, (_, index) => `${index}.png`),
  };
  const handle = { read, close } as unknown as FileHandle;
  return { dataset: createImageDataset({ header, handle }, place), reads, closed: () => closed };
}

describe('ImageDataset', () => {
  it('reads only what is asked for, neighbours together, in pieces if need be', async () => {
    const { dataset, reads } = tenImages();
    const pixels = await dataset.read([7, 8, 2]);
    expect([...pixels]).toEqual([7, 7, 7, 7, 8, 8, 8, 8, 2, 2, 2, 2]);
    const firstReads = reads.filter(({ position }) => position % 4 === 0 && position !== 32);
    expect(firstReads.map(({ position, length }) => [position, length])).toEqual([
      [28, 8],
      [8, 4],
    ]);
    expect(Math.min(...reads.map(({ position }) => position))).toBe(8);
  });

  it('refuses numbers of no image', async () => {
    const { dataset } = tenImages();
    for (const wrong of [-1, 10, 0.5, Number.NaN]) {
      await expect(dataset.read([wrong])).rejects.toThrow(
        `data: expected the number of an image from 0 to 9, received ${wrong}.`,
      );
    }
  });

  it('tells when the cache has been shortened', async () => {
    const { dataset } = tenImages(true);
    await expect(dataset.read([1])).rejects.toThrow(
      'data: the cache of decoded images ended after 4 bytes, expected 8: something has ' +
        'shortened it. Start again; it is rebuilt.',
    );
  });

  it('closes once and reads no more', async () => {
    const { dataset, closed } = tenImages();
    await Promise.all([dataset.close(), dataset.close()]);
    expect(closed()).toBe(1);
    await expect(dataset.read([1])).rejects.toThrow(
      'data: the images of "pictures" were closed; open them again.',
    );
  });
});
