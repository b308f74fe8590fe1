import { readFileSync } from 'node:fs';
import { arch, availableParallelism, cpus, platform, release, totalmem } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { z } from 'zod';

/** The facts as `config.json` holds them. */
export const machineSchema = z.object({
  node: z.string(),
  /** Operating system, architecture and its release: `linux x64 6.1.0`. */
  platform: z.string(),
  cpu: z.string(),
  /** Logical cores. */
  cores: z.number(),
  memoryBytes: z.number(),
  backend: z.string().optional(),
  threads: z.number().optional(),
  /** Version by package name. */
  packages: z.record(z.string(), z.string()),
});

/** Facts about the machine that a result may depend on. */
export type MachineFacts = z.output<typeof machineSchema>;

const packagesOfInterest = [
  '@gan-zoo/core',
  '@gan-zoo/compiler',
  '@tensorflow/tfjs',
  '@tensorflow/tfjs-node-gpu',
  'onnxruntime-node',
  'sharp',
];

/**
 * Facts about this machine that the result of a training may depend on.
 *
 * @param options.backend the backend in use, `onnx-cpu`
 * @param options.threads how many threads it computes with
 * @param options.packages names whose installed versions matter; missing ones are left out
 */
export function describeMachine(options: {
  readonly backend?: string | undefined;
  readonly threads?: number | undefined;
  readonly packages?: readonly string[];
}): MachineFacts {
  const { backend, threads, packages = packagesOfInterest } = options;
  return {
    node: process.version,
    platform: `${platform()} ${arch()} ${release()}`,
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: availableParallelism(),
    memoryBytes: totalmem(),
    ...(backend === undefined ? {} : { backend }),
    ...(threads === undefined ? {} : { threads }),
    packages: Object.fromEntries(
      packages.flatMap((name) => {
        const version = packageVersion(name);
        return version === undefined ? [] : [[name, version]];
      }),
    ),
  };
}

/**
 * Version of an installed package as seen from here, or undefined when it is not installed. Reads
 * package.json from the disk, because many packages do not export theirs.
 */
export function packageVersion(name: string): string | undefined {
  let folder = dirname(fileURLToPath(import.meta.url));
  for (;;) {
    const version = versionIn(join(folder, 'node_modules', name, 'package.json'));
    if (version !== undefined) return version;
    const parent = dirname(folder);
    if (parent === folder) return undefined;
    folder = parent;
  }
}

function versionIn(path: string): string | undefined {
  try {
    return (JSON.parse(readFileSync(path, 'utf8')) as { version?: string }).version;
  } catch {
    return undefined;
  }
}
