import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { appOptions } from '../sourceOptions.ts';
import { recordingOriginVariable, type Recording } from './kernelCall.ts';
import { recordProcess } from './recordProcess.ts';

const apps = new URL('../../../apps/', import.meta.url);
const cliOf = (app: string): string => fileURLToPath(new URL(`${app}/src/cli.ts`, apps));

/** The apps whose train steps can be recorded. */
export const recordableApps = (): string[] =>
  readdirSync(apps).filter((app) => existsSync(cliOf(app)));

/**
 * Records the kernel calls of an app's train step at its tiny size: has its `verify` compare one
 * step with tfjs-cpu.
 *
 * @param app its folder's name
 * @param folder where the recording is written
 */
export async function recordAppStep(
  app: string,
  folder: string,
  signal?: AbortSignal,
): Promise<Recording> {
  const preload = new URL('./recordApp.ts', import.meta.url).href;
  const name = `a train step of ${app}`;
  const words = ['verify', '--against', 'tfjs-cpu', '--steps', '1'];
  return recordProcess(
    [...appOptions, '--import', preload, cliOf(app), ...words],
    join(folder, `${app}.calls`),
    { name, signal, environment: { [recordingOriginVariable]: name } },
  );
}
