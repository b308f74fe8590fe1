import * as tf from '@tensorflow/tfjs';
import { UserError } from '../errors.ts';
import { isDifferentiatedAgain } from './registry.ts';

/** The inputs of every kernel of tfjs 4.22 whose gradient uses the kernel's output. */
const KERNEL_INPUTS: Readonly<Record<string, readonly string[]>> = {
  Elu: ['x'],
  Exp: ['x'],
  LogSoftmax: ['logits'],
  LRN: ['x'],
  Max: ['x'],
  MaxPool: ['x'],
  MaxPool3D: ['x'],
  Min: ['x'],
  Pow: ['a', 'b'],
  Rsqrt: ['x'],
  Sigmoid: ['x'],
  Softmax: ['logits'],
  Tanh: ['x'],
};

/**
 * Makes a gradient that uses its kernel's saved output right at higher orders.
 *
 * tfjs records the saved copy of an output on the tape before the kernel itself, so whatever
 * depends on x through that copy is lost when the gradient is differentiated: tanh'' comes out
 * without its -2 y y' part. The corrected entry saves all inputs too and, when its gradient will
 * be differentiated, runs the kernel again on them; the outputs are then ordinary functions of
 * the inputs. A first-order gradient costs what it did before, and in a compiled graph the
 * second run is merged with the first.
 *
 * @param config an entry of tfjs's registry; returned as it is when it saves no output
 */
export function recomputeOutputs(config: tf.GradConfig): tf.GradConfig {
  const { kernelName, outputsToSave = [], inputsToSave = [], gradFunc } = config;
  if (!outputsToSave.some(Boolean)) return config;
  const names = config.saveAllInputs ? undefined : KERNEL_INPUTS[kernelName];
  if (!names) return refuseHigherOrders(config);
  return {
    kernelName,
    inputsToSave: [...names],
    outputsToSave,
    gradFunc: (dy, saved, attrs) => {
      const inputs: Record<string, tf.Tensor> = {};
      names.forEach((name, index) => (inputs[name] = saved[index] as tf.Tensor));
      const own = inputsToSave.map((name) => inputs[name] as tf.Tensor);
      const outputs = isDifferentiatedAgain()
        ? runAgain(kernelName, inputs, attrs).filter((_, index) => outputsToSave[index])
        : saved.slice(names.length);
      return gradFunc(dy, [...own, ...outputs], attrs);
    },
  };
}

function runAgain(
  kernelName: string,
  inputs: Record<string, tf.Tensor>,
  attrs: tf.NamedAttrMap,
): tf.Tensor[] {
  const outputs: tf.Tensor | tf.Tensor[] = tf.engine().runKernel(kernelName, inputs, attrs);
  return Array.isArray(outputs) ? outputs : [outputs];
}

function refuseHigherOrders(config: tf.GradConfig): tf.GradConfig {
  return {
    ...config,
    gradFunc: (dy, saved, attrs) => {
      if (!isDifferentiatedAgain()) return config.gradFunc(dy, saved, attrs);
      throw new UserError(
        `gradients: ${config.kernelName} cannot be differentiated twice. Its registered gradient ` +
          `uses the kernel's saved output, which tfjs's tape loses; register one that saves only ` +
          `inputs.`,
      );
    },
  };
}
