import { resolve } from 'node:path';
import { UserError } from '@gan-zoo/compiler';
import type { ImageDataset } from './imageDataset.ts';
import { IMAGE_FORMATS, type ImageListing, type SkippedFile } from './listImageFiles.ts';

interface FolderNames {
  readonly folder: string;
  /** The flag that named the folder. */
  readonly option?: string | undefined;
}

/** @throws UserError when a folder holds no file that may be an image */
export function assertSome(
  { files, skipped, otherCount }: ImageListing,
  { folder, option = '--data' }: FolderNames,
): void {
  if (files.length > 0) return;
  const found = skipped.length + otherCount === 0 ? 'nothing' : describeOthers(skipped, otherCount);
  throw new UserError(
    `data: expected images (${IMAGE_FORMATS}) in "${resolve(folder)}" ` +
      `(${option}), found ${found}. ` +
      `Put images there or name another folder.`,
  );
}

function describeOthers(skipped: readonly SkippedFile[], otherCount: number): string {
  const others = otherCount > 0 ? [countOf(otherCount, 'file') + ' of other kinds'] : [];
  return [...others, ...describeSkipped(skipped)].join(' and ');
}

/** @throws UserError when fewer images could be used than one batch takes */
export function assertEnough(
  { count, skipped }: Pick<ImageDataset, 'count' | 'skipped'>,
  {
    folder,
    option = '--data',
    minimumCount = 1,
  }: FolderNames & { minimumCount?: number | undefined },
): void {
  if (count >= minimumCount && count > 0) return;
  const expected = minimumCount > 1 ? `at least ${minimumCount} images (one batch)` : 'images';
  const found = [countOf(count, 'usable image'), ...describeSkipped(skipped)].join(' and ');
  const smaller = count > 0 ? ` or use a --batch-size of at most ${count}` : '';
  throw new UserError(
    `data: expected ${expected} in "${resolve(folder)}" (${option}), found ${found}. ` +
      `Add images${smaller}.`,
  );
}

/** Names the first few; the whole list is the dataset's. */
function describeSkipped(skipped: readonly SkippedFile[]): string[] {
  if (skipped.length === 0) return [];
  const shown = skipped.slice(0, 3).map(({ path, reason }) => `${path}: ${reason}`);
  if (skipped.length > 3) shown.push('…');
  return [`${skipped.length} skipped (${shown.join('; ')})`];
}

const countOf = (count: number, what: string): string =>
  `${count} ${what}${count === 1 ? '' : 's'}`;
