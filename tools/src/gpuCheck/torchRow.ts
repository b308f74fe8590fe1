import { physicalCores } from '@gan-zoo/compiler';
import type { BenchHello } from '@gan-zoo/core';
import { greet } from '../bench/findPeer.ts';
import { appCall, torchCall } from '../bench/programs.ts';
import type { PlannedRow } from './row.ts';
import { runChild, type RowLimit } from './runChild.ts';
import { measureSpeed } from './speedRow.ts';
import type { Blocked } from './startRow.ts';

const candidates = ['python3', '/usr/bin/python3', 'python'] as const;

/** The first Python whose PyTorch computes with CUDA. */
async function findCudaTorch({ signal }: RowLimit): Promise<string | undefined> {
  const words = ['-c', 'import sys, torch; sys.exit(not torch.cuda.is_available())'];
  for (const command of candidates) {
    const end = await runChild({ command, words }, { signal }).catch(() => undefined);
    signal.throwIfAborted();
    if (end?.code === 0) return command;
  }
  return undefined;
}

/** What the rows of PyTorch share. */
export interface TorchOptions {
  readonly preset: string;
  readonly steps: number;
  readonly hasGpu: boolean;
  readonly blocked: Blocked;
  /** What the apps said of themselves, by name, as far as they were asked. */
  readonly hellos: Map<string, BenchHello>;
}

/** What PyTorch is called on the page. */
export const torchName = 'PyTorch CUDA';

/** Makes the rows that time an app's step in PyTorch on CUDA; they look for it once. */
export function torchRows(options: TorchOptions): (app: string) => PlannedRow {
  const { preset, steps, hasGpu, hellos, blocked } = options;
  if (!hasGpu) blocked.set(torchName, 'no GPU');
  let python: string | undefined;
  return (app) => ({
    section: 'speed',
    labels: [app, torchName],
    backend: torchName,
    seconds: 20,
    minimumSeconds: 8,
    run: async (limit) => {
      python ??= await findCudaTorch(limit);
      if (python === undefined) {
        blocked.set(torchName, 'no PyTorch with CUDA');
        throw new Error('no PyTorch with CUDA');
      }
      const ownCall = appCall({ app, preset, backend: 'onnx-cpu', threads: 1 });
      const hello = hellos.get(app) ?? (await greet<BenchHello>(ownCall, limit.signal));
      if (hello.peerScript === undefined) throw new Error('the app has no steps in PyTorch');
      const call = torchCall(python, hello.peerScript, hello.config, physicalCores(), 'cuda');
      return measureSpeed({ call, kind: 'iteration', steps, hasGpu }, limit);
    },
  });
}
