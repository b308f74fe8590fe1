import { existsSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { UsageError } from '@gan-zoo/core';
import { appOptions, trainingOptions } from '../sourceOptions.ts';
import type { ProgramCall } from './measuredProcess.ts';

const apps = new URL('../../../apps/', import.meta.url);

/** Ours alone, from nx.json: a peer runs as its users run it. */
const withoutAllocatorSettings = {
  MALLOC_ARENA_MAX: undefined,
  MALLOC_MMAP_THRESHOLD_: undefined,
};

/** Options that go on to the app's `bench`. */
export interface AppOptions {
  readonly app: string;
  /** Default: the app's or the preset's own. */
  readonly batchSize?: number | undefined;
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
export function appCall(options: AppOptions): ProgramCall {
  return { command: process.execPath, words: [...trainingOptions, ...benchWords(options)] };
}

/**
 * The call of the same steps run eagerly by tfjs-node's TensorFlow, with neither the allocator's nor
 * Node's settings that are ours.
 */
export function tfjsNodeCall(options: Omit<AppOptions, 'backend'>): ProgramCall {
  const nodeOptions = appOptions.filter((word) => !word.startsWith('--max-semi-space-size'));
  return {
    command: process.execPath,
    words: [...nodeOptions, ...benchWords({ ...options, backend: 'tfjs-node-gpu' })],
    environment: withoutAllocatorSettings,
  };
}

/** The app's command line with the words of its `bench`. */
function benchWords({ app, appOptions = [], ...options }: AppOptions): string[] {
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
  return [
    ...[fileURLToPath(cli), 'bench', '--serve'],
    ...flags.filter(([, value]) => value !== undefined).flatMap((words) => words.map(String)),
  ];
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

/**
 * The call of the same steps in PyTorch.
 *
 * @param device where it computes; default: the processor
 */
export function torchCall(
  python: string,
  peerScript: string,
  config: Readonly<Record<string, unknown>>,
  threads: number,
  device?: 'cuda',
): ProgramCall {
  const service = fileURLToPath(new URL('./torchPeer.py', import.meta.url));
  const count = String(threads);
  return {
    command: python,
    words: [service, peerScript, JSON.stringify(config), count, ...(device ? [device] : [])],
    environment: {
      ...{ OMP_NUM_THREADS: count, OPENBLAS_NUM_THREADS: count, MKL_NUM_THREADS: count },
      ...withoutAllocatorSettings,
    },
  };
}
