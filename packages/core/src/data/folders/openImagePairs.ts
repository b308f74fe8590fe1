import { UserError } from '@gan-zoo/compiler';
import type { ImageDataset } from './imageDataset.ts';
import { matchByStem, type Matches } from './matchByStem.ts';
import { openImageFolder, type ImageFolderOptions } from './openImageFolder.ts';

/** Where pairs of pictures lie: in two folders under the same names, or side by side in files. */
export type PairPlace =
  | {
      readonly folderA: string;
      readonly folderB: string;
      /** The flags that named the folders, for messages; default `--domain-a` and `--domain-b`. */
      readonly optionA?: string | undefined;
      readonly optionB?: string | undefined;
    }
  | {
      /** Its files hold the picture of A in their left half and that of B in their right one. */
      readonly folder: string;
      readonly sideBySide: true;
      /** The flag that named the folder; default `--data`. */
      readonly option?: string | undefined;
    };

/** Options of {@link openImagePairs}: those of a folder, and where the pairs are. */
export type ImagePairOptions = PairPlace &
  Omit<ImageFolderOptions, 'folder' | 'option' | 'channels' | 'half'> & {
    /** 3 for colour, 1 for grey; default 3. */
    readonly channelsA?: 1 | 3 | undefined;
    readonly channelsB?: 1 | 3 | undefined;
  };

/** Pairs of decoded pictures, on disk. */
export interface ImagePairs extends Matches {
  readonly datasetA: ImageDataset;
  readonly datasetB: ImageDataset;
  close(): Promise<void>;
}

/**
 * Opens pairs of pictures; see {@link openImageFolder} for how they are decoded and kept. Pictures
 * without a partner are left out and listed in `single`.
 *
 * @throws UserError when a folder is no folder of pictures, or too few pairs are found
 */
export async function openImagePairs(options: ImagePairOptions): Promise<ImagePairs> {
  const { minimumCount = 1 } = options;
  const [optionsA, optionsB] = sidesOf(options);
  const datasetA = await openImageFolder(optionsA);
  try {
    const datasetB = await openImageFolder(optionsB);
    try {
      return makePairs(datasetA, datasetB, minimumCount);
    } catch (error) {
      await datasetB.close();
      throw error;
    }
  } catch (error) {
    await datasetA.close();
    throw error;
  }
}

function makePairs(datasetA: ImageDataset, datasetB: ImageDataset, minimum: number): ImagePairs {
  const matches = matchByStem(datasetA, datasetB);
  const count = matches.names.length;
  if (count < minimum) {
    throw new UserError(
      `data: expected at least ${minimum} pairs (one batch) in "${datasetA.folder}" and ` +
        `"${datasetB.folder}", found ${count} and ${matches.single.length} pictures without a ` +
        `partner. Add pairs or use a --batch-size of at most ${count}.`,
    );
  }
  const close = async (): Promise<void> => {
    await datasetA.close();
    await datasetB.close();
  };
  return { ...matches, datasetA, datasetB, close };
}

/** The options of each side as a folder of its own. */
function sidesOf(options: ImagePairOptions): [ImageFolderOptions, ImageFolderOptions] {
  const { channelsA = 3, channelsB = 3, ...common } = options;
  if ('sideBySide' in common) {
    const { sideBySide: _, ...folder } = common;
    return [
      { ...folder, channels: channelsA, half: 'left' },
      { ...folder, channels: channelsB, half: 'right' },
    ];
  }
  const { folderA, folderB, optionA = '--domain-a', optionB = '--domain-b', ...rest } = common;
  return [
    { ...rest, folder: folderA, option: optionA, channels: channelsA },
    { ...rest, folder: folderB, option: optionB, channels: channelsB },
  ];
}
