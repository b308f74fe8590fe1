import { readdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { UserError } from '@gan-zoo/core';
import type { Installation } from './installation.ts';
import { runProgram } from './runProgram.ts';

/** Libraries that come with NVIDIA's driver: missing where there is no GPU. */
const driverLibraries = /^lib(cuda|nvidia-[\w-]+)\.so\.1$/;

/**
 * Checks that every library that the installed ones need is there too, except the driver's own.
 * Without the program `ldd` it trusts them.
 *
 * @param folder a component's folder
 * @throws UserError with the missing ones and what needs them
 */
export async function assertLibraries(
  { env, signal }: Pick<Installation, 'env' | 'signal'>,
  folder: string,
): Promise<void> {
  const libraries = (await readdir(folder, { recursive: true }))
    .filter((name) => /\.(so[.\d]*|node)$/.test(name))
    .map((name) => join(folder, name));
  const folders = [...new Set(libraries.map((path) => dirname(path)))].join(':');
  const missing = new Map<string, string>();
  for (const path of libraries) {
    const { stdout, isMissing } = await runProgram({
      command: 'ldd',
      words: [path],
      env: { ...env, LC_ALL: 'C', LD_LIBRARY_PATH: folders },
      signal,
    });
    if (isMissing) return;
    for (const [, name] of stdout.matchAll(/^\s+(\S+) => not found$/gm)) {
      if (!driverLibraries.test(name!)) missing.set(name!, `${name} (for ${basename(path)})`);
    }
  }
  if (missing.size === 0) return;
  throw new UserError(
    `gpu: expected all libraries that ${basename(folder)} needs, missing: ${[...missing.values()].join(', ')}. ` +
      "A library of the system comes with its package manager; for one of CUDA's, start afresh: " +
      'npm run gpu -- --remove, then npm run gpu.',
  );
}
