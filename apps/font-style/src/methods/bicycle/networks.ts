import {
  avgPool,
  conv2d,
  dense,
  flatten,
  globalAveragePool,
  idleBias,
  instanceNorm,
  leakyRelu,
  mergeParameters,
  named,
  residual,
  sequential,
  UsageError,
  type Layer,
  type Module,
} from '@gan-zoo/core';
import type * as tf from '@tensorflow/tfjs';
import type { Settings } from '../../settings.ts';
import { patchStages } from '../patchStages.ts';
import { latentUnet } from './latentUnet.ts';

/** What the networks depend on. */
export type BicycleOptions = Pick<
  Settings,
  | 'imageSize'
  | 'channels'
  | 'filters'
  | 'discriminatorFilters'
  | 'latentDim'
  | 'encoder'
  | 'outputScale'
  | 'norm'
  | 'spectralNorm'
>;

/** A discriminator at two scales: for each its features and, last, its map of logits. */
export type TwoScales = Module<readonly [tf.Tensor], { full: tf.Tensor[]; half: tf.Tensor[] }>;

type EncoderOptions = Pick<BicycleOptions, 'imageSize' | 'channels' | 'filters' | 'latentDim'>;

/** The encoder: a style N(mean, variance) [N, latentDim] read off a glyph. */
export type Encoder = Module<readonly [tf.Tensor], { mean: tf.Tensor; logVariance: tf.Tensor }>;

/**
 * BicycleGAN's networks: U-Net with the style at every way down (54,794,627 parameters at 256 px in
 * colour), encoder (2,590,032) and two discriminators of glyphs alone, each at two scales (3,458,978
 * each).
 *
 * Paper: Zhu et al., "Toward multimodal image-to-image translation" (arXiv 1711.11586).
 *
 * @throws UsageError for sizes below 64 px or that cannot be halved five times
 */
export function createNetworks(options: BicycleOptions): {
  readonly generator: Module<readonly [tf.Tensor, tf.Tensor]>;
  readonly encoder: Encoder;
  readonly discriminator: TwoScales;
  readonly discriminator2: TwoScales;
} {
  assertSeesPatches(options);
  const { channels: inChannels, discriminatorFilters: filters, spectralNorm: spectral } = options;
  const discriminator = twoScales({ inChannels, filters, spectral });
  return {
    generator: latentUnet({
      ...{ ...options, inChannels, outChannels: inChannels },
      norm: options.norm === 'conditional' ? 'conditional' : 'instance',
    }),
    encoder: createEncoder(options),
    ...{ discriminator, discriminator2: discriminator },
  };
}

/** Refuses pictures of half of which a discriminator would see no patch. */
function assertSeesPatches({ imageSize }: BicycleOptions): void {
  if (imageSize >= 64) return;
  throw new UsageError(
    `--image-size: expected at least 64 with --method bicycle, whose discriminators look at ` +
      `patches of pictures of half the size too, received ${imageSize}.`,
  );
}

function twoScales(options: {
  readonly inChannels: number;
  readonly filters: number;
  readonly spectral: boolean;
}): TwoScales {
  const { filters } = options;
  const full = named('model_0', patchStages({ ...options, norm: 'instance' }));
  const smaller = { ...options, filters: Math.round(filters / 2) };
  const half = named('model_1', patchStages({ ...smaller, norm: 'instance' }));
  const down = avgPool({ size: 3, strides: 2, padding: 1 });
  return {
    parameters: mergeParameters('twoScales', [full.parameters, half.parameters]),
    outputShape: (place, x) => ({
      full: [...full.outputShape(place, x)],
      half: [...half.outputShape(place, down.outputShape(place, x))],
    }),
    apply: (scope, x) => ({
      full: full.apply(scope, x),
      half: half.apply(scope, down.apply(scope, x)),
    }),
  };
}

/** The encoder that `--encoder` names. */
function createEncoder(options: BicycleOptions): Encoder {
  const create = { residual: createResidualEncoder, plain: createPlainEncoder };
  return create[options.encoder](options);
}

/**
 * The encoder: C4 at stride 2 to `filters`, residual blocks to 2, 3, 4 and 4 times as many until 8
 * pixels are left of 256 px, their mean, and dense layers to mean and logarithm of the variance.
 *
 * Parameters: `conv.0.…`, `conv.1.conv.2.…`, …, `fc.0.…`, `fcVar.0.…`, the names of the published
 * program.
 */
function createResidualEncoder({
  imageSize,
  channels,
  filters,
  latentDim,
}: EncoderOptions): Encoder {
  const count = Math.max(1, Math.floor(Math.log2(imageSize / 16)));
  const widthOf = (block: number): number => filters * Math.min(4, block + 1);
  const blocks = Array.from({ length: count }, (_, block) =>
    residualBlock(widthOf(block), widthOf(block + 1)),
  );
  const body = named(
    'conv',
    sequential([
      conv2d({ inChannels: channels, filters, kernelSize: 4, strides: 2, padding: 1 }),
      ...blocks,
      leakyRelu(),
      globalAveragePool(),
    ]),
  );
  return withStyleHeads(body, widthOf(count), latentDim);
}

/**
 * The plain encoder: C4 at stride 2 to `filters`, 2, 4 and at most 8 times as many, each with
 * LeakyReLU .2, while at least 4 pixels are left; then dense layers of all of them. Without norms and
 * without a mean over places it sees how much ink there is and where, which is most of a style.
 *
 * Parameters: `conv.0.…`, `conv.2.…`, …, `fc.0.…`, `fcVar.0.…`.
 */
function createPlainEncoder({ imageSize, channels, filters, latentDim }: EncoderOptions): Encoder {
  const count = Math.floor(Math.log2(imageSize / 4));
  const widthOf = (layer: number): number => filters * Math.min(8, 2 ** layer);
  const layers = Array.from({ length: count }, (_, layer) => [
    conv2d({
      inChannels: layer === 0 ? channels : widthOf(layer - 1),
      ...{ filters: widthOf(layer), kernelSize: 4, strides: 2, padding: 1 },
    }),
    leakyRelu(),
  ]);
  const body = named('conv', sequential([...layers.flat(), flatten()]));
  const side = Math.floor(imageSize / 2 ** count);
  return withStyleHeads(body, widthOf(count - 1) * side ** 2, latentDim);
}

/** Dense layers of features [N, units] to the mean of a style and the logarithm of its variance. */
function withStyleHeads(body: Layer, inUnits: number, latentDim: number): Encoder {
  const head = (name: string): Layer =>
    named(name, sequential([dense({ inUnits, units: latentDim })]));
  const [mean, logVariance] = [head('fc'), head('fcVar')];
  return {
    parameters: mergeParameters('encoder', [
      body.parameters,
      mean.parameters,
      logVariance.parameters,
    ]),
    outputShape: (place, x) => {
      const features = body.outputShape(place, x);
      const shape = mean.outputShape(place, features);
      return { mean: shape, logVariance: shape };
    },
    apply: (scope, x) => {
      const features = body.apply(scope, x);
      return { mean: mean.apply(scope, features), logVariance: logVariance.apply(scope, features) };
    },
  };
}

/**
 * Norm, LeakyReLU, C3, norm, LeakyReLU, C3, mean of four pixels; beside it the mean of four pixels
 * and C1.
 *
 * Parameters: `conv.2.…`, `conv.5.0.…`, `shortcut.1.…`.
 */
function residualBlock(inChannels: number, filters: number): Layer {
  const conv3 = (outputs: number, bias: boolean): Layer =>
    conv2d({ inChannels, filters: outputs, kernelSize: 3, padding: 1, bias });
  return residual(
    named(
      'conv',
      sequential([
        instanceNorm({ channels: inChannels }),
        leakyRelu(),
        idleBias(conv3(inChannels, false), inChannels),
        instanceNorm({ channels: inChannels }),
        leakyRelu(),
        sequential([conv3(filters, true), avgPool({ size: 2 })]),
      ]),
    ),
    named(
      'shortcut',
      sequential([avgPool({ size: 2 }), conv2d({ inChannels, filters, kernelSize: 1 })]),
    ),
  );
}
