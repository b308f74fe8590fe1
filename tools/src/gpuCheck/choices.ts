import type { BackendName, RuntimeOptions } from '@gan-zoo/compiler';
import { withoutTf32 } from './checkedBackends.ts';

/** A choice that was made on processors: the present one (`now`) and the other. */
export interface Choice {
  readonly backend: BackendName;
  readonly title: string;
  /** What the other program differs in. */
  readonly runtime?: Omit<RuntimeOptions, 'backend'>;
  readonly environment?: Readonly<Record<string, string>>;
  readonly note?: string;
}

/** What the compiler gives every session; `extra` replaces it as a whole. */
const session = { set_denormal_as_zero: '1' };

/** Options of a provider for which onnxruntime-node has no field of its own. */
const cuda = (options: Readonly<Record<string, string>>): Pick<Choice, 'runtime' | 'note'> => ({
  runtime: { sessionOptions: { extra: { session, ep: { cuda: options } } } },
  note: 'says nothing if the provider ignores it: see above',
});

const webgpu = (options: Readonly<Record<string, string>>): RuntimeOptions => ({
  sessionOptions: { executionProviders: [{ name: 'webgpu', ...options }, 'cpu'] },
});

/**
 * Options that the provider refuses if it reads them: no such algorithm is known. Whether the session
 * starts tells what the two rows after it are worth.
 */
export const unknownCudaOption: RuntimeOptions = {
  sessionOptions: { extra: { session, ep: { cuda: { cudnn_conv_algo_search: 'NONE' } } } },
};

/** Options with which a session starts only if every operator computes on the GPU. */
export const onlyCuda: RuntimeOptions = {
  sessionOptions: {
    executionProviders: ['cuda'],
    extra: { session: { ...session, disable_cpu_ep_fallback: '1' } },
  },
};

/** The choices that are measured in turns, the most doubtful first. */
export const choices: readonly Choice[] = [
  {
    backend: 'onnx-cuda',
    title: "convolutions: ONNX's own → as on processors",
    runtime: { convolutions: 'estimated' },
  },
  {
    backend: 'onnx-cuda',
    title: 'threads: all cores → 1',
    runtime: { threads: 1 },
  },
  {
    backend: 'onnx-cuda',
    title: 'memory pattern: off → on',
    runtime: { sessionOptions: { enableMemPattern: true } },
  },
  {
    backend: 'onnx-cuda',
    title: "processor's arena: shrunk after each run → none",
    runtime: { sessionOptions: { enableCpuMemArena: false } },
  },
  { backend: 'onnx-cuda', title: 'TF32: on → off', environment: withoutTf32 },
  {
    backend: 'onnx-cuda',
    title: 'cuDNN search: exhaustive → heuristic',
    ...cuda({ cudnn_conv_algo_search: 'HEURISTIC' }),
  },
  { backend: 'onnx-cuda', title: 'prefer NHWC: off → on', ...cuda({ prefer_nhwc: '1' }) },
  { backend: 'tfjs-node-gpu', title: 'threads: all cores → 1', runtime: { threads: 1 } },
  { backend: 'tfjs-node-gpu', title: 'TF32: on → off', environment: withoutTf32 },
  {
    backend: 'onnx-webgpu',
    title: "convolutions: as on processors → ONNX's own",
    runtime: { convolutions: 'native' },
  },
  {
    backend: 'onnx-webgpu',
    title: 'layout: NCHW → NHWC',
    runtime: webgpu({ preferredLayout: 'NHWC' }),
  },
  {
    backend: 'onnx-webgpu',
    title: 'validation: basic → none',
    runtime: webgpu({ validationMode: 'disabled' }),
  },
  { backend: 'onnx-webgpu', title: 'threads: all cores → 1', runtime: { threads: 1 } },
];
