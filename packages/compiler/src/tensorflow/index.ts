import * as tf from '@tensorflow/tfjs';
import { convolutionKernels } from './convolutions.ts';
import { elementwiseKernels } from './elementwise.ts';
import type { MendedKernel } from './kernel.ts';
import { poolKernels } from './pools.ts';
import { indexingKernels } from './indexing.ts';

const mendedKernelList: readonly MendedKernel[] = [
  ...convolutionKernels,
  ...poolKernels,
  ...elementwiseKernels,
  ...indexingKernels,
];

/** Their names, each with what tfjs-node's own kernel does wrong in words. */
export const mendedKernels: ReadonlyMap<string, string> = new Map(
  mendedKernelList.map(({ name, because }) => [name, because]),
);

/** Registers them for the backend `tensorflow`, in place of tfjs-node's own. */
export function registerTensorFlowKernels(): void {
  for (const { name, run } of mendedKernelList) {
    if (tf.getKernel(name, 'tensorflow') !== undefined) tf.unregisterKernel(name, 'tensorflow');
    tf.registerKernel({ kernelName: name, backendName: 'tensorflow', kernelFunc: run });
  }
}
