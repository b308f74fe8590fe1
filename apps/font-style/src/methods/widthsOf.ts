import { UsageError } from '@gan-zoo/core';
import type { Settings } from '../settings.ts';

const words = { 4: 'four', 5: 'five' } as const;

/**
 * Channels of a network's layers, each of which halves pictures: 1, 2, 4, 8, 8, … times `filters`;
 * eight layers at 256 px, at most, and none that would halve an odd side.
 *
 * @param least so many layers there have to be
 * @throws UsageError for sizes that cannot be halved so often
 */
export function widthsOf(
  { imageSize, filters, method }: Settings,
  least: keyof typeof words,
): number[] {
  let levels = 0;
  while (levels < 8 && imageSize % 2 ** (levels + 1) === 0) levels += 1;
  if (levels >= least) {
    return Array.from({ length: levels }, (_, level) => filters * Math.min(8, 2 ** level));
  }
  throw new UsageError(
    `--image-size: expected a multiple of ${2 ** least} with --method ${method}, which halves ` +
      `pictures at least ${words[least]} times, received ${imageSize}.`,
  );
}
