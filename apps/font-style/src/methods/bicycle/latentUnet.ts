import {
  adaptiveInstanceNorm,
  composed,
  conv2d,
  conv2dTranspose,
  idleBias,
  instanceNorm,
  joinChannels,
  joinVector,
  leakyRelu,
  named,
  relu,
  sequential,
  tanh,
  type Layer,
  type Module,
} from '@gan-zoo/core';
import type * as tf from '@tensorflow/tfjs';
import type { Settings } from '../../settings.ts';
import { widthsOf } from '../widthsOf.ts';

/** A network of pictures [N, H, W, C] and styles [N, Z]. */
type LatentModule = Module<readonly [tf.Tensor, tf.Tensor]>;
type Styles = readonly [tf.Tensor];

const sampling = { kernelSize: 4, strides: 2, padding: 1 } as const;

/**
 * BicycleGAN's generator: pix2pix's U-Net with instance norm and biases, in which the style is
 * joined to what every layer on the way down reads and, with conditional norm, scales and shifts
 * every normed layer. What is joined to the input of a convolution is a constant per channel, which
 * instance norm takes away except at the edges, so that the published network learns styles slowly.
 *
 * Parameters: `model.down.0.…`, `model.up.1.…`, `model.submodule.down.1.…` and so on, the names of
 * the published program.
 *
 * Shape: [N, S, S, inChannels] and styles [N, Z] → [N, S, S, channels] in (-1, 1).
 *
 * @param inChannels default: `channels`
 * @throws UsageError for sizes that cannot be halved five times
 */
export function latentUnet(config: Settings, inChannels = config.channels): LatentModule {
  const { channels, filters, latentDim, outputScale } = config;
  const widths = widthsOf(config, 5);
  let inside: LatentModule | undefined;
  for (let level = widths.length - 1; level > 0; level--) {
    inside = levelBlock(config, [widths[level - 1]!, widths[level]!], inside);
  }
  const down = conv2d({ inChannels: inChannels + latentDim, filters, ...sampling });
  const up = conv2dTranspose({ inChannels: 2 * filters, filters: channels, ...sampling });
  const last = sequential<Styles>([relu(), up, tanh(outputScale)]);
  return named('model', block(sequential<Styles>([down]), inside, last));
}

/** One level below the outermost: the innermost has nothing inside and no norm on its way down. */
function levelBlock(
  { latentDim, norm }: Settings,
  [outer, inner]: readonly [number, number],
  inside: LatentModule | undefined,
): LatentModule {
  const normOf = (channels: number): Layer<Styles> =>
    norm === 'conditional'
      ? adaptiveInstanceNorm({ channels, styleUnits: latentDim })
      : instanceNorm({ channels });
  const bias = inside === undefined;
  const down = conv2d({ inChannels: outer + latentDim, filters: inner, ...sampling, bias });
  const read = bias ? inner : 2 * inner;
  const up = conv2dTranspose({ inChannels: read, filters: outer, ...sampling, bias: false });
  return block(
    sequential<Styles>(
      bias ? [leakyRelu(), down] : [leakyRelu(), idleBias(down, inner), normOf(inner)],
    ),
    inside,
    sequential<Styles>([relu(), idleBias(up, outer), normOf(outer)]),
  );
}

/** up(inside(down(x and style), style), style); what is inside is joined by its input. */
function block(
  down: Layer<Styles>,
  inside: LatentModule | undefined,
  up: Layer<Styles>,
): LatentModule {
  const join = { style: joinVector(), skip: joinChannels() };
  if (inside === undefined) {
    return composed({ ...join, down, up }, (part, x: tf.Tensor, styles: tf.Tensor) =>
      part.up(part.down(part.style(x, styles), styles), styles),
    );
  }
  const parts = { ...join, down, submodule: inside, up };
  return composed(parts, (part, x: tf.Tensor, styles: tf.Tensor) => {
    const lower = part.down(part.style(x, styles), styles);
    return part.up(part.skip(part.submodule(lower, styles), lower), styles);
  });
}
