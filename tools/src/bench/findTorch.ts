import { spawnSync } from 'node:child_process';

/**
 * What makes a PyTorch to compare with available. The one of Debian's packages, with their OpenBLAS,
 * takes three times as long.
 */
export const torchHint =
  '"pip install torch" in a virtual environment whose bin folder is the first on PATH';

/**
 * Finds a Python that can import PyTorch: the one on the path, then the system's own.
 *
 * @param candidates commands in order of preference
 * @returns undefined when none can
 */
export function findTorch(
  candidates: readonly string[] = ['python3', '/usr/bin/python3', 'python'],
): string | undefined {
  return candidates.find(
    (python) =>
      spawnSync(python, ['-c', 'import torch'], { stdio: 'ignore', timeout: 120_000 }).status === 0,
  );
}
