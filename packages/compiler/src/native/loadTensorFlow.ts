import { createRequire } from 'node:module';
import * as tf from '@tensorflow/tfjs';
import { UserError } from '../errors.ts';
import { registerTensorFlowKernels } from '../tensorflow/index.ts';
import { useFoundBinding } from './tensorFlowBinding.ts';

const require = createRequire(import.meta.url);

/** The name under which tfjs-node registers its backend. */
export const tensorflowBackend = 'tensorflow';

/**
 * Loads tfjs-node-gpu, which registers the tfjs backend `tensorflow`, with the binding that
 * `npm run gpu` has built or, without one, the one beside the package; then replaces the kernels
 * that tfjs-node refuses or gets wrong.
 *
 * @param threads of one operation on the processor, for the whole process from the first call on;
 *   default TensorFlow's own choice, all cores
 * @throws UserError when it cannot be loaded, with what to install
 */
export function loadTensorFlow(threads?: number): void {
  if (tf.findBackend(tensorflowBackend) !== null) return;
  const previous = tf.engine().backendName as string | undefined;
  restoreNodeHelpers();
  // TensorFlow reports every library that it looks for; what matters comes as an error.
  process.env['TF_CPP_MIN_LOG_LEVEL'] ??= '2';
  if (threads !== undefined) process.env['TF_NUM_INTRAOP_THREADS'] = String(threads);
  try {
    useFoundBinding();
    require('@tensorflow/tfjs-node-gpu');
  } catch (error) {
    const message = (error as Error).message.split('\n')[0]!.trim().replace(/\.$/, '');
    throw new UserError(
      `--backend tfjs-node-gpu: TensorFlow's library could not be loaded (${message}). Install it with ` +
        `"npm run gpu" in the workspace; --backend onnx-cpu needs nothing.`,
    );
  }
  registerTensorFlowKernels();
  // Loading it makes it the backend of everything; who wants it asks for it.
  void tf.setBackend(previous ?? 'cpu');
}

/** tfjs-node 4.22 calls helpers of node:util that Node removed in version 23. */
function restoreNodeHelpers(): void {
  const util = require('node:util') as Record<string, unknown>;
  util['isNullOrUndefined'] ??= (value: unknown) => value === null || value === undefined;
  util['isArray'] ??= Array.isArray;
}
