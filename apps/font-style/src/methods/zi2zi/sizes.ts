import { UsageError } from '@gan-zoo/core';
import type { Settings } from '../../settings.ts';

/** What the networks depend on. */
export type Zi2ziOptions = Pick<
  Settings,
  | 'imageSize'
  | 'channels'
  | 'filters'
  | 'discriminatorFilters'
  | 'slots'
  | 'embeddingDim'
  | 'embedding'
  | 'norm'
  | 'dropout'
  | 'outputScale'
  | 'freezeEncoder'
  | 'spectralNorm'
>;

/** TensorFlow's SAME: an odd margin has its larger side at the bottom and right. */
export const halving = { kernelSize: 5, strides: 2, padding: 'same' } as const;

/** How often the encoder halves pictures: eight times at 256 px, at most, and to no odd side. */
export function levelsOf(imageSize: number): number {
  let levels = 0;
  while (levels < 8 && imageSize % 2 ** (levels + 1) === 0) levels += 1;
  if (levels >= 4) return levels;
  throw new UsageError(
    `--image-size: expected a multiple of 16 with --method zi2zi, which halves pictures at least ` +
      `four times, received ${imageSize}.`,
  );
}

/** Channels of the encoder's layers: 1, 2, 4, 8, 8, … times `filters`. */
export const widthsOf = ({ imageSize, filters }: Pick<Zi2ziOptions, 'imageSize' | 'filters'>) =>
  Array.from({ length: levelsOf(imageSize) }, (_, level) => filters * Math.min(8, 2 ** level));
