import { findTensorFlowBinding, type BackendName } from '@gan-zoo/compiler';

/**
 * The backend on which tests run train steps eagerly: TensorFlow where it is installed, an engine of
 * its own and many times faster than tfjs's JavaScript, else tfjs-cpu.
 */
export const eagerBackend: BackendName =
  findTensorFlowBinding() === undefined ? 'tfjs-cpu' : 'tfjs-node-gpu';
