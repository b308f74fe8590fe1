import { cpus } from 'node:os';
import * as tf from '@tensorflow/tfjs';
import ort from 'onnxruntime-node';
import { UserError } from '../errors.ts';
import type { ConvolutionChoice } from '../lower/conv/convolutionChoice.ts';
import { loadTensorFlow, tensorflowBackend } from '../native/loadTensorFlow.ts';
import { onnxCudaFault, prepareOnnxCuda } from '../native/prepareOnnxCuda.ts';
import { backendNames, type BackendName } from './backendNames.ts';
import { EagerRuntime } from './eagerRuntime.ts';
import { OnnxRuntime } from './onnxRuntime.ts';
import { physicalCores } from './physicalCores.ts';
import type { Runtime } from './runtime.ts';

export interface RuntimeOptions {
  /** Default: `onnx-cpu`. `auto` takes the fastest that starts and says why. */
  readonly backend?: BackendName | 'auto' | undefined;
  /** Threads of one operator on the CPU. Default: the machine's physical cores. */
  readonly threads?: number | undefined;
  /**
   * How convolutions are computed: the way that is estimated to be the fastest on a processor, or
   * ONNX's own. Default: `native` for `onnx-cuda`, whose library chooses itself, else `estimated`.
   */
  readonly convolutions?: ConvolutionChoice | undefined;
  /** Fields of ONNX Runtime's `SessionOptions` that replace the defaults. */
  readonly sessionOptions?: Readonly<Record<string, unknown>>;
  /** File name prefix for ONNX Runtime's profiles. Default: no profile. */
  readonly profilePrefix?: string;
}

/** What makes a backend of ONNX Runtime available where it is missing. */
const onnxAdvice: Readonly<Record<string, string>> = {
  webgpu: 'It needs a GPU with a Vulkan, Metal or Direct3D 12 driver.',
  cuda:
    "It needs Linux on x64 with NVIDIA's driver for CUDA 13, and what " +
    '"npm run gpu" installs in the workspace.',
  coreml: 'It exists on macOS only.',
  dml: 'It exists on Windows only.',
};

/**
 * Starts a backend.
 *
 * @throws UserError when it cannot start on this machine, with what to install
 */
export async function createRuntime(options: RuntimeOptions = {}): Promise<Runtime> {
  const { backend = 'onnx-cpu' } = options;
  silenceTfjsBanner();
  if (backend === 'auto') return chooseRuntime(options);
  if (backend === 'tfjs-cpu') return eager(backend, 'asked for', 'cpu');
  if (backend === 'tfjs-node-gpu') {
    const threads = options.threads ?? physicalCores();
    loadTensorFlow(threads);
    return eager(backend, 'asked for', tensorflowBackend, threads);
  }
  return startOnnx(backend, 'asked for', options);
}

/** The backends of this machine's onnxruntime-node, by their names here. */
export const offeredBackends = (): readonly BackendName[] => {
  const offered = new Set(ort.listSupportedBackends().map(({ name }) => `onnx-${name}`));
  return backendNames.filter((name) => offered.has(name));
};

async function chooseRuntime(options: RuntimeOptions): Promise<Runtime> {
  const refused: string[] = [];
  for (const backend of ['onnx-cuda', 'onnx-dml'] as const) {
    if (!offeredBackends().includes(backend)) continue;
    try {
      return await startOnnx(backend, 'auto: a GPU that ONNX Runtime can use', options);
    } catch {
      refused.push(backend);
    }
  }
  const tried =
    refused.length === 0
      ? 'no other backend is offered here'
      : `${refused.join(', ')} did not start`;
  // WebGPU may be a software adapter that is far slower than the CPU, so it has to be asked for.
  return startOnnx('onnx-cpu', `auto: ${tried}; onnx-webgpu has to be asked for`, options);
}

async function startOnnx(
  backend: BackendName,
  reason: string,
  options: RuntimeOptions,
): Promise<Runtime> {
  const provider = backend.slice('onnx-'.length);
  if (!offeredBackends().includes(backend))
    throw cannotStart(backend, provider, 'it is not offered');
  if (provider === 'cuda') prepareOnnxCuda();
  const runtime = new OnnxRuntime(backend, reason, {
    threads: options.threads ?? physicalCores(),
    convolutions: options.convolutions ?? (provider === 'cuda' ? 'native' : 'estimated'),
    providers: provider === 'cpu' ? ['cpu'] : [provider, 'cpu'],
    ...(options.sessionOptions === undefined ? {} : { overrides: options.sessionOptions }),
    ...(options.profilePrefix === undefined ? {} : { profilePrefix: options.profilePrefix }),
  });
  if (provider === 'cpu') return runtime;
  try {
    const probe = runtime.function((x: tf.Tensor) => tf.add(x, 1));
    await probe({ dtype: 'float32', shape: [1], data: Float32Array.of(1) });
    await probe.dispose();
    return runtime;
  } catch (error) {
    await runtime.close();
    const fault = provider === 'cuda' ? onnxCudaFault() : undefined;
    throw cannotStart(backend, provider, fault ?? (error as Error).message);
  }
}

const cannotStart = (backend: string, provider: string, why: string): UserError =>
  new UserError(
    `--backend ${backend}: cannot start on this machine (${process.platform} ${process.arch}, ` +
      `${cpus()[0]?.model ?? 'unknown processor'}): ${withoutSource(why)}. ${onnxAdvice[provider] ?? ''} ` +
      `Offered here: ${offeredBackends().join(', ')}, tfjs-cpu; onnx-cpu always works.`,
  );

/** An error of ONNX Runtime without the C++ expression that it begins with, and without line ends. */
const withoutSource = (message: string): string =>
  message
    .replace(/^(ONNX Runtime: ).* was false\. /s, '$1')
    .replace(/[\s.]+$/, '')
    .replaceAll(/\s+/g, ' ');

async function eager(
  backend: string,
  reason: string,
  tfBackend: string,
  threads?: number,
): Promise<Runtime> {
  await tf.ready();
  return new EagerRuntime(backend, reason, tfBackend, threads);
}

/** tfjs suggests installing tfjs-node whenever its cpu backend runs in Node. */
function silenceTfjsBanner(): void {
  tf.env().set('IS_NODE', false);
}
