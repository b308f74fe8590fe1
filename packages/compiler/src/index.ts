export * from './errors.ts';
export * from './tree.ts';
export * from './hostTensor.ts';
export * from './trainStep.ts';
export * from './compile.ts';
export * from './program.ts';
export { capture, type Captured } from './capture/capture.ts';
export { printGraph } from './capture/graph.ts';
export { emit, type EmitOptions } from './emit/emit.ts';
export { printOnnxGraph, type OnnxGraph } from './onnx/graph.ts';
export { installGradientFixes } from './gradients/index.ts';
export { backendNames, type BackendName } from './run/backendNames.ts';
export { createRuntime, offeredBackends, type RuntimeOptions } from './run/backends.ts';
export { defaultCacheFolder, type CacheSurroundings } from './native/cacheFolder.ts';
export {
  bindingFile,
  hasNvidiaDriver,
  installedFile,
  installedFolder,
  nativeComponents,
  nativeFolder,
  nativeRoot,
  tensorflowVersion,
  type NativeComponent,
} from './native/nativeLibraries.ts';
export { findTensorFlowBinding } from './native/tensorFlowBinding.ts';
export { mendedKernels } from './tensorflow/index.ts';
export { compiledKernels } from './lower/index.ts';
export type { HostFunction, Runtime, StepRunnerOptions } from './run/runtime.ts';
export { physicalCores } from './run/physicalCores.ts';
export * from './verify/index.ts';
export * from './explain/index.ts';
