import { batchNorm } from '../layers/batchNorm.ts';
import { identity } from '../layers/compose.ts';
import { instanceNorm } from '../layers/instanceNorm.ts';
import { layerNorm } from '../layers/layerNorm.ts';
import type { Module } from '../layers/module.ts';
import { idleBias } from './idleBias.ts';

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

/**
 * Whether the published networks give convolutions a bias beside a norm of that kind: one with a
 * shift of its own makes it superfluous.
 */
export const needsBias = (kind: NormKind): boolean => kind === 'instance' || kind === 'none';

/**
 * A convolution whose result goes into a norm of that kind right away: without a bias before a norm
 * that has a shift of its own, with an idle one (see {@link idleBias}) before an instance norm.
 *
 * @param make makes the convolution with or without a bias
 */
export function convBeforeNorm(
  kind: NormKind,
  filters: number,
  make: (options: { readonly bias: boolean }) => Module,
): Module {
  const conv = make({ bias: kind === 'none' });
  return kind === 'instance' ? idleBias(conv, filters) : conv;
}
