import * as tf from '@tensorflow/tfjs';

/**
 * Makes tfjs compute on its plain JavaScript backend, the reference of all comparisons, without
 * the banner that it prints on Node.
 */
export async function useCpuBackend(): Promise<void> {
  tf.env().set('PROD', true);
  await tf.setBackend('cpu');
}
