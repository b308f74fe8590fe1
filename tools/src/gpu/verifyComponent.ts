import { mkdir, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { installedFile, type BackendName, type NativeComponent } from '@gan-zoo/compiler';
import { UserError } from '@gan-zoo/core';
import { z } from 'zod';
import { sourceOptions } from '../sourceOptions.ts';
import type { Installation } from './installation.ts';
import { lastLines, runProgram, type ProgramCall } from './runProgram.ts';

/** The backend that a component is for. */
export const backendOf = (component: NativeComponent): BackendName =>
  component === 'onnx-cuda' ? 'onnx-cuda' : 'tfjs-node-gpu';

/** What the check prints as its last line, as JSON. NaN, which JSON has not, is no number either. */
const resultSchema = z
  .string()
  .transform((text, context) => {
    try {
      return JSON.parse(text) as unknown;
    } catch {
      context.addIssue({ code: 'custom', message: 'no JSON' });
      return z.NEVER;
    }
  })
  .pipe(
    z.object({
      /** Largest difference from tfjs-cpu, relative to the largest value. */
      difference: z.number(),
      /** Whether TensorFlow computes on a GPU; undefined for another backend. */
      isOnGpu: z.boolean().optional(),
    }),
  );

/** What checkProgram.ts finds out. */
export type CheckResult = z.output<typeof resultSchema>;

/** How the check is started: a program that prints a {@link CheckResult}. */
export type CheckCall = Pick<ProgramCall, 'command' | 'words' | 'folder'>;

const workspace = fileURLToPath(new URL('../../..', import.meta.url));
const checkProgram = fileURLToPath(new URL('checkProgram.ts', import.meta.url));

const startCheck = (component: NativeComponent): CheckCall => ({
  command: process.execPath,
  words: [...sourceOptions, checkProgram, backendOf(component)],
  folder: workspace,
});

/** A GPU may round the factors of a product to ten bits; a wrong kernel is off by far more. */
const largestDifference = 0.01;

/** Which component is checked, and what is expected of it. */
export interface VerifiedComponent {
  readonly component: NativeComponent;
  readonly folder: string;
  /** Whether it has to compute on a GPU. */
  readonly needsGpu: boolean;
}

/**
 * Lets a component compute something in a process of its own and compares the result with that of
 * tfjs-cpu. The process sees a cache folder in which the component is installed and alone, so that
 * it is loaded just as a training will load it.
 *
 * @param call starts the check; default: checkProgram.ts
 * @throws UserError when it fails, with the last lines of what it said
 */
export async function verifyComponent(
  { temporary, env, signal, logFile }: Installation,
  { component, folder, needsGpu }: VerifiedComponent,
  call: (component: NativeComponent) => CheckCall = startCheck,
): Promise<void> {
  const alone = join(temporary, 'check');
  await linkAlone(folder, alone);
  const end = await runProgram({
    ...call(component),
    env: { TF_CPP_MIN_LOG_LEVEL: '1', ...env, GAN_ZOO_NATIVE: alone },
    signal,
    logFile,
  });
  const fail = (why: string): UserError =>
    new UserError(
      `gpu: expected --backend ${backendOf(component)} to compute a convolution and its gradients, ${why}:\n` +
        `${lastLines(end.output)}\nMend that and run it again: what is fetched stays in ${folder}. ` +
        `To start afresh: npm run gpu -- --remove. All of the output: ${logFile}`,
    );
  if (!end.succeeded) throw fail(`it ended with ${end.ending}`);
  const { success, data: result } = resultSchema.safeParse(end.stdout.trim().split('\n').at(-1));
  if (!success) throw fail('its result is no number');
  const { difference, isOnGpu } = result;
  if (difference > largestDifference) throw fail(`its result is off by ${difference}`);
  if (needsGpu && isOnGpu === false) {
    throw fail('it computes on the processor (npm run gpu -- --cpu takes less space)');
  }
}

/** Makes a folder of native libraries with nothing but links to what a component consists of. */
async function linkAlone(folder: string, root: string): Promise<void> {
  await rm(root, { recursive: true, force: true });
  const alone = join(root, basename(folder));
  await mkdir(alone, { recursive: true });
  for (const name of await readdir(folder)) {
    if (name !== installedFile) await symlink(join(folder, name), join(alone, name));
  }
  await writeFile(join(alone, installedFile), '{}\n');
}
