import { execFileSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { HostTensor } from '@gan-zoo/compiler';
import { hostTensorInt } from '@gan-zoo/compiler';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadCheckpoint, saveCheckpoint } from './checkpoint.ts';
import { exportTorchWeights } from './checkpointTree.ts';
import { isBatchCounter } from './matchWeights.ts';
import { writeSafetensors } from './safetensors.ts';
import { readTorchWeights } from './torchWeights.ts';

const fixture = (name: string): string =>
  fileURLToPath(new URL(`./fixtures/${name}`, import.meta.url));

const FIND_TORCH = 'import importlib.util, sys; sys.exit(not importlib.util.find_spec("torch"))';

/** The first Python that has PyTorch; these tests are skipped where there is none. */
const python = ['python3', 'python', '/usr/bin/python3'].find((command) => {
  try {
    execFileSync(command, ['-c', FIND_TORCH], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
});

/** Names of the values that PyTorch, loading each file strictly, finds different. */
function differencesInTorch(...files: { path: string; prefix?: string }[]): unknown {
  const pairs = files.flatMap(({ path, prefix = '' }) => [path, prefix]);
  const args = [fixture('loadSafetensors.py'), fixture('stateDict.pth'), ...pairs];
  return JSON.parse(execFileSync(python!, args, { encoding: 'utf8' }));
}

let folder: string;
let weights: Record<string, HostTensor>;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'torch-'));
  weights = await readTorchWeights(fixture('stateDict.pth'));
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

const isBuffer = (name: string): boolean => name.includes('running_');

/** The network as a training state holds it, without step counters. */
function makeState() {
  const pick = (keep: (name: string) => boolean) =>
    Object.fromEntries(Object.entries(weights).filter(([name]) => keep(name)));
  const params = pick((name) => !isBuffer(name) && !isBatchCounter(name));
  return {
    generator: { params, buffers: pick(isBuffer) },
    generatorOptimizer: { step: hostTensorInt([], [3]), m: params, v: params },
  };
}

describe.skipIf(python === undefined)('PyTorch (needs python3 with torch)', () => {
  it('loads strictly what was written, each value equal', async () => {
    const name = (file: string): string => join(folder, `${file}.safetensors`);
    await writeSafetensors(name('weights'), weights, { format: 'pt' });

    const bias = weights['2.bias']!;
    const changed = { ...bias, data: Float32Array.from(bias.data, (value) => value + 1e-6) };
    await writeSafetensors(name('changed'), { ...weights, '2.bias': changed });

    const metadata = { app: 'test', appVersion: '1.0.0', step: 3, epoch: 0, config: {} };
    await saveCheckpoint(name('checkpoint'), { state: makeState(), metadata });
    const { state } = await loadCheckpoint(name('checkpoint'));
    await writeSafetensors(name('exported'), exportTorchWeights(state, 'generator'));

    const differences = differencesInTorch(
      { path: name('weights') },
      { path: name('changed') },
      { path: name('checkpoint'), prefix: 'generator.' },
      { path: name('exported') },
    );
    // PyTorch itself supplies the counters that are missing, as it does for files older than them.
    const counter = ['1.num_batches_tracked'];
    expect(differences).toEqual([[], ['2.bias'], counter, counter]);
  });
});
