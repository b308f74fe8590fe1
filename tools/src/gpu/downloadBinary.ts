import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { UserError } from '@gan-zoo/core';
import type { Environment } from './runProgram.ts';

const words = ['rebuild', '@tensorflow/tfjs-node-gpu', '--ignore-scripts=false'];

/** The command that lets tfjs-node fetch its own binary, for a message. */
const command = `npm ${words.join(' ')} --foreground-scripts`;

/**
 * Lets tfjs-node fetch the binary that it offers itself. Its output is shown as it comes.
 *
 * @param env npm names itself in `npm_execpath`
 * @throws UserError when that fails
 */
export async function downloadBinary(env: Environment, signal: AbortSignal): Promise<void> {
  const npm = env['npm_execpath'];
  const [program, ...start] = npm ? [process.execPath, npm] : ['npm'];
  const child = spawn(program!, [...start, ...words, '--foreground-scripts'], {
    cwd: fileURLToPath(new URL('../../..', import.meta.url)),
    env: { ...env },
    stdio: 'inherit',
    signal,
    // On Windows, npm is a script of the shell.
    shell: npm === undefined && process.platform === 'win32',
  });
  const [code, name] = await once(child, 'close').then(
    (ended) => ended as [number | null, string | null],
    (error: Error): [null, string] => {
      if (error.name === 'AbortError') throw error;
      return [null, error.message];
    },
  );
  if (code === 0) return;
  throw new UserError(
    `gpu: expected \`${command}\` to fetch tfjs-node's own binary, it ended with ` +
      `${name ?? `exit code ${code}`}. On Linux, npm run gpu without --download builds one instead; ` +
      '--backend onnx-cpu needs nothing.',
  );
}
