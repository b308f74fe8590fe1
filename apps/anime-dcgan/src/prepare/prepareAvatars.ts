import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join, resolve } from 'node:path';
import { UsageError, UserError } from '@gan-zoo/core';
import {
  assertSameVersions,
  openAvatarFolder,
  removeLeftovers,
  writeWhole,
} from './avatarFolder.ts';
import { createManifest, manifestName, type AvatarManifest } from './avatarManifest.ts';
import { avatarStyles, isAvatarStyleName, type AvatarStyleName } from './avatarStyles.ts';
import { createAvatarDrawing } from './drawAvatar.ts';
import { forEachConcurrently } from './forEachConcurrently.ts';

/** Most pictures of one set: names have five digits. */
export const maxAvatars = 100_000;

/** What to draw and where. */
export interface PrepareAvatarsOptions {
  /** Number of pictures, 1 to {@link maxAvatars}. */
  readonly num: number;
  /** Folder for the pictures; made if missing. */
  readonly out: string;
  /** Number of the set, 0 to 2³² − 1; default 0. The same seed gives the same files. */
  readonly seed?: number;
  /** Name of a style in `avatarStyles`; default `lorelei`. */
  readonly style?: string;
  /** Width and height in pixels, 16 to 1024; default 96. */
  readonly imageSize?: number;
  /** Pictures in work at once, 1 to 64; default twice the processor's threads. */
  readonly concurrency?: number;
  /** Called once before the first picture and after each one. */
  readonly onProgress?: (progress: AvatarProgress) => void;
  /** Stops the work; whole pictures stay and the next call goes on from them. */
  readonly signal?: AbortSignal;
}

/** How far the work is. */
export interface AvatarProgress {
  /** Pictures in the folder, those of earlier calls included. */
  readonly done: number;
  /** Pictures asked for. */
  readonly total: number;
}

/** What was done. */
export interface PreparedAvatars {
  /** Absolute path of the folder. */
  readonly folder: string;
  /** Pictures drawn by this call. */
  readonly drawn: number;
  /** Pictures that were there already. */
  readonly kept: number;
  /** How many of the `num` pictures differ from all earlier ones. */
  readonly distinct: number;
  /** Pictures of the same set beyond `num`, left by an earlier call that asked for more. */
  readonly surplus: number;
  /** What the folder's `manifest.json` says. */
  readonly manifest: AvatarManifest;
}

/**
 * Draws avatars into a folder: `<style>-00000.png` and so on, with a `manifest.json` that names the
 * style, its licence and all that the pictures depend on. A picture depends on style, seed, index
 * and size only, so a second call keeps what is there and a larger `num` only adds files.
 *
 * @param options see {@link PrepareAvatarsOptions}
 * @throws UsageError if an option is out of range or the style is unknown
 * @throws UserError if the folder holds other files or another set
 * @throws the signal's reason if it aborts
 */
export async function prepareAvatars(options: PrepareAvatarsOptions): Promise<PreparedAvatars> {
  const set = checkOptions(options);
  options.signal?.throwIfAborted();
  const { folder, manifest, names, missing } = await openSet(resolve(options.out), set);
  await drawPictures(folder, set, missing, options);
  const distinct = await countDistinct(folder, set, options.signal);
  const kept = set.num - missing.length;
  const surplus = countPictures(names, set.style) - kept;
  return { folder, drawn: missing.length, kept, distinct, surplus, manifest };
}

/**
 * Name of a picture's file.
 *
 * @param style name of the style
 * @param index 0 to {@link maxAvatars} − 1
 */
export function avatarName(style: AvatarStyleName, index: number): string {
  return `${style}-${String(index).padStart(5, '0')}.png`;
}

/** Checked options. */
interface AvatarSet {
  readonly style: AvatarStyleName;
  readonly num: number;
  readonly seed: number;
  readonly imageSize: number;
  readonly concurrency: number;
}

function checkOptions(options: PrepareAvatarsOptions): AvatarSet {
  const { style = 'lorelei', out } = options;
  if (!isAvatarStyleName(style)) {
    throw new UsageError(
      `prepare: expected --style to be one of ${Object.keys(avatarStyles).join(', ')}, ` +
        `received ${style}.`,
    );
  }
  if (out.trim() === '') {
    throw new UsageError('prepare: expected --out to name a folder, received an empty text.');
  }
  const defaultConcurrency = Math.min(64, 2 * availableParallelism());
  return {
    style,
    num: integerIn('--num', options.num, 1, maxAvatars),
    seed: integerIn('--seed', options.seed ?? 0, 0, 2 ** 32 - 1),
    imageSize: integerIn('--image-size', options.imageSize ?? 96, 16, 1024),
    concurrency: integerIn('concurrency', options.concurrency ?? defaultConcurrency, 1, 64),
  };
}

function integerIn(name: string, value: number, least: number, most: number): number {
  if (Number.isInteger(value) && value >= least && value <= most) return value;
  throw new UsageError(
    `prepare: expected ${name} to be a whole number from ${least} to ${most}, received ${value}.`,
  );
}

/** Makes sure that the folder is ours, records the set in it and finds what is to be drawn. */
async function openSet(folder: string, set: AvatarSet) {
  const wanted = createManifest(set);
  const { manifest: found, names } = await openAvatarFolder(folder, wanted);
  await removeLeftovers(folder, names);
  const missing = indicesOf(set).filter((index) => !names.has(avatarName(set.style, index)));
  if (found && missing.length > 0) assertSameVersions(folder, found, wanted);
  if (found && found.num >= set.num) return { folder, manifest: found, names, missing };
  const manifest = { ...(found ?? wanted), num: set.num };
  await writeWhole(folder, manifestName, `${JSON.stringify(manifest, null, 2)}\n`);
  return { folder, manifest, names, missing };
}

async function drawPictures(
  folder: string,
  { style, seed, imageSize, num, concurrency }: AvatarSet,
  missing: readonly number[],
  { onProgress, signal }: PrepareAvatarsOptions,
): Promise<void> {
  let done = num - missing.length;
  onProgress?.({ done, total: num });
  if (missing.length === 0) return;
  const drawAvatar = await createAvatarDrawing(style, seed, imageSize);
  const drawOne = async (index: number) => {
    await writeWhole(folder, avatarName(style, index), await drawAvatar(index));
    done += 1;
    onProgress?.({ done, total: num });
  };
  await forEachConcurrently(missing, concurrency, drawOne, signal);
}

async function countDistinct(
  folder: string,
  set: AvatarSet,
  signal: AbortSignal | undefined,
): Promise<number> {
  const hashes = new Set<string>();
  const hashOne = async (index: number) => {
    hashes.add(await hashPicture(join(folder, avatarName(set.style, index))));
  };
  await forEachConcurrently(indicesOf(set), set.concurrency, hashOne, signal);
  return hashes.size;
}

function indicesOf({ num }: AvatarSet): number[] {
  return Array.from({ length: num }, (_, index) => index);
}

function countPictures(names: ReadonlySet<string>, style: AvatarStyleName): number {
  const pattern = new RegExp(`^${style}-\\d{5}\\.png$`);
  return [...names].filter((name) => pattern.test(name)).length;
}

/** The encoder is deterministic, so files differ exactly when their pictures do. */
async function hashPicture(path: string): Promise<string> {
  const bytes = await readFile(path);
  const isWhole = bytes.subarray(1, 4).toString('latin1') === 'PNG' && bytes.includes('IEND', -12);
  if (!isWhole) {
    throw new UserError(
      `prepare: expected ${path} to be a whole PNG, received ${bytes.length} other bytes. ` +
        `Delete the file and run again; it will be drawn anew.`,
    );
  }
  return createHash('sha256').update(bytes).digest('base64');
}
