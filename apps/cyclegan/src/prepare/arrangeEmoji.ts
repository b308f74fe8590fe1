import { mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { mapInOrder } from '@gan-zoo/core';
import sharp from 'sharp';
import type { SheetRows } from './contactSheet.ts';
import { styles, type Style } from './emojiStyles.ts';
import type { EmojiSplit } from './splitEmoji.ts';

/** A published layout of data sets, made from folders `flat` and `solid` with a file per emoji. */
export interface EmojiLayout {
  /** How many pictures, or pairs, are in which folder. */
  counts(split: EmojiSplit): Readonly<Record<string, number>>;
  /** What the sheet shows. */
  rows(split: EmojiSplit): SheetRows;
  /** Puts every picture where it belongs; the folders of the styles go. */
  arrange(folder: string, split: EmojiSplit, signal: AbortSignal | undefined): Promise<void>;
}

const fileOf = (name: string): string => `${name}.png`;

/**
 * CycleGAN's: `trainA` and `trainB` of different emoji, `testA` and `testB` of the same ones. The
 * other style of a training emoji is not used.
 */
const unpaired: EmojiLayout = {
  counts: ({ trainA, trainB, test }) => ({
    trainA: trainA.length,
    trainB: trainB.length,
    test: test.length,
  }),
  rows: ({ trainA, trainB, test }) => [
    { styles: ['flat'], names: trainA },
    { styles: ['solid'], names: trainB },
    { styles, names: test },
  ],
  arrange: async (folder, { trainA, trainB, test }) => {
    const move = async (names: readonly string[], style: Style, target: string) => {
      await mkdir(join(folder, target));
      for (const name of names) {
        await rename(join(folder, style, fileOf(name)), join(folder, target, fileOf(name)));
      }
    };
    await move(trainA, 'flat', 'trainA');
    await move(trainB, 'solid', 'trainB');
    await move(test, 'flat', 'testA');
    await move(test, 'solid', 'testB');
    await removeStyles(folder);
  },
};

/** All emoji of a split that are trained on. */
const trainOf = ({ trainA, trainB }: EmojiSplit): string[] => [...trainA, ...trainB].sort();

/** pix2pix's: `train` and `test`, each file an emoji's two styles side by side, flat on the left. */
const paired: EmojiLayout = {
  counts: (split) => ({ train: trainOf(split).length, test: split.test.length }),
  rows: (split) => [
    { styles, names: trainOf(split) },
    { styles, names: split.test },
  ],
  arrange: async (folder, split, signal) => {
    const parts = { train: trainOf(split), test: split.test };
    for (const [target, names] of Object.entries(parts)) {
      await mkdir(join(folder, target));
      const joinSides = (name: string) =>
        sharp(
          styles.map((style) => join(folder, style, fileOf(name))),
          { join: { across: 2 } },
        )
          .png()
          .toFile(join(folder, target, fileOf(name)));
      const joined = mapInOrder(names, joinSides, { workers: 4, signal });
      while ((await joined.next()).done !== true);
    }
    await removeStyles(folder);
  },
};

async function removeStyles(folder: string): Promise<void> {
  for (const style of styles) await rm(join(folder, style), { recursive: true });
}

/** The layout for pairs, or for two domains without. */
export const layoutOf = (isPaired: boolean): EmojiLayout => (isPaired ? paired : unpaired);
