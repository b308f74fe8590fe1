export * from './checkGradients.ts';
export * from './sampleTensor.ts';
export * from './cases/index.ts';
export * from './useCpuBackend.ts';
export * from './compareCompiled.ts';
