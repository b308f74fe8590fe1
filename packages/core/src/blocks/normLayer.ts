import { batchNorm } from '../layers/batchNorm.ts';
import { identity } from '../layers/compose.ts';
import { instanceNorm } from '../layers/instanceNorm.ts';
import { layerNorm } from '../layers/layerNorm.ts';
import type { Module } from '../layers/module.ts';

/**
 * Which normalisation a network uses: `batch` (affine, running statistics), `instance` (neither, as
 * torch's default), `layer` (affine per channel) or `none`.
 */
export type NormKind = 'batch' | 'instance' | 'layer' | 'none';

/** The normalisation of that kind; `none` is a layer that does nothing but keep its place. */
export function normLayer(kind: NormKind, channels: number): Module {
  switch (kind) {
    case 'batch':
      return batchNorm({ channels });
    case 'instance':
      return instanceNorm({ channels });
    case 'layer':
      return layerNorm({ channels });
    case 'none':
      return identity();
  }
}

/** A convolution before a norm with a shift of its own has no use for a bias. */
export const needsBias = (kind: NormKind): boolean => kind === 'instance' || kind === 'none';
