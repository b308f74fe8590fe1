/** Eager backends to compare with; `auto`: TensorFlow if it is installed, else tfjs-cpu. */
export const eagerBackends = ['auto', 'tfjs-node-gpu', 'tfjs-cpu'] as const;
