import {
  batchNorm,
  conv2d,
  dense,
  flatten,
  idleBias,
  leakyRelu,
  mergeParameters,
  named,
  normal,
  prefixParameters,
  sequential,
  spectralNorm,
  truncatedNormal,
  type Conv2dOptions,
  type Layer,
  type Module,
} from '@gan-zoo/core';
import type * as tf from '@tensorflow/tfjs';
import { createDecoder } from './decoder.ts';
import { namedStages } from '../stages.ts';
import { embedStyles } from './embedStyles.ts';
import { halving, widthsOf, type Zi2ziOptions } from './sizes.ts';

/**
 * The generator: source glyphs [N, S, S, C] and weights of styles [N, slots] → `images` in (-1, 1),
 * and `code`, what the encoder's last layer makes of the source.
 */
export type Generator = Module<
  readonly [tf.Tensor, tf.Tensor],
  { images: tf.Tensor; code: tf.Tensor }
>;

/**
 * The encoder: C(5×5, stride 2) down to one pixel at 256 px, batch norm except in the first layer,
 * LeakyReLU .2 before each layer but the first. Frozen, it uses its running statistics and leaves
 * them as they are.
 *
 * Parameters: `encoder.e1.conv.…`, `encoder.e2.conv.…`, `encoder.e2.norm.…` and so on.
 *
 * Shape: [N, S, S, C] → a list of [N, S/2, S/2, filters], [N, S/4, S/4, 2·filters], …
 */
export function createEncoder(
  options: Pick<Zi2ziOptions, 'imageSize' | 'channels' | 'filters' | 'freezeEncoder'>,
): Module<readonly [tf.Tensor], tf.Tensor[]> {
  const widths = widthsOf(options);
  const layers = widths.map((filters, index): readonly [string, Layer] => {
    const inChannels = widths[index - 1] ?? options.channels;
    const conv = conv2d({ inChannels, filters, ...halving, kernelInit, bias: index === 0 });
    if (index === 0) return ['e1', sequential({ conv })];
    return [
      `e${index + 1}`,
      sequential({
        activation: leakyRelu(),
        conv: idleBias(conv, filters),
        norm: batchNorm({ channels: filters, frozen: options.freezeEncoder }),
      }),
    ];
  });
  return named('encoder', namedStages(Object.fromEntries(layers)));
}

/**
 * zi2zi's generator: encoder, style vector joined to the code, decoder with the encoder's layers as
 * skip connections. 86,661,187 trained parameters at 256 px in colour, a frozen embedding not
 * counted.
 *
 * Paper: none; github.com/kaonashi-tyc/zi2zi, after pix2pix (arXiv 1611.07004), AC-GAN
 * (arXiv 1610.09585) and DTN (arXiv 1611.02200).
 *
 * @throws UsageError for sizes that cannot be halved four times
 */
export function createGenerator(options: Zi2ziOptions): Generator {
  const encoder = createEncoder(options);
  const styles = embedStyles(options);
  const decoder = createDecoder(options);
  return {
    parameters: mergeParameters('zi2zi', [
      encoder.parameters,
      prefixParameters('embedding', styles.parameters),
      prefixParameters('decoder', decoder.parameters),
    ]),
    outputShape: (place, x, weights) => {
      const layers = encoder.outputShape(place, x);
      const code = layers.at(-1)!;
      const embedded = styles.outputShape(place.child('embedding'), code, weights);
      const images = decoder.outputShape(place.child('decoder'), embedded, weights, layers);
      return { images, code };
    },
    apply: (scope, x, weights) => {
      const layers = encoder.apply(scope, x);
      const code = layers.at(-1)!;
      const embedded = styles.apply(scope.child('embedding'), code, weights);
      return { images: decoder.apply(scope.child('decoder'), embedded, weights, layers), code };
    },
  };
}

/**
 * The discriminator: pairs [N, S, S, 2·C], source first → `logits` [N, 1] of being real,
 * `styleLogits` [N, slots], and its layers as `features`.
 */
export type Discriminator = Module<
  readonly [tf.Tensor],
  { logits: tf.Tensor; styleLogits: tf.Tensor; features: tf.Tensor[] }
>;

/**
 * zi2zi's discriminator of a source glyph beside a drawn one: C(5×5) to 1, 2, 4 times
 * `discriminatorFilters` at stride 2 and to 8 times at stride 1, batch norm except in the first,
 * LeakyReLU .2; then one dense layer that tells real from fake, and one that tells styles.
 * 25,809,001 parameters at 256 px in colour.
 *
 * Parameters: `h0.conv.…`, `h1.conv.…`, `h1.norm.…`, …, `real.…`, `style.…`.
 */
export function createDiscriminator(options: Zi2ziOptions): Discriminator {
  const { imageSize, channels, discriminatorFilters, slots, spectralNorm: spectral } = options;
  const conv = (own: Pick<Conv2dOptions, 'inChannels' | 'filters' | 'strides' | 'bias'>): Layer => {
    const layer = conv2d({ ...halving, kernelInit, ...own });
    return spectral ? spectralNorm(layer) : layer;
  };
  const layers = [0, 1, 2, 3].map((index): readonly [string, Layer] => {
    const filters = discriminatorFilters * 2 ** index;
    const inChannels = index === 0 ? 2 * channels : filters / 2;
    const own = { inChannels, filters, strides: index < 3 ? 2 : 1 };
    const isPlain = index === 0 || spectral;
    return [
      `h${index}`,
      sequential({
        conv: isPlain ? conv(own) : idleBias(conv({ ...own, bias: false }), filters),
        ...(isPlain ? {} : { norm: batchNorm({ channels: filters }) }),
        activation: leakyRelu(),
      }),
    ];
  });
  const body = namedStages(Object.fromEntries(layers));
  const inUnits = 8 * discriminatorFilters * Math.ceil(imageSize / 8) ** 2;
  const head = (units: number): Layer => {
    const layer = dense({ inUnits, units, kernelInit: normal(0, 0.02) });
    return sequential({ flat: flatten(), fc: spectral ? spectralNorm(layer) : layer });
  };
  return withHeads(body, named('real', head(1)), named('style', head(slots)));
}

function withHeads(
  body: Module<readonly [tf.Tensor], tf.Tensor[]>,
  real: Layer,
  style: Layer,
): Discriminator {
  return {
    parameters: mergeParameters('zi2zi', [body.parameters, real.parameters, style.parameters]),
    outputShape: (place, x) => {
      const features = [...body.outputShape(place, x)];
      const last = features.at(-1)!;
      return {
        logits: real.outputShape(place, last),
        styleLogits: style.outputShape(place, last),
        features,
      };
    },
    apply: (scope, x) => {
      const features = body.apply(scope, x);
      const last = features.at(-1)!;
      return { logits: real.apply(scope, last), styleLogits: style.apply(scope, last), features };
    },
  };
}

const kernelInit = truncatedNormal(0, 0.02);
