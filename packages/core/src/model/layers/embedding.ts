import * as tf from '@tensorflow/tfjs';
import { assertShape, assertWhole } from './assertShape.ts';
import { normal } from './initializers.ts';
import type { Initializer, Module } from './module.ts';

/** Options of {@link embedding}. */
export interface EmbeddingOptions {
  /** Number of rows: labels 0 … rows − 1. */
  readonly rows: number;
  /** Length of each row. */
  readonly units: number;
  /** False keeps the table as it was drawn (a buffer); default true. */
  readonly trainable?: boolean;
  /** Default N(0, 1), as in torch `Embedding`. */
  readonly tableInit?: Initializer;
}

/**
 * A table with one row per label.
 *
 * Parameters: `weight` [rows, units] (a buffer unless trainable).
 *
 * Shape: labels [N] (int32) → [N, units].
 */
export function embedding(options: EmbeddingOptions): Module {
  const { rows, units, trainable = true, tableInit = normal() } = options;
  assertWhole('embedding', 'rows', rows);
  assertWhole('embedding', 'units', units);
  return {
    parameters: {
      weight: {
        shape: [rows, units],
        initialise: tableInit,
        kind: trainable ? 'parameter' : 'buffer',
        role: 'embedding',
      },
    },
    outputShape: (place, labels) => {
      assertShape('embedding', place, ['N'], labels);
      return [labels[0]!, units];
    },
    apply: (scope, labels) => {
      assertShape('embedding', scope, ['N'], labels.shape);
      return tf.gather(scope.get('weight'), labels);
    },
  };
}
