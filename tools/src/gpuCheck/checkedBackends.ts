import type { BackendName } from '@gan-zoo/compiler';

/** A backend that is checked. */
export interface CheckedBackend {
  readonly name: BackendName;
  /** Largest relative difference that its arithmetic allows. */
  readonly tolerance: number;
  /** Environment of its processes. Default: none. */
  readonly environment?: Readonly<Record<string, string>>;
}

/**
 * What NVIDIA's libraries do by themselves: TF32 rounds the factors of a product to ten bits. Such an
 * error passes through the layers of two networks, and Adam's first steps go as far for a small
 * gradient as for a large one.
 */
export const tf32Tolerance = 0.05;

/** Without TF32, and for WebGPU: sums in another order than the processor's. */
export const float32Tolerance = 1e-3;

/** Makes NVIDIA's libraries compute with all bits. */
export const withoutTf32 = { NVIDIA_TF32_OVERRIDE: '0' };

/** The backends in the order of the page; the last is the baseline. */
export const checkedBackends: readonly CheckedBackend[] = [
  { name: 'onnx-cuda', tolerance: tf32Tolerance },
  {
    name: 'tfjs-node-gpu',
    tolerance: tf32Tolerance,
    // Otherwise TensorFlow takes all of the GPU's memory, whatever it needs.
    environment: { TF_FORCE_GPU_ALLOW_GROWTH: 'true' },
  },
  { name: 'onnx-webgpu', tolerance: float32Tolerance },
  { name: 'onnx-cpu', tolerance: 1e-4 },
];

/** The apps, by folder. */
export const checkedApps = ['anime-dcgan', 'cyclegan', 'pix2pix', 'font-style'] as const;
