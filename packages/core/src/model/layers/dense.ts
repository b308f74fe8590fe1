import * as tf from '@tensorflow/tfjs';
import { assertShape, assertWhole } from './assertShape.ts';
import { kernelParameters } from './conv2d.ts';
import type { Initializer, Module, Place, Shape } from './module.ts';

/** Options of {@link dense}. */
export interface DenseOptions {
  /** Features of the input. */
  readonly inUnits: number;
  /** Features of the output. */
  readonly units: number;
  /** Add a bias per unit; default true. */
  readonly bias?: boolean;
  /** Default PyTorch's: U(±1/√inUnits). */
  readonly kernelInit?: Initializer;
  /** Default PyTorch's: U(±1/√inUnits). */
  readonly biasInit?: Initializer;
}

/**
 * Fully connected layer, y = x·Wᵀ + b (torch `Linear`).
 *
 * Parameters: `weight` [units, inUnits], `bias` [units].
 *
 * Shape: [N, inUnits] → [N, units].
 *
 * @throws UserError for settings that are no positive whole numbers, and for other inputs
 */
export function dense(options: DenseOptions): Module {
  const { inUnits, units } = options;
  assertWhole('dense', 'inUnits', inUnits);
  assertWhole('dense', 'units', units);
  const outputShape = (place: Place, x: Shape): Shape => {
    assertShape('dense', place, ['N', inUnits], x);
    return [x[0]!, units];
  };
  return {
    parameters: kernelParameters([units, inUnits], units, options),
    outputShape,
    apply: (scope, x) => {
      outputShape(scope, x.shape);
      const y = tf.matMul(x, scope.get('weight'), false, true);
      return options.bias === false ? y : tf.add(y, scope.get('bias'));
    },
  };
}
