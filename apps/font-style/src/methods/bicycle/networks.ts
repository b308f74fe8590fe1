import {
  avgPool,
  composed,
  conv2d,
  dense,
  flatten,
  globalAveragePool,
  idleBias,
  instanceNorm,
  leakyRelu,
  named,
  residual,
  sequential,
  UsageError,
  type Layer,
} from '@gan-zoo/core';
import type * as tf from '@tensorflow/tfjs';
import type { Settings } from '../../settings.ts';
import { patchStages, type PatchStagesOptions } from '../patchStages.ts';
import { latentUnet } from './latentUnet.ts';

/**
 * BicycleGAN's networks: U-Net with the style at every way down (54,794,627 parameters at 256 px in
 * colour), encoder (2,590,032) and two discriminators of glyphs alone, each at two scales (3,458,978
 * each).
 *
 * @throws UsageError for sizes below 64 px or that cannot be halved five times
 */
export function createNetworks(config: Settings) {
  const { imageSize, channels: inChannels, discriminatorFilters: filters } = config;
  if (imageSize < 64) {
    throw new UsageError(
      `--image-size: expected at least 64 with --method bicycle, whose discriminators look at ` +
        `patches of pictures of half the size too, received ${imageSize}.`,
    );
  }
  const discriminator = twoScales({
    ...{ inChannels, filters, norm: 'instance', spectral: config.spectralNorm },
  });
  return {
    generator: latentUnet(config),
    encoder: createEncoder(config),
    ...{ discriminator, discriminator2: discriminator },
  };
}

/**
 * A discriminator at two scales.
 *
 * Parameters: `model_0.…`, `model_1.…`.
 *
 * Shape: [N, H, W, C] → `logits`, the larger map first, and `features` of both scales.
 */
function twoScales(options: PatchStagesOptions) {
  const smaller = { ...options, filters: Math.round(options.filters / 2) };
  const parts = {
    ...{ model_0: patchStages(options), model_1: patchStages(smaller) },
    down: avgPool({ size: 3, strides: 2, padding: 1 }),
  };
  return composed(parts, ({ model_0, model_1, down }, x: tf.Tensor) => {
    const [full, half] = [model_0(x), model_1(down(x))];
    return {
      logits: [full.logits, half.logits],
      features: [...full.features, ...half.features],
    };
  });
}

/**
 * The encoder: a style N(mean, variance) [N, latentDim] read off a glyph, by dense layers of the
 * features that `--encoder` asks for.
 *
 * Parameters: `conv.…`, `fc.0.…`, `fcVar.0.…`, the names of the published program.
 */
function createEncoder(config: Settings) {
  const create = { residual: residualFeatures, plain: plainFeatures };
  const { body, units: inUnits } = create[config.encoder](config);
  const head = (): Layer => sequential([dense({ inUnits, units: config.latentDim })]);
  return composed(
    { conv: body, fc: head(), fcVar: head() },
    ({ conv, fc, fcVar }, x: tf.Tensor) => {
      const features = conv(x);
      return { mean: fc(features) as tf.Tensor2D, logVariance: fcVar(features) as tf.Tensor2D };
    },
  );
}

/** Layers to features [N, units]. */
interface Features {
  readonly body: Layer;
  readonly units: number;
}

const halving = { kernelSize: 4, strides: 2, padding: 1 } as const;

/**
 * C4 at stride 2 to `filters`, residual blocks to 2, 3, 4 and 4 times as many until 8 pixels are left
 * of 256 px, and their mean.
 *
 * Parameters: `0.…`, `1.conv.2.…`, ….
 */
function residualFeatures({ imageSize, channels: inChannels, filters }: Settings): Features {
  const count = Math.max(1, Math.floor(Math.log2(imageSize / 16)));
  const widthOf = (block: number): number => filters * Math.min(4, block + 1);
  const blocks = Array.from({ length: count }, (_, block) =>
    residualBlock(widthOf(block), widthOf(block + 1)),
  );
  const first = conv2d({ inChannels, filters, ...halving });
  const body = sequential([first, ...blocks, leakyRelu(), globalAveragePool()]);
  return { body, units: widthOf(count) };
}

/**
 * C4 at stride 2 to `filters`, 2, 4 and at most 8 times as many, each with LeakyReLU .2, while at
 * least 4 pixels are left; all of them are features. Without norms and without a mean over places it
 * sees how much ink there is and where, which is most of a style.
 *
 * Parameters: `0.…`, `2.…`, ….
 */
function plainFeatures({ imageSize, channels, filters }: Settings): Features {
  const count = Math.floor(Math.log2(imageSize / 4));
  const widthOf = (layer: number): number => filters * Math.min(8, 2 ** layer);
  const layers = Array.from({ length: count }, (_, layer) => {
    const inChannels = layer === 0 ? channels : widthOf(layer - 1);
    return [conv2d({ inChannels, filters: widthOf(layer), ...halving }), leakyRelu()];
  });
  const side = Math.floor(imageSize / 2 ** count);
  const body = sequential([...layers.flat(), flatten()]);
  return { body, units: widthOf(count - 1) * side ** 2 };
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
  const norm = instanceNorm({ channels: inChannels });
  const [activation, mean] = [leakyRelu(), avgPool({ size: 2 })];
  const body = sequential([
    ...[norm, activation, idleBias(conv3(inChannels, false), inChannels)],
    ...[norm, activation, sequential([conv3(filters, true), mean])],
  ]);
  const shortcut = sequential([mean, conv2d({ inChannels, filters, kernelSize: 1 })]);
  return residual(named('conv', body), named('shortcut', shortcut));
}
