import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import {
  hasNvidiaDriver,
  installedFolder,
  nativeFolder,
  type NativeComponent,
} from '@gan-zoo/compiler';
import type { CommandContext } from '@gan-zoo/core';
import { assertSystem, systemFacts } from './assertSystem.ts';
import { bindingSources } from './buildBinding.ts';
import { assertSpace, folderBytes, neededBytes } from './diskSpace.ts';
import { findCompiler } from './findCompiler.ts';
import { findPython } from './findPython.ts';
import {
  checkComponent,
  describeComponent,
  installComponent,
  titles,
  type ComponentMeans,
} from './installComponent.ts';
import { stage, type Installation } from './installation.ts';
import { lockNative } from './lockNative.ts';
import { explainNativeError } from './nativeErrors.ts';
import { isPipReady, makePip } from './pip.ts';
import { backendOf } from './verifyComponent.ts';

/** What the user chooses. */
export interface GpuOptions {
  /** TensorFlow for the processor, even where a driver is. */
  readonly cpu: boolean;
  /** The libraries of CUDA, even where no driver is. */
  readonly cuda: boolean;
}

/** What an installation finds of the machine, replaced in tests. */
export interface GpuSurroundings extends Pick<ComponentMeans, 'hasDriver' | 'check'> {
  readonly system?: ReturnType<typeof systemFacts>;
  /** Bytes free on the disk; default: asks the system. */
  readonly free?: number;
}

/** The components that are wanted. */
export function chooseComponents(
  { cpu, cuda }: GpuOptions,
  hasDriver: boolean,
): readonly NativeComponent[] {
  const withCuda = cuda || hasDriver;
  return [
    withCuda && !cpu ? 'tensorflow-cuda' : 'tensorflow-cpu',
    ...(withCuda ? (['onnx-cuda'] as const) : []),
  ];
}

/**
 * Installs what is wanted and not there yet, checks all of it and says how to use it.
 *
 * @param root the folder of native libraries
 * @throws UserError when something is missing or fails, with what to do
 */
export async function installNative(
  root: string,
  options: GpuOptions,
  context: Pick<CommandContext, 'env' | 'signal' | 'log' | 'print'>,
  surroundings: GpuSurroundings = { hasDriver: hasNvidiaDriver() },
): Promise<void> {
  const { env, signal, log, print } = context;
  assertSystem(surroundings.system ?? systemFacts());
  const components = chooseComponents(options, surroundings.hasDriver);
  if (!components.includes('onnx-cuda')) {
    log(`${titles['onnx-cuda']} is left out: no NVIDIA driver is loaded here (--cuda takes it)`);
  }
  await makeRoot(root);
  const lock = lockNative(root, log);
  try {
    await removeUnfinished(root);
    const temporary = await mkdtemp(join(root, 'unfinished-'));
    const logFile = join(root, 'log.txt');
    try {
      const installation = { root, temporary, logFile, env, signal, log };
      await installMissing(installation, components, surroundings);
    } finally {
      await removeFolder(temporary);
    }
  } finally {
    lock.release();
  }
  await summarise(components, print);
}

async function makeRoot(root: string): Promise<void> {
  try {
    await mkdir(root, { recursive: true });
  } catch (error) {
    // Node says so, too, where the file system is read-only.
    const isNowhere = (error as NodeJS.ErrnoException).code === 'ENOENT';
    throw isNowhere ? explainNativeError({ code: 'EROFS' }, root) : error;
  }
}

async function installMissing(
  installation: Installation,
  components: readonly NativeComponent[],
  surroundings: GpuSurroundings,
): Promise<void> {
  const missing: NativeComponent[] = [];
  for (const component of components) {
    if (installedFolder(component) === undefined) missing.push(component);
    else {
      installation.log(`${titles[component]} is already installed`);
      await checkComponent(installation, component, surroundings);
    }
  }
  if (missing.length === 0) return;
  const { root, env, signal } = installation;
  const means = { ...surroundings, sources: bindingSources(), compiler: [] as string[] };
  if (missing.some((component) => component !== 'onnx-cuda')) {
    means.compiler = await findCompiler(env, signal);
  }
  const python = await findPython(env, signal);
  await assertSpace(root, await bytesToCome(missing), surroundings.free);
  if (!(await isPipReady(installation))) {
    await stage(installation, `Making a pip with ${python}`, () => makePip(installation, python));
  }
  for (const component of missing) await installComponent(installation, component, means);
}

/** What the disk still needs room for: what is half done already has its place. */
async function bytesToCome(components: readonly NativeComponent[]): Promise<number> {
  let bytes = neededBytes(components);
  for (const component of components) bytes -= await folderBytes(nativeFolder(component));
  return bytes;
}

/** Removes what interrupted installations were at; what they had finished stays. */
async function removeUnfinished(root: string): Promise<void> {
  const names = (await readdir(root)).filter((name) => name.startsWith('unfinished-'));
  for (const name of names) await removeFolder(join(root, name));
}

/** What a compiler has started may still write for a moment. */
const removeFolder = (path: string): Promise<void> =>
  rm(path, { recursive: true, force: true, maxRetries: 5 });

async function summarise(
  components: readonly NativeComponent[],
  print: (line: string) => void,
): Promise<void> {
  print('Installed:');
  for (const component of components) print(`  ${await describeComponent(component)}`);
  const backends = components.map(backendOf);
  const withCuda = backends.includes('onnx-cuda');
  print(`Train with it:  npx nx run anime-dcgan:train -- --backend ${backends.join(', or ')}`);
  print(
    `Compare an app: npx nx run anime-dcgan:verify${withCuda ? ' -- --backend onnx-cuda' : ''}`,
  );
  print('Undo it:        npm run gpu -- --remove');
}
