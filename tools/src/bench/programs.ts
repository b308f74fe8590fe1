import { existsSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { UsageError } from '@gan-zoo/core';
import type { ProgramCall } from './measuredProcess.ts';

const apps = new URL('../../../apps/', import.meta.url);

/** Options that go on to the app's `bench`. */
export interface AppOptions {
  readonly app: string;
  readonly batchSize: number;
  readonly imageSize?: number | undefined;
  readonly backend: string;
  readonly threads: number;
}

/**
 * The call of an app's `bench`, from its sources as `nx run` does, waiting to be timed.
 *
 * @throws UsageError when there is no such app
 */
export function appCall({ app, batchSize, imageSize, backend, threads }: AppOptions): ProgramCall {
  const cli = new URL(`${app}/src/cli.ts`, apps);
  if (!existsSync(cli)) {
    throw new UsageError(
      `--app: expected one of ${readdirSync(apps).join(', ')}, received ${app}.`,
    );
  }
  const size = imageSize === undefined ? [] : ['--image-size', String(imageSize)];
  return {
    command: process.execPath,
    words: [
      ...[
        '--conditions=@gan-zoo/source',
        '--import',
        'tsx',
        fileURLToPath(cli),
        'bench',
        '--serve',
      ],
      ...[
        '--batch-size',
        String(batchSize),
        '--backend',
        backend,
        '--threads',
        String(threads),
        ...size,
      ],
    ],
  };
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
    environment: { OMP_NUM_THREADS: count, OPENBLAS_NUM_THREADS: count, MKL_NUM_THREADS: count },
  };
}
