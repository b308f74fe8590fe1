import { existsSync } from 'node:fs';
import { readdir, rename } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { bindingFile } from '@gan-zoo/compiler';
import { UserError } from '@gan-zoo/core';
import type { Installation } from './installation.ts';
import { throwIfDiskFull } from './nativeErrors.ts';
import { lastLines, runProgram } from './runProgram.ts';

const require = createRequire(import.meta.url);

/**
 * The folder of tfjs-node's C++ sources.
 *
 * @throws UserError when the package, which is optional, is not installed
 */
export function bindingSources(resolve: (name: string) => string = require.resolve): string {
  try {
    return join(dirname(resolve('@tensorflow/tfjs-node-gpu/package.json')), 'binding');
  } catch (error) {
    throw new UserError(
      'gpu: expected the package @tensorflow/tfjs-node-gpu, whose binding is built, found none. ' +
        'It is an optional dependency of the workspace: npm ci --include=optional.',
      { cause: error },
    );
  }
}

/** What a binding is built from. */
export interface BindingParts {
  /** Words that start the compiler. */
  readonly compiler: readonly string[];
  /** See {@link bindingSources}. */
  readonly sources: string;
  /** The component's folder, with `site/tensorflow`; gets the binding. */
  readonly folder: string;
}

/** Libraries that the binding is linked with, relative to the component's folder. */
export const tensorflowLibraries = ['libtensorflow_cc.so.2', 'libtensorflow_framework.so.2'].map(
  (name) => join('site', 'tensorflow', name),
);

/**
 * Builds the binding between Node and TensorFlow. It finds the libraries relative to itself, so that
 * the folder may be moved, and speaks Node-API 8, so that it serves every Node from 20 on.
 *
 * @throws UserError when the compiler fails, with its last lines
 */
export async function buildBinding(
  { temporary, env, signal, logFile }: Installation,
  { compiler, sources, folder }: BindingParts,
): Promise<void> {
  const built = join(temporary, bindingFile);
  const { include_dir: nodeHeaders } = require('node-api-headers') as { include_dir: string };
  const [command, ...options] = compiler;
  const files = (await readdir(sources)).filter((name) => name.endsWith('.cc'));
  const end = await runProgram({
    command: command!,
    words: [
      ...[...options, '-O2', '-shared', '-fPIC', '-std=c++17', '-DNAPI_VERSION=8'],
      ...[`-I${nodeHeaders}`, `-I${join(folder, 'site', 'tensorflow', 'include')}`],
      ...files.map((name) => join(sources, name)),
      ...['-o', built, ...tensorflowLibraries.map((name) => join(folder, name))],
      '-Wl,-rpath,$ORIGIN/site/tensorflow',
    ],
    env: { ...env, TMPDIR: temporary },
    signal,
    logFile,
  });
  if (!end.succeeded || !existsSync(built)) {
    throwIfDiskFull(end.output, folder);
    throw new UserError(
      `gpu: ${compiler.join(' ')} could not build the binding between Node and TensorFlow (${end.ending}):\n` +
        `${lastLines(end.output)}\nName another compiler in CXX and run it again: it goes on from here. ` +
        `All of its output: ${logFile}`,
    );
  }
  await rename(built, join(folder, bindingFile));
}
