import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { UserError } from '@gan-zoo/compiler';
import { upright } from './decodeImage.ts';
import { groupSimilar, type ImageLook } from './groupSimilar.ts';
import { listImageFiles, type SkippedFile } from './listImageFiles.ts';
import { defaultWorkers, mapInOrder } from './mapInOrder.ts';
import type { FileProgress } from './openImageFolder.ts';
import { shortReason } from '../../base/files/systemErrors.ts';

/** Options of {@link findDuplicates}. */
export interface DuplicateOptions {
  /** Where the images are; with `files` the folder that their paths are relative to. */
  readonly folder: string;
  /** Only these files, relative to the folder; default: all images in it and below. */
  readonly files?: readonly string[];
  /** Bits of 64 in which two near-duplicates may differ, from 0 to 15; default 4. */
  readonly threshold?: number;
  /**
   * Mean difference of colour, in steps of 255, that two near-duplicates may have; default 3.
   * The bits alone do not see colour: 255 compares nothing but them.
   */
  readonly colourTolerance?: number;
  /** How many images are read at once; default {@link defaultWorkers}. */
  readonly workers?: number;
  readonly onProgress?: (progress: FileProgress) => void;
  readonly signal?: AbortSignal;
}

/** What {@link findDuplicates} found. */
export interface Duplicates {
  /** Groups of two or more paths that look alike, each sorted, in the order of their first. */
  readonly groups: readonly (readonly string[])[];
  /** How many images were compared. */
  readonly compared: number;
  readonly skipped: readonly SkippedFile[];
}

const WIDTH = 9;
const HEIGHT = 8;

/**
 * A picture is resized to blocks of this many pixels a side, which are then averaged: the mean of
 * a block hardly changes with the size and the quality of the picture, a resized pixel does.
 */
const BLOCK = 4;

/** A neighbour counts as darker from this many steps of 255 on: less is noise on flat areas. */
const NOISE = 2;

/**
 * Finds pictures that are the same or nearly so: other sizes, formats and qualities of one
 * picture. Each is reduced to 9×8 pixels; whether each is brighter than its right neighbour gives
 * 64 bits ("difference hash"). Two pictures are alike when few bits differ and the small pictures'
 * colours are near each other; groups join everything that a chain of such pairs connects.
 *
 * @throws UserError when the folder is missing or an option is out of its range
 */
export async function findDuplicates(options: DuplicateOptions): Promise<Duplicates> {
  const { threshold = 4, colourTolerance = 3, workers = defaultWorkers() } = options;
  assertThreshold(threshold);
  const skipped: SkippedFile[] = [];
  const paths = options.files ?? (await listPaths(options.folder, skipped));
  const looks: ImageLook[] = [];
  const lookOf = (path: string) => lookAt(join(options.folder, path), path);
  const found = mapInOrder(paths, lookOf, { workers, signal: options.signal });
  let done = 0;
  for await (const look of found) {
    if ('reason' in look) skipped.push(look);
    else looks.push(look);
    done++;
    options.onProgress?.({ done, total: paths.length });
  }
  const groups = groupSimilar(looks, threshold, colourTolerance).map((group) => group.sort());
  return { groups, compared: looks.length, skipped };
}

async function listPaths(folder: string, skipped: SkippedFile[]): Promise<string[]> {
  const listing = await listImageFiles(folder);
  skipped.push(...listing.skipped);
  return listing.files.map(({ path }) => path);
}

async function lookAt(file: string, path: string): Promise<ImageLook | SkippedFile> {
  try {
    const content = await readFile(file);
    const blocks = await upright(content, await sharp(content).metadata(), 64)
      .resize(WIDTH * BLOCK, HEIGHT * BLOCK, { fit: 'fill' })
      .toColourspace('srgb')
      .raw({ depth: 'uchar' })
      .toBuffer();
    const colours = meanOfBlocks(blocks);
    return { path, colours, ...differenceHash(colours) };
  } catch (error) {
    return { path, reason: shortReason(error) };
  }
}

function meanOfBlocks(pixels: Uint8Array): Uint8Array {
  const sums = new Uint32Array(WIDTH * HEIGHT * 3);
  for (let at = 0; at < pixels.length; at++) {
    const pixel = Math.floor(at / 3);
    const column = Math.floor((pixel % (WIDTH * BLOCK)) / BLOCK);
    const row = Math.floor(pixel / (WIDTH * BLOCK * BLOCK));
    sums[(row * WIDTH + column) * 3 + (at % 3)]! += pixels[at]!;
  }
  return Uint8Array.from(sums, (sum) => Math.round(sum / BLOCK ** 2));
}

function differenceHash(colours: Uint8Array): { low: number; high: number } {
  const bits = [0, 0];
  for (let row = 0; row < HEIGHT; row++) {
    for (let column = 0; column < WIDTH - 1; column++) {
      const at = row * WIDTH + column;
      const isBrighter = brightness(colours, at) > brightness(colours, at + 1) + NOISE;
      const half = row < HEIGHT / 2 ? 0 : 1;
      bits[half] = (bits[half]! << 1) | Number(isBrighter);
    }
  }
  return { low: bits[0]!, high: bits[1]! };
}

/** Rec. 601 luma. */
const brightness = (colours: Uint8Array, pixel: number): number =>
  0.299 * colours[3 * pixel]! + 0.587 * colours[3 * pixel + 1]! + 0.114 * colours[3 * pixel + 2]!;

function assertThreshold(threshold: number): void {
  if (Number.isInteger(threshold) && threshold >= 0 && threshold <= 15) return;
  throw new UserError(
    `duplicates: expected a threshold of whole bits from 0 to 15, received ${threshold}. ` +
      `4 finds copies of other sizes and qualities.`,
  );
}
