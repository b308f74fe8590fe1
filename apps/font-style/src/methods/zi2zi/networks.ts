import {
  batchNorm,
  composed,
  conv2d,
  conv2dTranspose,
  dense,
  dropout,
  flatten,
  idleBias,
  joinChannels,
  joinVector,
  leakyRelu,
  named,
  normal,
  relu,
  sequential,
  spectralNorm,
  tanh,
  truncatedNormal,
  type Conv2dOptions,
  type Layer,
  type Module,
} from '@gan-zoo/core';
import type * as tf from '@tensorflow/tfjs';
import type { Settings } from '../../settings.ts';
import { everyResult } from '../everyResult.ts';
import { widthsOf } from '../widthsOf.ts';
import { styledInstanceNorm, styleVectors } from './styles.ts';

/** TensorFlow's SAME: an odd margin has its larger side at the bottom and right. */
const halving = { kernelSize: 5, strides: 2, padding: 'same' } as const;

const kernelInit = truncatedNormal(0, 0.02);

/**
 * The encoder: C(5×5, stride 2) down to one pixel at 256 px, batch norm except in the first layer,
 * LeakyReLU .2 before each layer but the first. Frozen, it uses its running statistics and leaves
 * them as they are.
 *
 * Parameters: `e1.conv.…`, `e2.conv.…`, `e2.norm.…` and so on.
 *
 * Shape: [N, S, S, C] → a list of [N, S/2, S/2, filters], [N, S/4, S/4, 2·filters], …
 */
function encoderLayers(config: Settings): Module<readonly [tf.Tensor], tf.Tensor[]> {
  const widths = widthsOf(config, 4);
  const layers = widths.map((filters, index): readonly [string, Layer] => {
    const inChannels = widths[index - 1] ?? config.channels;
    const conv = conv2d({ inChannels, filters, ...halving, kernelInit, bias: index === 0 });
    const norm = batchNorm({ channels: filters, frozen: config.freezeEncoder });
    const layer = { activation: leakyRelu(), conv: idleBias(conv, filters), norm };
    return [`e${index + 1}`, sequential(index === 0 ? { conv } : layer)];
  });
  return composed(Object.fromEntries(layers), (parts, x: tf.Tensor) =>
    everyResult(Object.values(parts), x),
  );
}

/** The encoder of {@link createGenerator} alone: its parameters are the generator's `encoder.…`. */
export const createEncoder = (config: Settings) => named('encoder', encoderLayers(config));

/** A layer that looks at styles besides its input. */
type Styled = Layer<readonly [tf.Tensor]>;

/** The innermost layers whose values are dropped at random. */
const droppingLayers = 3;

/**
 * zi2zi's decoder: ReLU, T(5×5, stride 2), norm and, in the three innermost layers, dropout; every
 * result is joined by the encoder's layer of the same size. The last layer has no norm and ends in
 * tanh.
 *
 * Parameters: `d1.conv.…`, `d1.norm.…` and so on, from the inside out.
 *
 * Shape: code with style [N, h, w, D], styles [N, slots], the encoder's layers → [N, S, S, C].
 */
function createDecoder(config: Settings) {
  const widths = widthsOf(config, 4);
  const layers = widths.map((_, index): readonly [string, Styled] => {
    const skipped = widths.at(-1 - index)!;
    const isLast = index === widths.length - 1;
    const inChannels = skipped + (index === 0 ? config.embeddingDim : skipped);
    const filters = isLast ? config.channels : widths.at(-2 - index)!;
    const own = { inChannels, filters, ...halving, kernelInit: normal(0, 0.02) };
    const conv = conv2dTranspose({ ...own, bias: isLast });
    const drops = index < droppingLayers && config.dropout > 0;
    return [
      `d${index + 1}`,
      sequential<readonly [tf.Tensor]>(
        isLast
          ? { activation: relu(), conv, tanh: tanh(config.outputScale) }
          : {
              activation: relu(),
              conv: idleBias(conv, filters),
              norm:
                config.norm === 'conditional'
                  ? styledInstanceNorm(filters, config.slots)
                  : batchNorm({ channels: filters }),
              ...(drops ? { dropout: dropout(config.dropout) } : {}),
            },
      ),
    ];
  });
  const parts = { ...Object.fromEntries(layers), join: joinChannels() };
  return composed(
    parts as Readonly<Record<string, Styled>>,
    ({ join, ...part }, code: tf.Tensor, styles: tf.Tensor, ...encoded: readonly tf.Tensor[]) =>
      Object.values(part).reduce((value, layer, index) => {
        const own = layer(value, styles);
        const beside = encoded.at(-2 - index);
        return beside === undefined ? own : join!(own, beside);
      }, code),
  );
}

/**
 * zi2zi's generator: encoder, style vector joined to every pixel of the code, decoder with the
 * encoder's layers as skip connections. 86,661,187 trained parameters at 256 px in colour, a frozen
 * embedding not counted.
 *
 * Shape: source glyphs [N, S, S, C] and weights of styles [N, slots] → `images` in (-1, 1), and
 * `code`, what the encoder's last layer makes of the source.
 *
 * @throws UsageError for sizes that cannot be halved four times
 */
export function createGenerator(config: Settings) {
  const parts = {
    ...{ encoder: encoderLayers(config), embedding: styleVectors(config) },
    ...{ join: joinVector(), decoder: createDecoder(config) },
  };
  return composed(parts, (part, x: tf.Tensor, styles: tf.Tensor) => {
    const layers = part.encoder(x);
    const code = layers.at(-1)!;
    const styled = part.join(code, part.embedding(styles));
    return { images: part.decoder(styled, styles, ...layers), code };
  });
}

/**
 * zi2zi's discriminator of a source glyph beside a drawn one: C(5×5) to 1, 2, 4 times
 * `discriminatorFilters` at stride 2 and to 8 times at stride 1, batch norm except in the first,
 * LeakyReLU .2; then one dense layer that tells real from fake, and one that tells styles.
 * 25,809,001 parameters at 256 px in colour.
 *
 * Parameters: `h0.conv.…`, `h1.conv.…`, `h1.norm.…`, …, `real.…`, `style.…`.
 *
 * Shape: pairs [N, S, S, 2·C], source first → `logits` [N, 1] of being real, `styleLogits`
 * [N, slots], and its layers as `features`.
 */
export function createDiscriminator(config: Settings) {
  const { imageSize, channels, discriminatorFilters, slots, spectralNorm: spectral } = config;
  const conv = (own: Pick<Conv2dOptions, 'inChannels' | 'filters' | 'strides' | 'bias'>): Layer => {
    const layer = conv2d({ ...halving, kernelInit, ...own });
    return spectral ? spectralNorm(layer) : layer;
  };
  const layers = [0, 1, 2, 3].map((index): readonly [string, Layer] => {
    const filters = discriminatorFilters * 2 ** index;
    const inChannels = index === 0 ? 2 * channels : filters / 2;
    const own = { inChannels, filters, strides: index < 3 ? 2 : 1 };
    const plain = { conv: conv(own), activation: leakyRelu() };
    if (index === 0 || spectral) return [`h${index}`, sequential(plain)];
    const normed = idleBias(conv({ ...own, bias: false }), filters);
    const norm = batchNorm({ channels: filters });
    return [`h${index}`, sequential({ conv: normed, norm, activation: leakyRelu() })];
  });
  const inUnits = 8 * discriminatorFilters * Math.ceil(imageSize / 8) ** 2;
  const head = (units: number): Layer => {
    const layer = dense({ inUnits, units, kernelInit: normal(0, 0.02) });
    return sequential({ flat: flatten(), fc: spectral ? spectralNorm(layer) : layer });
  };
  const parts = { ...Object.fromEntries(layers), real: head(1), style: head(slots) };
  return composed(
    parts as Readonly<Record<string, Layer>>,
    ({ real, style, ...body }, pairs: tf.Tensor) => {
      const features = everyResult(Object.values(body), pairs);
      const last = features.at(-1)!;
      return { logits: real!(last), styleLogits: style!(last), features };
    },
  );
}

/**
 * zi2zi's networks.
 *
 * @throws UsageError for sizes that cannot be halved four times
 */
export const createNetworks = (config: Settings) => ({
  generator: createGenerator(config),
  discriminator: createDiscriminator(config),
});
