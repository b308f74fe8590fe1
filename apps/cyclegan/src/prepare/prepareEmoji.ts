import { mkdir, readdir, rename, rm, rmdir, writeFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { assertEmptyFolder, findDuplicates, mapInOrder, UserError } from '@gan-zoo/core';
import { layoutOf } from './arrangeEmoji.ts';
import { styles } from './emojiStyles.ts';
import { writeContactSheet } from './contactSheet.ts';
import { drawEmoji } from './drawEmoji.ts';
import {
  credits,
  manifestName,
  readManifest,
  recipeDifferences,
  recipeVersions,
  type EmojiManifest,
  type EmojiRecipe,
} from './emojiManifest.ts';
import { hasSkinTone, kindOf, listEmojiPairs, sidelessName, type EmojiPair } from './emojiPairs.ts';
import { joinGroups, splitEmoji, type EmojiSplit } from './splitEmoji.ts';

/** What to make and where. */
export interface PrepareEmojiOptions {
  /** Folder for the data set, absolute; new, empty, or the same data set. */
  readonly out: string;
  /** Side of the pictures in pixels. */
  readonly imageSize: number;
  /** What lies behind the emoji: a CSS colour. */
  readonly background: string;
  /** Whether the five skin tones of each hand and person count as emoji of their own. */
  readonly skinTones: boolean;
  /** Pairs side by side instead of two domains; default false. */
  readonly paired?: boolean;
  /** How many emoji to hold back, with both styles of each. */
  readonly testCount: number;
  /** The same seed gives the same split. */
  readonly seed: number;
  /** Emoji drawn at once; default 4. */
  readonly workers?: number;
  /** The emoji to take from; default: all that are installed. */
  readonly pairs?: readonly EmojiPair[];
  readonly onProgress?: (progress: { done: number; total: number }) => void;
  readonly signal?: AbortSignal;
}

/** What there is now. */
export interface PreparedEmoji {
  readonly folder: string;
  readonly manifest: EmojiManifest;
  /** Whether it was there already. */
  readonly kept: boolean;
  /** A picture of pictures. */
  readonly sheet: string;
}

/** Emoji whose two drawings share less than this of their outline are drawn too differently. */
const LEAST_OVERLAP = 0.7;

const sheetName = 'sheet.png';

/**
 * Makes the default data set: emoji as flat drawings (A) and in 3D (B) in a published layout.
 * CycleGAN's: `trainA` and `trainB` hold different emoji, so that no pair can be learnt from; `testA`
 * and `testB` hold the same ones, which training never sees: the truth to measure translations by.
 * Or pix2pix's: `train` and `test` hold pairs side by side. Variants of one emoji (skin tones,
 * genders, left and right) and drawings that look alike stay together.
 *
 * The folder appears when it is complete; an interrupted call leaves nothing behind.
 *
 * @throws UserError when the folder holds something else, or another set of emoji
 */
export async function prepareEmoji(options: PrepareEmojiOptions): Promise<PreparedEmoji> {
  const folder = resolve(options.out);
  const { seed, imageSize, background, skinTones, paired = false, testCount } = options;
  const versions = await recipeVersions();
  const drawn = { seed, imageSize, background, skinTones };
  const recipe: EmojiRecipe = { ...drawn, paired, testCount, versions };
  const sheet = join(folder, sheetName);
  const found = await readManifest(folder);
  if (found !== undefined) {
    assertSame(folder, found, recipe);
    return { folder, manifest: found, kept: true, sheet };
  }
  await assertEmptyFolder(folder);
  const staging = join(dirname(folder), `.${basename(folder)}.${process.pid}.unfinished`);
  try {
    const manifest = await makeSet(staging, recipe, options);
    await publish(staging, folder);
    return { folder, manifest, kept: false, sheet };
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
}

/** Puts the finished set in its place: at once, or piece by piece beside hidden files. */
async function publish(staging: string, folder: string): Promise<void> {
  const isFree = await rmdir(folder).then(
    () => true,
    (error: NodeJS.ErrnoException) => error.code === 'ENOENT',
  );
  if (isFree) return rename(staging, folder);
  const names = (await readdir(staging)).filter((name) => name !== manifestName);
  for (const name of [...names, manifestName]) {
    await rename(join(staging, name), join(folder, name));
  }
}

async function makeSet(
  staging: string,
  recipe: EmojiRecipe,
  options: PrepareEmojiOptions,
): Promise<EmojiManifest> {
  const all = options.pairs ?? (await listEmojiPairs());
  const pairs = recipe.skinTones ? all : all.filter((pair) => !hasSkinTone(pair));
  await makeFolders(staging, styles);
  const leftOut = await drawAll(staging, pairs, recipe, options);
  const out = new Set(leftOut.map(({ name }) => name));
  const used = pairs.filter(({ name }) => !out.has(name));
  const groups = await groupAlike(join(staging, 'flat'), used, options.signal);
  const split = splitEmoji(groups, recipe);
  assertSplit(split, recipe);
  const layout = layoutOf(recipe.paired);
  await writeContactSheet(staging, layout.rows(split), join(staging, sheetName));
  await layout.arrange(staging, split, options.signal);
  const manifest: EmojiManifest = {
    format: 'gan-zoo-emoji',
    ...recipe,
    ...{ counts: layout.counts(split), leftOut, credits: [...credits] },
  };
  await writeFile(join(staging, manifestName), `${JSON.stringify(manifest, null, 2)}\n`);
  return manifest;
}

/** Draws every pair to `flat` and `solid`; returns those that are not fit for use. */
async function drawAll(
  staging: string,
  pairs: readonly EmojiPair[],
  recipe: EmojiRecipe,
  { workers = 4, signal, onProgress }: PrepareEmojiOptions,
): Promise<{ name: string; reason: string }[]> {
  const leftOut: { name: string; reason: string }[] = [];
  const draw = async (pair: EmojiPair) => {
    const { flat, solid, overlap } = await drawEmoji(pair, recipe);
    await writeFile(join(staging, 'flat', `${pair.name}.png`), flat);
    await writeFile(join(staging, 'solid', `${pair.name}.png`), solid);
    return { name: pair.name, overlap };
  };
  let done = 0;
  for await (const { name, overlap } of mapInOrder(pairs, draw, { workers, signal })) {
    if (overlap < LEAST_OVERLAP) {
      const reason = `the outlines of its two drawings overlap by ${overlap.toFixed(2)} only`;
      leftOut.push({ name, reason });
      for (const style of styles) await rm(join(staging, style, `${name}.png`));
    }
    onProgress?.({ done: ++done, total: pairs.length });
  }
  return leftOut;
}

/**
 * Groups variants of one emoji, mirrored ones, and emoji whose flat drawings look alike, such as
 * clock faces.
 */
async function groupAlike(
  folder: string,
  pairs: readonly EmojiPair[],
  signal: AbortSignal | undefined,
): Promise<string[][]> {
  const names = pairs.map(({ name }) => name);
  const files = names.map((name) => `${name}.png`);
  const alike = await findDuplicates({ folder, files, ...(signal ? { signal } : {}) });
  const lookalikes = alike.groups.map((group) => group.map((file) => file.slice(0, -4)));
  const groups = [...namesBy(pairs, kindOf), ...namesBy(pairs, sidelessName), ...lookalikes];
  return joinGroups(names, groups);
}

/** Names of the emoji that share a key. */
function namesBy(
  pairs: readonly EmojiPair[],
  keyOf: (pair: EmojiPair) => string,
): Iterable<string[]> {
  const groups = new Map<string, string[]>();
  for (const pair of pairs) {
    const key = keyOf(pair);
    groups.set(key, [...(groups.get(key) ?? []), pair.name]);
  }
  return groups.values();
}

async function makeFolders(staging: string, names: readonly string[]): Promise<void> {
  try {
    await rm(staging, { recursive: true, force: true });
    for (const name of names) await mkdir(join(staging, name), { recursive: true });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new UserError(
      `prepare: could not make a folder beside --out: ${reason}. Choose another --out.`,
      { cause: error },
    );
  }
}

function assertSplit({ trainA, trainB, test }: EmojiSplit, { testCount }: EmojiRecipe): void {
  if (test.length >= 1 && Math.min(trainA.length, trainB.length) >= 1) return;
  const all = trainA.length + trainB.length + test.length;
  throw new UserError(
    `prepare: expected --test-count to leave emoji to train on, received ${testCount} of ${all}. ` +
      `Choose a smaller one.`,
  );
}

function assertSame(folder: string, found: EmojiManifest, wanted: EmojiRecipe): void {
  const differences = recipeDifferences(found, wanted);
  if (differences.length === 0) return;
  throw new UserError(
    `prepare: ${folder} holds another set of emoji: ${differences.join('; ')}. ` +
      `Choose another folder with --out, delete this one, or ask for what it holds.`,
  );
}
