import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { UserError } from '@gan-zoo/core';
import type { Installation } from './installation.ts';
import { throwIfDiskFull } from './nativeErrors.ts';
import { lastLines, runProgram } from './runProgram.ts';

/** The first pip that accepts several platforms of wheels, with some years on it. */
const oldestPip = 22;

/**
 * Wheels of one Python on Linux x64, whichever Python runs pip: only their shared libraries and
 * headers are of use here.
 */
const wheelOptions: readonly string[] = [
  ...[
    '--only-binary=:all:',
    '--python-version',
    '3.12',
    '--implementation',
    'cp',
    '--abi',
    'cp312',
  ],
  ...['2_28', '2_27', '2_17'].flatMap((glibc) => ['--platform', `manylinux_${glibc}_x86_64`]),
  ...['--platform', 'manylinux2014_x86_64'],
];

const pythonOf = ({ root }: Installation): string => join(root, 'venv', 'bin', 'python');

/** Whether the virtual environment is there with a pip that is new enough. */
export async function isPipReady(installation: Installation): Promise<boolean> {
  const { env, signal } = installation;
  const words = ['-m', 'pip', '--version'];
  const { stdout } = await runProgram({ command: pythonOf(installation), words, env, signal });
  return Number(/^pip (\d+)\./.exec(stdout)?.[1]) >= oldestPip;
}

/**
 * Makes a virtual environment with a pip of its own, so that nothing of the user's Python is touched.
 *
 * @throws UserError when that fails, with the last lines of what Python or pip said
 */
export async function makePip(installation: Installation, python: string): Promise<void> {
  const { root, env, signal, logFile } = installation;
  const folder = join(root, 'venv');
  await rm(folder, { recursive: true, force: true });
  const words = ['-m', 'venv', folder];
  const made = await runProgram({ command: python, words, env, signal, logFile });
  if (!made.succeeded) {
    throwIfDiskFull(made.output, root);
    throw new UserError(
      `gpu: ${python} could not make a virtual environment (${made.ending}):\n` +
        `${lastLines(made.output)}\nMend that, or name another Python in PYTHON.`,
    );
  }
  if (await isPipReady(installation)) return;
  await runPip(installation, `pip ${oldestPip}`, ['install', '--upgrade', 'pip']);
}

/**
 * Unpacks the wheel of a package, without what it requires, into a new folder.
 *
 * @param requirement the package with the versions that will do, `nvidia-cufft~=12.0`
 * @throws UserError when pip fails, with its last lines
 */
export async function unpackWheel(
  installation: Installation,
  requirement: string,
  folder: string,
): Promise<void> {
  const words = ['install', '--no-deps', '--no-compile', '--target', folder, ...wheelOptions];
  await runPip(installation, requirement, [...words, requirement]);
}

async function runPip(
  installation: Installation,
  what: string,
  [verb, ...words]: readonly string[],
): Promise<void> {
  const { root, temporary, logFile, signal } = installation;
  const general = [
    ...['--no-input', '--disable-pip-version-check', '--progress-bar', 'off'],
    // Keeping the wheels, too, would double what the libraries take.
    '--no-cache-dir',
  ];
  const end = await runProgram({
    command: pythonOf(installation),
    words: ['-m', 'pip', verb!, ...general, ...words],
    // A user's setting for installations of his own would contradict --target.
    env: { ...installation.env, PIP_USER: '0', TMPDIR: temporary },
    signal,
    logFile,
  });
  if (end.succeeded) return;
  throwIfDiskFull(end.output, root);
  throw new UserError(
    `gpu: pip could not fetch ${what} (${end.ending}):\n${lastLines(end.output)}\n` +
      'Check the network and the package index that pip uses (pip config list), then run it again: ' +
      `it goes on where it stopped. All of pip's output: ${logFile}`,
  );
}
