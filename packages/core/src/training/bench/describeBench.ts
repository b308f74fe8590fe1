import { fileURLToPath } from 'node:url';
import type { Runtime } from '@gan-zoo/compiler';
import * as tf from '@tensorflow/tfjs';
import type { AnyGanDefinition, TrainConfig } from '../../gan/definition/index.ts';
import { packageVersion } from '../run/index.ts';
import type { BenchPlan } from './benchPlan.ts';
import type { BenchHello } from './benchService.ts';

/** What a process says of itself before it is timed. */
export function describeBench(
  definition: AnyGanDefinition,
  { kinds, peerScript }: BenchPlan,
  config: TrainConfig,
  { backend, threads }: Runtime,
): BenchHello {
  return {
    name: definition.name,
    engine: `${backend}, ${engineOf(backend)}, Node ${process.version}`,
    threads,
    kinds: Object.entries(kinds).map(([name, { title }]) => ({ name, title })),
    config: { ...config },
    ...(peerScript === undefined ? {} : { peerScript: fileURLToPath(peerScript) }),
  };
}

/** What computes, with its version. */
function engineOf(backend: string): string {
  if (backend.startsWith('onnx-')) return `onnxruntime-node ${packageVersion('onnxruntime-node')}`;
  const tfjs = `TensorFlow.js ${packageVersion('@tensorflow/tfjs')}`;
  if (backend !== 'tfjs-node-gpu') return tfjs;
  // What tfjs-node's backend tells of itself.
  const { binding, isUsingGpuDevice } = tf.findBackend('tensorflow') as {
    readonly binding?: { readonly TF_Version?: string };
    readonly isUsingGpuDevice?: boolean;
  };
  const device = isUsingGpuDevice === true ? 'GPU' : 'processor';
  return `${tfjs}, TensorFlow ${binding?.TF_Version ?? 'unknown'} on the ${device}`;
}
