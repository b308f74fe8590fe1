import { existsSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { UsageError } from '@gan-zoo/core';
import { trainingOptions } from '../sourceOptions.ts';
import type { ProgramCall } from './measuredProcess.ts';

const apps = new URL('../../../apps/', import.meta.url);

/** Options that go on to the app's `bench`. */
export interface AppOptions {
  readonly app: string;
  readonly batchSize: number;
  readonly imageSize?: number | undefined;
  readonly preset?: string | undefined;
  /** Further options as `name=value`. Default: none. */
  readonly appOptions?: readonly string[] | undefined;
  readonly backend: string;
  readonly threads: number;
}

/**
 * The call of an app's `bench`, from its sources as `nx run <app>:train` does, waiting to be timed.
 *
 * @throws UsageError when there is no such app, and for an option without a value
 */
export function appCall({ app, appOptions = [], ...options }: AppOptions): ProgramCall {
  const cli = new URL(`${app}/src/cli.ts`, apps);
  if (!existsSync(cli)) {
    throw new UsageError(
      `--app: expected one of ${readdirSync(apps).join(', ')}, received ${app}.`,
    );
  }
  const { batchSize, backend, threads, imageSize, preset } = options;
  const flags = [
    ['--batch-size', batchSize],
    ['--backend', backend],
    ['--threads', threads],
    ['--image-size', imageSize],
    ['--preset', preset],
    ...appOptions.map(flagOf),
  ];
  return {
    command: process.execPath,
    words: [
      ...trainingOptions,
      ...[fileURLToPath(cli), 'bench', '--serve'],
      ...flags.filter(([, value]) => value !== undefined).flatMap((words) => words.map(String)),
    ],
  };
}

function flagOf(option: string): [string, string] {
  const [, name, value] = /^([\w-]+)=(.+)$/.exec(option) ?? [];
  if (name === undefined || value === undefined) {
    throw new UsageError(
      `--app-options: expected name=value, such as blocks=6, received ${option}.`,
    );
  }
  return [`--${name}`, value];
}

/** The call of the same steps in PyTorch. */
export function torchCall(
  python: string,
  peerScript: string,
  config: Readonly<Record<string, unknown>>,
  threads: number,
): ProgramCall {
  const service = fileURLToPath(new URL('./torchPeer.py', import.meta.url));
  const count = String(threads);
  return {
    command: python,
    words: [service, peerScript, JSON.stringify(config), count],
    environment: {
      ...{ OMP_NUM_THREADS: count, OPENBLAS_NUM_THREADS: count, MKL_NUM_THREADS: count },
      // Ours alone, from nx.json: PyTorch runs as its users run it.
      ...{ MALLOC_ARENA_MAX: undefined, MALLOC_MMAP_THRESHOLD_: undefined },
    },
  };
}
