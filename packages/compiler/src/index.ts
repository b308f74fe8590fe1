export * from './errors.ts';
export * from './tree.ts';
export * from './hostTensor.ts';
