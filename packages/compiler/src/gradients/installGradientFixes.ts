import * as tf from '@tensorflow/tfjs';
import { convolutionGradientFixes } from './convolutions.ts';
import { correctCustomGradients, restoreCustomGradients } from './customGradients.ts';
import { elementwiseGradients } from './elementwise.ts';
import { indexingGradients } from './indexing.ts';
import { mirrorPadGradients } from './mirrorPad.ts';
import { poolingGradients } from './pooling.ts';
import { productGradients } from './products.ts';
import { recomputeOutputs } from './recomputeOutputs.ts';
import { reductionGradients } from './reductions.ts';
import { findGradient, kernelNames, removeGradient, replaceGradient } from './registry.ts';
import { resizingGradients } from './resizing.ts';
import { shapeGradients } from './shapes.ts';
import { avgPool3dGradient, unsupportedGradients } from './unsupported.ts';
import { zeroGradients } from './zeroGradients.ts';

/** What was registered before, by kernel; `undefined` for kernels without a gradient. */
type Previous = Map<string, tf.GradConfig | undefined>;

/** Kept at the engine, so that two copies of this module in one process agree. */
const PREVIOUS = Symbol.for('@gan-zoo/compiler/previousGradients');

type MarkedEngine = ReturnType<typeof tf.engine> & { [PREVIOUS]?: Previous };

/**
 * Corrects the gradients of TensorFlow.js 4.22 in its global registry, for eager and compiled
 * runs alike. Calling it again does nothing.
 *
 * - Wrong at first order: mirrorPad, avgPool with padding, cumsum, resizing, casts to whole
 *   numbers, floorDiv, max and min of equal values, pow at 0, poolings that round up.
 * - Missing or refused at first order: depthToSpace, stridedSlice, gatherND, scatterND, einsum,
 *   topk, comparisons and logic; maximum, minimum, squaredDifference and matMul with broadcast
 *   shapes; tile above rank 4; split and unstack into one part.
 * - Wrong at second order: whatever saves its output (tanh, sigmoid, exp, softmax, …) and
 *   tf.customGrad functions that save intermediates (logSoftmax, softmaxCrossEntropy).
 * - Missing at second order: convolutions, poolings, resizing, elu, prod, and what is built on
 *   comparisons (leakyRelu, maximum, max, clipByValue, …).
 *
 * Not corrected: the gradient of tf.losses.softmaxCrossEntropy in its labels is tfjs's own,
 * which is wrong (write the loss with tf.logSoftmax to train labels). sqrt and norm have an
 * infinite slope at 0. tf.batchNorm needs a `scale` (tfjs fails without one). Forward results
 * are tfjs's own: its cpu backend is wrong for a matMul whose operands both broadcast batch
 * axes, and for an einsum that sums an axis of only one of two operands. These throw a UserError: dilated convolutions (first order),
 * avgPool3d with padding (first order), and the kernels listed in `unsupported.ts`, among them
 * cumprod, and conv3d, pool3d, dilation2d and localResponseNormalization at second order.
 * Other kernels without an entry (FFT, complex numbers, sparse and ragged tensors) throw
 * tfjs's "gradient function not found".
 */
export function installGradientFixes(): void {
  const engine: MarkedEngine = tf.engine();
  if (engine[PREVIOUS]) return;
  const previous: Previous = new Map();
  engine[PREVIOUS] = previous;
  const replace = (config: tf.GradConfig) => {
    const { kernelName } = config;
    if (!previous.has(kernelName)) previous.set(kernelName, findGradient(kernelName));
    replaceGradient(config);
  };
  corrections().forEach(replace);
  for (const kernelName of kernelNames()) {
    const config = findGradient(kernelName);
    if (config?.outputsToSave?.some(Boolean)) replace(recomputeOutputs(config));
  }
  correctCustomGradients(engine);
}

/** Brings tfjs's own gradients back: for tests that show what a correction is for. */
export function removeGradientFixes(): void {
  const engine: MarkedEngine = tf.engine();
  for (const [kernelName, config] of engine[PREVIOUS] ?? []) {
    if (config) replaceGradient(config);
    else removeGradient(kernelName);
  }
  if (engine[PREVIOUS]) restoreCustomGradients(engine);
  delete engine[PREVIOUS];
}

const corrections = (): tf.GradConfig[] => [
  ...zeroGradients,
  ...elementwiseGradients,
  ...mirrorPadGradients,
  ...shapeGradients,
  ...indexingGradients,
  ...productGradients,
  ...reductionGradients,
  ...convolutionGradientFixes,
  ...poolingGradients,
  ...resizingGradients,
  ...unsupportedGradients,
  avgPool3dGradient(),
];
