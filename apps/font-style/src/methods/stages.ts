import { mergeParameters, named, type Layer, type Module } from '@gan-zoo/core';
import type * as tf from '@tensorflow/tfjs';

/**
 * One layer after the other, of which every result is kept: an encoder whose results a decoder
 * reads, a discriminator whose features are compared.
 *
 * Parameters: those of the layers, as they name them.
 *
 * Shape: what the first layer takes → a list of what each layer returns.
 *
 * @throws UserError when two layers name a parameter alike
 */
export function stages(layers: readonly Layer[]): Module<readonly [tf.Tensor], tf.Tensor[]> {
  return {
    parameters: mergeParameters(
      'stages',
      layers.map(({ parameters }) => parameters),
    ),
    outputShape: (place, x) => {
      let shape = x;
      return layers.map((layer) => (shape = layer.outputShape(place, shape)));
    },
    apply: (scope, x) => {
      let value = x;
      return layers.map((layer) => (value = layer.apply(scope, value)));
    },
  };
}

/** {@link stages} whose parameters are under the layers' names. */
export const namedStages = (
  layers: Readonly<Record<string, Layer>>,
): Module<readonly [tf.Tensor], tf.Tensor[]> =>
  stages(Object.entries(layers).map(([name, layer]) => named(name, layer)));
