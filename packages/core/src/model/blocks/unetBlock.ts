import { leakyRelu, relu } from '../layers/activations.ts';
import { named, sequential, skipConcat } from '../layers/compose.ts';
import { conv2d } from '../layers/conv2d.ts';
import { conv2dTranspose } from '../layers/conv2dTranspose.ts';
import { dropout } from '../layers/dropout.ts';
import type { Module } from '../layers/module.ts';
import { convBeforeNorm, needsBias, normLayer, type NormKind } from './normLayer.ts';

/** Options of {@link unetBlock}. */
export interface UnetBlockOptions {
  /** Channels that come in, and that the way up returns beside them. */
  readonly outerChannels: number;
  /** Channels at half the resolution. */
  readonly innerChannels: number;
  /** What happens at half the resolution; left out for the innermost block. */
  readonly inside?: Module;
  /** Default `batch`. */
  readonly norm?: NormKind;
  /** Dropout at the end of the way up; default 0, which leaves the layer out. */
  readonly dropoutRate?: number;
}

/**
 * One level of pix2pix's U-Net (Isola et al. 2016, arXiv 1611.07004): concat(x, up(inside(down(x))))
 * with down = LeakyReLU .2, C(4,2,1), norm and up = ReLU, T(4,2,1), norm, dropout. The innermost
 * block has nothing inside and no norm on its way down.
 *
 * `inside` returns twice `innerChannels`: its own input beside its result.
 *
 * Parameters: `model.<index in torch's Sequential>.…`.
 *
 * Shape: [N, H, W, outerChannels] → [N, H, W, 2·outerChannels]; H and W even.
 */
export function unetBlock(options: UnetBlockOptions): Module {
  const { outerChannels, innerChannels, inside, norm = 'batch', dropoutRate = 0 } = options;
  const sampling = { kernelSize: 4, strides: 2, padding: 1 };
  const down = ({ bias }: { bias: boolean }): Module =>
    conv2d({ inChannels: outerChannels, filters: innerChannels, ...sampling, bias });
  const upInput = inside === undefined ? innerChannels : 2 * innerChannels;
  const layers = [
    leakyRelu(),
    ...(inside === undefined
      ? [down({ bias: needsBias(norm) })]
      : [convBeforeNorm(norm, innerChannels, down), normLayer(norm, innerChannels), inside]),
    relu(),
    convBeforeNorm(norm, outerChannels, ({ bias }) =>
      conv2dTranspose({ inChannels: upInput, filters: outerChannels, ...sampling, bias }),
    ),
    normLayer(norm, outerChannels),
    ...(dropoutRate > 0 ? [dropout(dropoutRate)] : []),
  ];
  return skipConcat(named('model', sequential(layers)));
}
