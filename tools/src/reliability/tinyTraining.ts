import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { nativeRoot } from '@gan-zoo/compiler';
import { UsageError } from '@gan-zoo/core';
import { saveNoisePictures } from '@gan-zoo/core/testing';
import { appOptions } from '../sourceOptions.ts';

/** Options with which an app's step takes milliseconds, by app. */
const tinyOptions: Readonly<Record<string, string>> = {
  'anime-dcgan':
    '--image-size 64 --generator-filters 4 --discriminator-filters 4 --latent-dim 8 ' +
    '--generator-every-steps 1 --ema-decay 0.9 --sample-count 4',
};

/** Names for `--app`. */
export const tinyApps = Object.keys(tinyOptions);

/** What starts a training. */
export interface TinyTraining {
  readonly app: string;
  /** Folder that the training stands in: data, cache and runs lie here. */
  readonly folder: string;
  readonly backend: string;
  readonly threads: number;
}

/** A training in a process of its own. */
export interface RunningTraining {
  readonly child: ChildProcess;
  /** How it ended: null when it was killed. */
  readonly ended: Promise<{ readonly code: number | null; readonly stderr: string }>;
}

const pictures = 64;

/** Makes the pictures of a tiny training. */
export const prepareTiny = ({ folder }: TinyTraining): Promise<void> =>
  saveNoisePictures(join(folder, 'pictures'), pictures, 64);

/** Words that start a new run of a tiny training. */
export function newRunWords({ app, backend, threads }: TinyTraining): string {
  const options = tinyOptions[app];
  if (options === undefined) {
    throw new UsageError(`--app: expected one of ${tinyApps.join(', ')}, received ${app}.`);
  }
  return (
    `train --data pictures --batch-size 4 --held-back-images 0 --epochs 1000000 ${options} ` +
    `--backend ${backend} --threads ${threads}`
  );
}

/**
 * Starts an app's command line from its sources, as `nx run` does.
 *
 * @param nodeOptions more options for Node; default none
 * @param environment more variables; default none
 */
export function startApp(
  { app, folder }: TinyTraining,
  words: string,
  nodeOptions: readonly string[] = [],
  environment: Readonly<Record<string, string>> = {},
): RunningTraining {
  const cli = fileURLToPath(new URL(`../../../apps/${app}/src/cli.ts`, import.meta.url));
  const flags = [...appOptions, ...nodeOptions];
  const child = spawn(process.execPath, [...flags, cli, ...words.split(' ')], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: {
      ...process.env,
      ...environment,
      INIT_CWD: folder,
      GAN_ZOO_CACHE: join(folder, 'cache'),
      GAN_ZOO_NATIVE: nativeRoot(),
    },
  });
  let stderr = '';
  child.stderr.on('data', (chunk: Buffer) => (stderr = (stderr + chunk.toString()).slice(-20_000)));
  const ended = once(child, 'close').then(([code]) => ({ code: code as number | null, stderr }));
  return { child, ended };
}
