import * as tf from '@tensorflow/tfjs';
import { torchDefaultBias } from '../layers/initializers.ts';
import type { Module, Shape } from '../layers/module.ts';

/**
 * Gives a convolution a bias that is there by name only. In front of an instance norm without a
 * shift a bias changes nothing: the norm subtracts each channel's mean, and the bias with it.
 * PyTorch's networks have it nevertheless, so it is kept, counted, loaded and saved, but never added
 * and its gradient is exactly 0 (PyTorch's is what rounding leaves of 0). That spares two passes
 * over every feature map.
 *
 * Parameters: the layer's, and `bias` [filters].
 *
 * @param layer a convolution without a bias of its own
 */
export function idleBias(layer: Module, filters: number): Module {
  return {
    parameters: {
      ...layer.parameters,
      bias: {
        shape: [filters],
        initialise: torchDefaultBias(kernelShape(layer)),
        kind: 'parameter',
        role: 'bias',
      },
    },
    outputShape: (place, x) => layer.outputShape(place, x),
    apply: (scope, x) => withIdleInput(layer.apply(scope, x), scope.get('bias')),
  };
}

/** y itself, for which the other tensor counts as an input whose gradient is 0. */
const withIdleInput = (y: tf.Tensor, idle: tf.Tensor): tf.Tensor =>
  tf.customGrad((...inputs) => ({
    value: tf.clone(inputs[0] as tf.Tensor),
    gradFunc: (dy) => [tf.clone(dy as tf.Tensor), tf.zeros(idle.shape)],
  }))(y, idle);

const kernelShape = ({ parameters }: Module): Shape =>
  (parameters['weight'] ?? parameters['weight_orig'])?.shape ?? [];
