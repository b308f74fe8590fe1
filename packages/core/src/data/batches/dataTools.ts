import type { HostTensor } from '@gan-zoo/compiler';
import type { BatchSource } from './batchSource.ts';
import type { DomainBatch } from './domainBatches.ts';
import type { ImageBatchOptions } from './imageBatches.ts';
import type { PairPlace } from '../folders/openImagePairs.ts';
import type { ImageFolderOptions } from '../folders/openImageFolder.ts';

/** How pictures become squares and what is held back; batch size and seed are the run's. */
export interface SquareOptions
  extends Pick<ImageFolderOptions, 'crop' | 'workers'>, Pick<ImageBatchOptions, 'flip' | 'stream'> {
  /** Side of the square that the network sees, in pixels. */
  readonly imageSize: number;
  /**
   * Side at which pictures are decoded, at least `imageSize`: training cuts a square out of it,
   * elsewhere in each epoch; fixed pictures are resized from it. Default `imageSize`.
   */
  readonly loadSize?: number | undefined;
  /**
   * How many pictures training leaves out, never more than a tenth; default: the run's
   * `heldBackImages`. 0 where a folder of its own holds the test pictures.
   */
  readonly heldBack?: number | undefined;
}

/** Pictures of one folder as an app asks for them. */
export interface PictureFolderOptions
  extends SquareOptions, Pick<ImageFolderOptions, 'folder' | 'channels' | 'option'> {}

/** Pairs of pictures as an app asks for them. */
export type PairFolderOptions = PairPlace &
  SquareOptions & {
    /** 3 for colour, 1 for grey; default 3. */
    readonly channelsA?: 1 | 3 | undefined;
    readonly channelsB?: 1 | 3 | undefined;
  };

/** Which fixed pictures, and how many. */
export interface FixedOptions {
  /** At most so many; fewer when there are fewer. */
  readonly count: number;
  /** Those that training sees, or the few that it never does. */
  readonly part: 'training' | 'heldBack';
}

/** Where an app gets its pictures from. All of it follows from the seed and the pictures. */
export interface DataTools {
  /** Batches [batchSize, imageSize, imageSize, channels] in [-1, 1] of a folder's pictures. */
  images(options: PictureFolderOptions): Promise<BatchSource<HostTensor>>;

  /**
   * The same pictures at every call, in an order of the seed; not cut, not mirrored.
   *
   * Shape: [count, imageSize, imageSize, channels] in [-1, 1]; undefined when nothing is held back
   */
  pictures(options: PictureFolderOptions & FixedOptions): Promise<HostTensor | undefined>;

  /** Batches of two folders whose pictures do not belong together. */
  unpaired(domains: {
    readonly a: PictureFolderOptions;
    readonly b: PictureFolderOptions;
  }): Promise<BatchSource<DomainBatch>>;

  /** Batches of pairs, both pictures cut and mirrored alike. */
  pairs(options: PairFolderOptions): Promise<BatchSource<DomainBatch>>;

  /** Pairs as {@link pictures} gives single ones. */
  pairPictures(options: PairFolderOptions & FixedOptions): Promise<DomainBatch | undefined>;
}
