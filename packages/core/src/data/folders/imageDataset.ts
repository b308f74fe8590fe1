import { UserError } from '@gan-zoo/compiler';
import { readFully, type ImageCache } from './imageCache.ts';
import type { SkippedFile } from './listImageFiles.ts';

/** Decoded images of one size, on disk: only what is asked for is in memory. */
export interface ImageDataset {
  readonly folder: string;
  /** Side of the square images in pixels. */
  readonly imageSize: number;
  readonly channels: 1 | 3;
  /** How many images there are; they are numbered from 0 in the order of their paths. */
  readonly count: number;
  /** The files, relative to the folder, sorted. */
  readonly paths: readonly string[];
  /** Files that could not be used, with the reasons, sorted by path. */
  readonly skipped: readonly SkippedFile[];
  /**
   * SHA-256 of all pixels: equal for the same pictures wherever they lie. A checkpoint that
   * records it can tell whether the data has changed.
   */
  readonly fingerprint: string;
  readonly cachePath: string;
  /** Whether the images had been decoded by an earlier call. */
  readonly fromCache: boolean;

  /**
   * Reads images.
   *
   * Shape of the result: [indices.length, imageSize, imageSize, channels], uint8.
   *
   * @throws UserError when a number is none of an image, or after {@link ImageDataset.close}
   */
  read(indices: ArrayLike<number>): Promise<Uint8Array>;

  /** Closes the cache file. */
  close(): Promise<void>;
}

/** Makes the dataset of an open cache. */
export function createImageDataset(
  { header, handle }: ImageCache,
  place: Pick<ImageDataset, 'folder' | 'cachePath' | 'fromCache'>,
): ImageDataset {
  const { imageSize, channels, paths, skipped, fingerprint } = header;
  const imageBytes = imageSize * imageSize * channels;
  let closing: Promise<void> | undefined;
  return {
    ...place,
    ...{ imageSize, channels, count: paths.length, paths, skipped, fingerprint },
    read: async (indices) => {
      if (closing !== undefined) {
        throw new UserError(`data: the images of "${place.folder}" were closed; open them again.`);
      }
      const pixels = new Uint8Array(indices.length * imageBytes);
      const reads = consecutiveRuns(indices, paths.length).map(({ at, first, length }) =>
        readFully(
          handle,
          pixels.subarray(at * imageBytes, (at + length) * imageBytes),
          first * imageBytes,
        ),
      );
      await Promise.all(reads);
      return pixels;
    },
    close: () => (closing ??= handle.close()),
  };
}

interface Run {
  /** Place of the first one in the result. */
  readonly at: number;
  /** Number of the first image. */
  readonly first: number;
  length: number;
}

/** Joins neighbours, so that a block of images is one read. */
function consecutiveRuns(indices: ArrayLike<number>, count: number): Run[] {
  const runs: Run[] = [];
  for (let at = 0; at < indices.length; at++) {
    const first = indices[at]!;
    if (!Number.isInteger(first) || first < 0 || first >= count) {
      throw new UserError(
        `data: expected the number of an image from 0 to ${count - 1}, received ${first}.`,
      );
    }
    const last = runs.at(-1);
    if (last !== undefined && last.first + last.length === first) last.length++;
    else runs.push({ at, first, length: 1 });
  }
  return runs;
}
