/** Where a step can run: compiled by ONNX Runtime's providers, or eagerly on a tfjs backend. */
export const backendNames = [
  'onnx-cpu',
  'onnx-webgpu',
  'onnx-cuda',
  'onnx-coreml',
  'onnx-dml',
  'tfjs-node-gpu',
  'tfjs-cpu',
] as const;

/** One of {@link backendNames}. */
export type BackendName = (typeof backendNames)[number];
