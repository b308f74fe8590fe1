import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createRandom, mapInOrder, type RandomStream } from '@gan-zoo/core';
import sharp from 'sharp';

/** What to make. */
export interface MakePicturesOptions {
  readonly folder: string;
  readonly count: number;
  /** Side of the pictures in pixels. */
  readonly side: number;
  readonly onProgress?: (done: number) => void;
  readonly signal?: AbortSignal;
}

/** Pictures in a folder: file systems and file managers dislike very large ones. */
const FOLDER_PICTURES = 1000;

/**
 * Fills a folder with different pictures of discs on a gradient: JPEG and PNG in turns, a thousand
 * to a folder below it. Picture i is always the same.
 */
export async function makePictures(options: MakePicturesOptions): Promise<void> {
  const { folder, count, side, onProgress, signal } = options;
  const discs = createRandom(0).stream('pictures');
  const numbers = Array.from({ length: count }, (_, number) => number);
  for (let first = 0; first < count; first += FOLDER_PICTURES) {
    await mkdir(folderOf(folder, first), { recursive: true });
  }
  const make = async (number: number): Promise<void> => {
    const picture = sharp(drawPicture(discs, number, side), {
      raw: { width: side, height: side, channels: 3 },
    });
    const isJpeg = number % 2 === 0;
    const content = await (isJpeg ? picture.jpeg({ quality: 90 }) : picture.png()).toBuffer();
    const name = `${String(number).padStart(6, '0')}.${isJpeg ? 'jpg' : 'png'}`;
    await writeFile(join(folderOf(folder, number), name), content);
  };
  let done = 0;
  for await (const _ of mapInOrder(numbers, make, { workers: 8, signal })) onProgress?.(++done);
}

const folderOf = (folder: string, number: number): string =>
  join(folder, String(Math.floor(number / FOLDER_PICTURES)).padStart(3, '0'));

const DISCS = 4;
const DISC_VALUES = 6;

/** Shape: [side, side, 3], uint8. */
export function drawPicture(stream: RandomStream, number: number, side: number): Uint8Array {
  const values = stream.at(number).uniforms(6 + DISCS * DISC_VALUES);
  const pixels = new Uint8Array(side * side * 3);
  for (let row = 0, at = 0; row < side; row++) {
    for (let column = 0; column < side; column++, at += 3) {
      const disc = topDisc(values, column / side, row / side);
      for (let channel = 0; channel < 3; channel++) {
        const light = values[channel]! + (values[3 + channel]! - values[channel]!) * (row / side);
        pixels[at + channel] = 255 * (disc < 0 ? light : values[disc + 3 + channel]!);
      }
    }
  }
  return pixels;
}

/** Where the values of the disc begin that covers a place; -1 when none does. */
function topDisc(values: Float32Array, x: number, y: number): number {
  for (let at = 6; at < values.length; at += DISC_VALUES) {
    const [left, top, radius] = [values[at]! - x, values[at + 1]! - y, 0.3 * values[at + 2]!];
    if (left * left + top * top < radius * radius) return at;
  }
  return -1;
}
