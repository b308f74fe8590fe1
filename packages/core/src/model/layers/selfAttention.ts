import { UserError } from '@gan-zoo/compiler';
import * as tf from '@tensorflow/tfjs';
import { assertShape, assertWhole } from './assertShape.ts';
import { mergeParameters, prefixParameters } from './compose.ts';
import { conv2d } from './conv2d.ts';
import { zeros } from './initializers.ts';
import type { Module, Scope } from './module.ts';
import { spectralNorm } from './spectralNorm.ts';

/** Options of {@link selfAttention}. */
export interface SelfAttentionOptions {
  /** A multiple of `reduction`. */
  readonly channels: number;
  /** The 1×1 convolutions work on channels / reduction; default 8. */
  readonly reduction?: number;
  /** Spectral norm on the 1×1 convolutions, as in the paper; default false. */
  readonly spectral?: boolean;
}

/**
 * Self-attention of SAGAN (Zhang et al. 2018, arXiv 1805.08318): y = x + gamma·v(Σᵢ βⱼᵢ·h(xᵢ)) with
 * βⱼᵢ = softmaxᵢ(f(xᵢ)ᵀg(xⱼ)) over all pixels i; f, g, h and v are 1×1 convolutions without bias.
 *
 * Parameters: `f.weight`, `g.weight`, `h.weight` [C/8, C, 1, 1], `v.weight` [C, C/8, 1, 1] and
 * `gamma` [1], 0 at first, so that attention comes in gradually.
 *
 * Shape: [N, H, W, C], unchanged. Memory grows with (H·W)².
 *
 * @throws UserError when the channels are no multiple of `reduction`
 */
export function selfAttention(options: SelfAttentionOptions): Module {
  const { channels, reduction = 8, spectral = false } = options;
  assertWhole('selfAttention', 'channels', channels);
  assertWhole('selfAttention', 'reduction', reduction);
  const inner = channels / reduction;
  if (!Number.isInteger(inner)) {
    throw new UserError(
      `selfAttention: expected channels that are a multiple of ${reduction}, received ${channels}.`,
    );
  }
  const pointwise = (inChannels: number, filters: number): Module => {
    const layer = conv2d({ inChannels, filters, kernelSize: 1, bias: false });
    return spectral ? spectralNorm(layer) : layer;
  };
  const layers = {
    f: pointwise(channels, inner),
    g: pointwise(channels, inner),
    h: pointwise(channels, inner),
    v: pointwise(inner, channels),
  };
  return {
    parameters: mergeParameters('selfAttention', [
      { gamma: { shape: [1], initialise: zeros(), kind: 'parameter', role: 'scale' } },
      ...Object.entries(layers).map(([name, { parameters }]) => prefixParameters(name, parameters)),
    ]),
    outputShape: (place, x) => {
      assertShape('selfAttention', place, ['N', 'H', 'W', channels], x);
      return x;
    },
    apply: (scope, x) => {
      assertShape('selfAttention', scope, ['N', 'H', 'W', channels], x.shape);
      return tf.add(x, tf.mul(scope.get('gamma'), attend(scope, x, layers)));
    },
  };
}

function attend(scope: Scope, x: tf.Tensor, layers: Record<'f' | 'g' | 'h' | 'v', Module>) {
  const [n, height, width] = x.shape as [number, number, number];
  const pixels = height * width;
  const rows = (name: 'f' | 'g' | 'h'): tf.Tensor =>
    tf.reshape(layers[name].apply(scope.child(name), x), [n, pixels, -1]);
  const attention = tf.softmax(tf.matMul(rows('g'), rows('f'), false, true));
  const mixed = tf.reshape(tf.matMul(attention, rows('h')), [n, height, width, -1]);
  return layers.v.apply(scope.child('v'), mixed);
}
