import { UserError } from '@gan-zoo/compiler';
import * as tf from '@tensorflow/tfjs';
import type { StoredWeights } from './featureWeights.ts';

/** Side of the pictures that the network sees, in pixels. */
export const featureImageSize = 224;

/** How many numbers the network says about a picture. */
export const featureCount = 1280;

/** Of Keras's batch normalisation, with which the network was trained. */
const epsilon = 1e-3;

/** Inverted residual blocks that halve the picture. */
const halvingBlocks = new Set([1, 3, 6, 13]);
const lastBlock = 16;

/** A convolution with its batch normalisation multiplied in. */
interface FoldedConv {
  readonly shape: readonly number[];
  readonly kernel: Float32Array;
  readonly bias: Float32Array;
}

/** The network's layers by name, ready for {@link mobileNetV2Features}. */
export type FoldedLayers = ReadonlyMap<string, FoldedConv>;

/**
 * Multiplies every batch normalisation into the convolution before it: with running statistics,
 * γ·(x∗w − μ)/√(σ² + ε) + β is a convolution again.
 *
 * @throws UserError when a weight is missing
 */
export function foldNormalisation(weights: ReadonlyMap<string, StoredWeights>): FoldedLayers {
  const fold = (layer: string, norm: string): [string, FoldedConv] => [
    layer,
    foldConv(weights, layer, norm),
  ];
  const body = Array.from({ length: lastBlock }, (_, index) =>
    ['expand', 'depthwise', 'project'].map((part) =>
      fold(`block_${index + 1}_${part}`, `block_${index + 1}_${part}_BN`),
    ),
  );
  return new Map([
    fold('Conv1', 'bn_Conv1'),
    fold('expanded_conv_depthwise', 'expanded_conv_depthwise_BN'),
    fold('expanded_conv_project', 'expanded_conv_project_BN'),
    ...body.flat(),
    fold('Conv_1', 'Conv_1_bn'),
  ]);
}

function foldConv(
  weights: ReadonlyMap<string, StoredWeights>,
  layer: string,
  norm: string,
): FoldedConv {
  const get = (name: string): StoredWeights => {
    const found = weights.get(name);
    if (found !== undefined) return found;
    throw new UserError(
      `evaluation: expected the feature network to have a weight "${name}", found none.`,
    );
  };
  const isDepthwise = layer.endsWith('depthwise');
  const { shape, values } = get(`${layer}/${isDepthwise ? 'depthwise_kernel' : 'kernel'}`);
  const [gamma, beta, mean, variance] = ['gamma', 'beta', 'moving_mean', 'moving_variance'].map(
    (name) => get(`${norm}/${name}`).values,
  );
  const scale = gamma!.map((value, channel) => value / Math.sqrt(variance![channel]! + epsilon));
  const channels = scale.length;
  return {
    shape,
    // Outputs are the last axis of a kernel; of a depthwise one, the last but its multiplier of 1.
    kernel: values.map((value, at) => value * scale[at % channels]!),
    bias: beta!.map((value, channel) => value - mean![channel]! * scale[channel]!),
  };
}

/**
 * What MobileNetV2 sees in pictures: the mean over all places of its last feature maps, before the
 * classifier. A pure function that the compiler can capture.
 *
 * Shape: [N, H, W, 1 or 3] in [-1, 1] → [N, 1280]. Pictures of another size are stretched to
 * 224 × 224 bilinearly, corners on corners, as the package does it.
 */
export function mobileNetV2Features(layers: FoldedLayers, images: tf.Tensor4D): tf.Tensor2D {
  const conv = convolutions(layers);
  const [, , , channels] = images.shape;
  const coloured = channels === 1 ? tf.tile(images, [1, 1, 1, 3]) : images;
  const positive = tf.mul(tf.add(coloured, 1), 0.5);
  const size: [number, number] = [featureImageSize, featureImageSize];
  let x = tf.image.resizeBilinear(positive as tf.Tensor4D, size, true);
  x = tf.relu6(conv.full('Conv1', x, 2));
  x = tf.relu6(conv.depthwise('expanded_conv_depthwise', x, 1));
  x = conv.full('expanded_conv_project', x, 1);
  for (let block = 1; block <= lastBlock; block++) x = invertedResidual(conv, block, x);
  x = tf.relu6(conv.full('Conv_1', x, 1));
  return tf.mean(x, [1, 2]);
}

type Convolutions = ReturnType<typeof convolutions>;

/** Widen by a 1×1 convolution, look around in every channel, narrow; added to x where it fits. */
function invertedResidual(conv: Convolutions, block: number, x: tf.Tensor4D): tf.Tensor4D {
  const stride = halvingBlocks.has(block) ? 2 : 1;
  const wide = tf.relu6(conv.full(`block_${block}_expand`, x, 1));
  const seen = tf.relu6(conv.depthwise(`block_${block}_depthwise`, wide, stride));
  const narrow = conv.full(`block_${block}_project`, seen, 1);
  return stride === 1 && narrow.shape[3] === x.shape[3] ? tf.add(x, narrow) : narrow;
}

function convolutions(layers: FoldedLayers) {
  const parts = (name: string): [tf.Tensor4D, tf.Tensor1D] => {
    const { shape, kernel, bias } = layers.get(name)!;
    return [tf.tensor4d(kernel, shape as [number, number, number, number]), tf.tensor1d(bias)];
  };
  return {
    full: (name: string, x: tf.Tensor4D, stride: number): tf.Tensor4D => {
      const [kernel, bias] = parts(name);
      return tf.add(tf.conv2d(x, kernel, stride, 'same'), bias);
    },
    depthwise: (name: string, x: tf.Tensor4D, stride: number): tf.Tensor4D => {
      const [kernel, bias] = parts(name);
      return tf.add(tf.depthwiseConv2d(x, kernel, stride, 'same'), bias);
    },
  };
}
