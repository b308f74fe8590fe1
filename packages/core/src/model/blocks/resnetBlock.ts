import { relu } from '../layers/activations.ts';
import { named, residual, sequential } from '../layers/compose.ts';
import { conv2d } from '../layers/conv2d.ts';
import { dropout } from '../layers/dropout.ts';
import type { Module } from '../layers/module.ts';
import { reflectionPad } from '../layers/padding.ts';
import { convBeforeNorm, normLayer, type NormKind } from './normLayer.ts';

/** Options of {@link resnetBlock}. */
export interface ResnetBlockOptions {
  readonly channels: number;
  /** Default `instance`. */
  readonly norm?: NormKind;
  /** Dropout between the two convolutions; default 0, which leaves the layer out. */
  readonly dropoutRate?: number;
  /** Name of the body's parameters; default `conv_block`. */
  readonly bodyName?: string;
}

/**
 * The residual block of CycleGAN's generator (after Johnson et al. 2016, arXiv 1603.08155):
 * x + (reflect-pad 1, C3, norm, ReLU, reflect-pad 1, C3, norm)(x), without a ReLU after the sum.
 *
 * Shape: [N, H, W, channels], unchanged; H and W at least 2.
 */
export function resnetBlock(options: ResnetBlockOptions): Module {
  const { channels, norm = 'instance', dropoutRate = 0, bodyName = 'conv_block' } = options;
  const half = (): Module[] => [
    reflectionPad(1),
    convBeforeNorm(norm, channels, ({ bias }) =>
      conv2d({ inChannels: channels, filters: channels, kernelSize: 3, bias }),
    ),
    normLayer(norm, channels),
  ];
  const middle = dropoutRate > 0 ? [relu(), dropout(dropoutRate)] : [relu()];
  return residual(named(bodyName, sequential([...half(), ...middle, ...half()])));
}
