import {
  adaptiveInstanceNorm,
  conv2d,
  conv2dTranspose,
  idleBias,
  instanceNorm,
  leakyRelu,
  mergeParameters,
  named,
  relu,
  sequential,
  tanh,
  type Layer,
  type Module,
  type Shape,
} from '@gan-zoo/core';
import * as tf from '@tensorflow/tfjs';
import { levelsOf } from '../pix2pix/networks.ts';

/** A network of pictures [N, H, W, C] and styles [N, Z]. */
export type LatentModule = Module<readonly [tf.Tensor, tf.Tensor]>;

/** Options of {@link latentUnet}. */
export interface LatentUnetOptions {
  /** Side of the pictures; it decides how often they are halved. */
  readonly imageSize: number;
  readonly inChannels: number;
  readonly outChannels: number;
  /** Channels of the first layer. */
  readonly filters: number;
  /** Z, length of a style. */
  readonly latentDim: number;
  /** What the last tanh is multiplied by. */
  readonly outputScale: number;
  /**
   * `conditional`: every norm's scale and shift depend on the style. What is joined to the input of
   * a convolution is a constant per channel, which instance norm takes away except at the edges, so
   * that the published network learns styles slowly.
   */
  readonly norm: 'instance' | 'conditional';
}

type Styles = readonly [tf.Tensor];

const sampling = { kernelSize: 4, strides: 2, padding: 1 } as const;

/**
 * BicycleGAN's generator: pix2pix's U-Net with instance norm and biases, in which the style is
 * joined to what every layer on the way down reads and, with conditional norm, scales and shifts
 * every normed layer.
 *
 * Parameters: `model.down.0.…`, `model.up.1.…`, `model.submodule.down.1.…` and so on, the names of
 * the published program.
 *
 * Shape: [N, S, S, inChannels] and styles [N, Z] → [N, S, S, outChannels] in (-1, 1).
 *
 * @throws UsageError for sizes that cannot be halved five times
 */
export function latentUnet(options: LatentUnetOptions): LatentModule {
  const { imageSize, inChannels, outChannels, filters, latentDim, outputScale, norm } = options;
  const widths = Array.from(
    { length: levelsOf(imageSize, 'bicycle') },
    (_, level) => filters * Math.min(8, 2 ** level),
  );
  let inside: LatentModule | undefined;
  for (let level = widths.length - 1; level > 0; level--) {
    const [outer, inner] = [widths[level - 1]!, widths[level]!];
    inside = besideInput(levelBlock({ outer, inner, latentDim, norm }, inside));
  }
  const down = conv2d({ inChannels: inChannels + latentDim, filters, ...sampling });
  const up = conv2dTranspose({ inChannels: 2 * filters, filters: outChannels, ...sampling });
  return named(
    'model',
    block(sequential([down]), inside, sequential([relu(), up, tanh(outputScale)])),
  );
}

/** One level below the outermost: the innermost has nothing inside and no norm on its way down. */
function levelBlock(
  options: Pick<LatentUnetOptions, 'latentDim' | 'norm'> &
    Readonly<Record<'outer' | 'inner', number>>,
  inside: LatentModule | undefined,
): LatentModule {
  const { outer, inner, latentDim } = options;
  const isInnermost = inside === undefined;
  const down = conv2d({
    ...{ inChannels: outer + latentDim, filters: inner, ...sampling, bias: isInnermost },
  });
  const up = conv2dTranspose({
    ...{ inChannels: isInnermost ? inner : 2 * inner, filters: outer, ...sampling, bias: false },
  });
  return block(
    isInnermost
      ? sequential<Styles>([leakyRelu(), down])
      : sequential<Styles>([leakyRelu(), idleBias(down, inner), normOf(options, inner)]),
    inside,
    sequential<Styles>([relu(), idleBias(up, outer), normOf(options, outer)]),
  );
}

const normOf = (
  { latentDim, norm }: Pick<LatentUnetOptions, 'latentDim' | 'norm'>,
  channels: number,
): Layer<Styles> =>
  norm === 'conditional'
    ? adaptiveInstanceNorm({ channels, styleUnits: latentDim })
    : instanceNorm({ channels });

/** up(inside(down(x and style), style), style). */
function block(
  downLayer: Layer<Styles>,
  inside: LatentModule | undefined,
  upLayer: Layer<Styles>,
): LatentModule {
  const down = named('down', downLayer);
  const middle = inside && named('submodule', inside);
  const up = named('up', upLayer);
  return {
    parameters: mergeParameters('latentUnet', [
      down.parameters,
      middle?.parameters ?? {},
      up.parameters,
    ]),
    outputShape: (place, x, latents) => {
      const joined: Shape = [...x.slice(0, 3), x[3]! + latents[1]!];
      const lower = down.outputShape(place, joined, latents);
      const inner = middle ? middle.outputShape(place, lower, latents) : lower;
      return up.outputShape(place, inner, latents);
    },
    apply: (scope, x, latents) => {
      const lower = down.apply(scope, joinEverywhere(x, latents), latents);
      const inner = middle ? middle.apply(scope, lower, latents) : lower;
      return up.apply(scope, inner, latents);
    },
  };
}

/** The skip connection: concat(f(x), x). */
const besideInput = (module: LatentModule): LatentModule => ({
  parameters: module.parameters,
  outputShape: (place, x, latents) => {
    const own = module.outputShape(place, x, latents);
    return [...own.slice(0, 3), own[3]! + x[3]!];
  },
  apply: (scope, x, latents) => tf.concat([module.apply(scope, x, latents), x], 3),
});

/** Each picture's style beside every one of its pixels. */
function joinEverywhere(x: tf.Tensor, latents: tf.Tensor): tf.Tensor {
  const [n, height, width] = x.shape as [number, number, number];
  const field = tf.tile(tf.reshape(latents, [n, 1, 1, -1]), [1, height, width, 1]);
  return tf.concat([x, field], 3);
}
