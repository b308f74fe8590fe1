import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import type { ProgramCall } from '../bench/measuredProcess.ts';
import { sourceOptions } from '../sourceOptions.ts';
import type { CheckedBackend } from './checkedBackends.ts';
import { endReason } from './reasons.ts';
import type { PlannedRow } from './row.ts';
import { runChild } from './runChild.ts';

/** What is known of the backends after their start: why rows of one are pointless. */
export type Blocked = Map<string, string>;

const checkProgram = fileURLToPath(new URL('../gpu/checkProgram.ts', import.meta.url));

const startCall = (backend: string): ProgramCall => ({
  command: process.execPath,
  words: [...sourceOptions, checkProgram, backend],
});

const answerSchema = z.object({ difference: z.number(), isOnGpu: z.boolean().optional() });

/** Columns of the table of backends after the backend. */
export const startColumns = ['starts', 'computes on'] as const;

/**
 * Starts a backend and lets it compute a convolution with its gradients.
 *
 * @param hasGpu whether there is an NVIDIA GPU; without one its failure is no surprise
 * @param blocked where a backend is entered that is not to be asked again, with the reason
 * @param call starts the program that computes it; default: that of `npm run gpu`
 */
export function startRow(
  { name, environment }: CheckedBackend,
  hasGpu: boolean,
  blocked: Blocked,
  call: ProgramCall = startCall(name),
): PlannedRow {
  const isExpected = hasGpu || name === 'onnx-cpu';
  return {
    section: 'backends',
    labels: [name],
    seconds: 8,
    minimumSeconds: 5,
    isParallel: true,
    run: async (limit) => {
      blocked.set(name, isExpected ? 'did not start' : 'no GPU');
      const end = await runChild({ ...call, ...(environment && { environment }) }, limit);
      if (end.code !== 0) {
        const reason = endReason(end);
        return { cells: ['no', '–'], note: isExpected ? reason : `no GPU: ${reason}` };
      }
      const answer = answerSchema.parse(JSON.parse(end.stdout.trim().split('\n').at(-1)!));
      if (name === 'tfjs-node-gpu' && answer.isOnGpu !== true) {
        blocked.set(name, hasGpu ? 'computes on the processor' : 'no GPU');
        return { cells: ['yes', 'the processor'], note: hasGpu ? '' : 'no GPU' };
      }
      blocked.delete(name);
      return { cells: ['yes', devices[name] ?? '–'] };
    },
  };
}

const devices: Readonly<Record<string, string>> = {
  'onnx-cuda': 'the GPU',
  'tfjs-node-gpu': 'the GPU',
  'onnx-webgpu': 'an adapter that it does not name; the GPU if GPU memory grows below',
  'onnx-cpu': 'the processor',
};
