import { sizeOf } from '@gan-zoo/compiler';
import * as tf from '@tensorflow/tfjs';
import { leakyRelu, tanh } from '../layers/activations.ts';
import { batchNorm } from '../layers/batchNorm.ts';
import { mergeParameters, named, sequential } from '../layers/compose.ts';
import { dense } from '../layers/dense.ts';
import { dropout } from '../layers/dropout.ts';
import { embedding } from '../layers/embedding.ts';
import type { Module } from '../layers/module.ts';
import { flatten, unflatten, type ImageExtents } from '../layers/reshape.ts';
import { spectralNorm } from '../layers/spectralNorm.ts';

/** A module that also reads labels [N] (int32). */
export type LabelledModule = Module<readonly [tf.Tensor, tf.Tensor]>;

const MNIST: ImageExtents = { height: 28, width: 28, channels: 1 };

/** Options of {@link mlpGenerator}. */
export interface MlpGeneratorOptions {
  /** Default 100. */
  readonly latentDim?: number;
  /** Default 28×28×1. */
  readonly image?: ImageExtents;
  /** Units of the hidden layers; default 128, 256, 512, 1024. */
  readonly hidden?: readonly number[];
}

/**
 * The fully connected generator of the first GAN (Goodfellow et al. 2014, arXiv 1406.2661) in its
 * widespread form: dense and LeakyReLU .2, batch norm from the second hidden layer on, tanh.
 *
 * Parameters: `model.0.weight`, … as in PyTorch-GAN.
 *
 * Shape: latents [N, latentDim] → [N, height, width, channels] in (−1, 1).
 */
export function mlpGenerator(options: MlpGeneratorOptions = {}): Module {
  const { image = MNIST, hidden = [128, 256, 512, 1024] } = options;
  const widths = [options.latentDim ?? 100, ...hidden];
  const layers = hidden.flatMap((units, index) => [
    dense({ inUnits: widths[index]!, units }),
    ...(index > 0 ? [batchNorm({ channels: units })] : []),
    leakyRelu(),
  ]);
  const last = dense({ inUnits: widths.at(-1)!, units: imageSize(image) });
  return named('model', sequential([...layers, last, tanh(), unflatten(image)]));
}

/** Options of {@link mlpDiscriminator}. */
export interface MlpDiscriminatorOptions {
  /** Default 28×28×1. */
  readonly image?: ImageExtents;
  /** Units of the hidden layers; default 512, 256. */
  readonly hidden?: readonly number[];
  /** Spectral norm on every layer (Miyato et al. 2018, arXiv 1802.05957); default false. */
  readonly spectral?: boolean;
}

/**
 * The fully connected discriminator beside {@link mlpGenerator}: dense and LeakyReLU .2.
 *
 * Parameters: `model.0.weight`, `model.2.weight`, … as in PyTorch-GAN.
 *
 * Shape: [N, height, width, channels] → [N, 1] logits.
 */
export function mlpDiscriminator(options: MlpDiscriminatorOptions = {}): Module {
  const { image = MNIST, hidden = [512, 256], spectral = false } = options;
  const widths = [imageSize(image), ...hidden];
  const denseOf = (inUnits: number, units: number): Module => {
    const layer = dense({ inUnits, units });
    return spectral ? spectralNorm(layer) : layer;
  };
  const layers = hidden.flatMap((units, index) => [denseOf(widths[index]!, units), leakyRelu()]);
  const last = denseOf(widths.at(-1)!, 1);
  return sequential({ flatten: flatten(), model: sequential([...layers, last]) });
}

/** What the conditional networks add to their options. */
export interface LabelOptions {
  /** Number of labels; also the length of each label's embedding. Default 10. */
  readonly classes?: number;
}

/**
 * Conditional generator (Mirza and Osindero 2014, arXiv 1411.1784): {@link mlpGenerator} on the
 * label's embedding joined to the latent.
 *
 * Parameters: `label_emb.weight`, `model.0.weight`, … as in PyTorch-GAN.
 *
 * Shape: latents [N, latentDim], labels [N] → [N, height, width, channels] in (−1, 1).
 */
export function conditionalMlpGenerator(
  options: MlpGeneratorOptions & LabelOptions = {},
): LabelledModule {
  const { classes = 10, latentDim = 100 } = options;
  const body = mlpGenerator({ ...options, latentDim: latentDim + classes });
  const table = named('label_emb', embedding({ rows: classes, units: classes }));
  return {
    parameters: mergeParameters('conditionalMlpGenerator', [table.parameters, body.parameters]),
    outputShape: (place, latents, labels) => {
      const [, units] = table.outputShape(place, labels);
      return body.outputShape(place, [latents[0]!, units! + (latents[1] ?? 0)]);
    },
    apply: (scope, latents, labels) =>
      body.apply(scope, tf.concat([table.apply(scope, labels), latents], 1)),
  };
}

/** Options of {@link conditionalMlpDiscriminator}. */
export interface ConditionalMlpDiscriminatorOptions extends LabelOptions {
  /** Default 28×28×1. */
  readonly image?: ImageExtents;
  /** Units of each of the three hidden layers; default 512. */
  readonly units?: number;
  /** Dropout after the second and third; default .4. */
  readonly dropoutRate?: number;
}

/**
 * Conditional discriminator beside {@link conditionalMlpGenerator}: the image's values joined to the
 * label's embedding, three hidden layers with LeakyReLU .2, dropout in the second and third.
 *
 * Parameters: `label_embedding.weight`, `model.0.weight`, … as in PyTorch-GAN.
 *
 * Shape: [N, height, width, channels], labels [N] → [N, 1] logits.
 */
export function conditionalMlpDiscriminator(
  options: ConditionalMlpDiscriminatorOptions = {},
): LabelledModule {
  const { classes = 10, image = MNIST, units = 512, dropoutRate = 0.4 } = options;
  const hidden = (): Module[] => [
    dense({ inUnits: units, units }),
    dropout(dropoutRate),
    leakyRelu(),
  ];
  const first = dense({ inUnits: imageSize(image) + classes, units });
  const last = dense({ inUnits: units, units: 1 });
  const body = named('model', sequential([first, leakyRelu(), ...hidden(), ...hidden(), last]));
  const table = named('label_embedding', embedding({ rows: classes, units: classes }));
  const rows = flatten();
  return {
    parameters: mergeParameters('conditionalMlpDiscriminator', [table.parameters, body.parameters]),
    outputShape: (place, images, labels) => {
      const [n, features] = rows.outputShape(place, images);
      const [, embedded] = table.outputShape(place, labels);
      return body.outputShape(place, [n!, features! + embedded!]);
    },
    apply: (scope, images, labels) =>
      body.apply(scope, tf.concat([rows.apply(scope, images), table.apply(scope, labels)], 1)),
  };
}

const imageSize = ({ height, width, channels }: ImageExtents): number =>
  sizeOf([height, width, channels]);
