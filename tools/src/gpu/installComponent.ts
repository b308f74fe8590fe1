import { existsSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { bindingFile, installedFile, nativeFolder, type NativeComponent } from '@gan-zoo/compiler';
import { formatBytes, UserError, writeFileAtomically } from '@gan-zoo/core';
import { assertLibraries } from './assertLibraries.ts';
import { buildBinding } from './buildBinding.ts';
import { folderBytes } from './diskSpace.ts';
import { stage, type Installation } from './installation.ts';
import { mainPackage, packageInfo } from './packages.ts';
import { unpackPackages } from './unpackPackages.ts';
import { verifyComponent, type CheckCall } from './verifyComponent.ts';

/** What a component is called in messages. */
export const titles: Readonly<Record<NativeComponent, string>> = {
  'tensorflow-cpu': 'TensorFlow for the processor',
  'tensorflow-cuda': 'TensorFlow for CUDA',
  'onnx-cuda': "ONNX Runtime's CUDA provider",
};

/** What {@link installComponent} needs besides the place. */
export interface ComponentMeans {
  /** Words that start the compiler. */
  readonly compiler: readonly string[];
  /** The folder of the binding's C++ sources. */
  readonly sources: string;
  readonly hasDriver: boolean;
  /** Starts the check of a component; default: computes with it. */
  readonly check?: (component: NativeComponent) => CheckCall;
}

/**
 * Installs a component whole, or goes on where an earlier call was interrupted: fetches its packages,
 * builds the binding if it is TensorFlow, checks both, and then writes `installed.json`.
 *
 * @throws UserError when a stage fails; what is done stays
 */
export async function installComponent(
  installation: Installation,
  component: NativeComponent,
  means: ComponentMeans,
): Promise<void> {
  const folder = resolve(nativeFolder(component));
  await mkdir(folder, { recursive: true });
  const main = mainPackage(component);
  if (component !== 'onnx-cuda') await forgetIfHeadersAreMissing(folder, main.name);
  installation.log(`${titles[component]}:`);
  const versions = await unpackPackages(installation, main, join(folder, 'site'));
  if (component !== 'onnx-cuda') await ensureBinding(installation, folder, means);
  await stage(installation, 'Looking for missing libraries', () =>
    assertLibraries(installation, folder),
  );
  await checkComponent(installation, component, means);
  await writeInstalled(component, folder, versions);
}

/** Without the binding, the headers are needed that were removed after it had been built. */
async function forgetIfHeadersAreMissing(folder: string, name: string): Promise<void> {
  if (existsSync(join(folder, bindingFile)) || existsSync(headersOf(folder))) return;
  const info = await packageInfo(join(folder, 'site'), name);
  if (info !== undefined) await rm(info, { recursive: true });
}

const headersOf = (folder: string): string => join(folder, 'site', 'tensorflow', 'include');

async function ensureBinding(
  installation: Installation,
  folder: string,
  { compiler, sources }: ComponentMeans,
): Promise<void> {
  if (!existsSync(join(folder, bindingFile))) {
    await stage(installation, `Building the binding with ${compiler.join(' ')}`, () =>
      buildBinding(installation, { compiler, sources, folder }),
    );
  }
  await rm(headersOf(folder), { recursive: true, force: true });
}

/**
 * Lets a component compute something, if this machine can.
 *
 * @throws UserError when the result is wrong; the component counts as not installed then
 */
export async function checkComponent(
  installation: Installation,
  component: NativeComponent,
  { hasDriver, check }: Pick<ComponentMeans, 'hasDriver' | 'check'>,
): Promise<void> {
  if (component === 'onnx-cuda' && !hasDriver) {
    installation.log(`${titles[component]} is not tried: no NVIDIA driver is loaded here`);
    return;
  }
  const folder = resolve(nativeFolder(component));
  const needsGpu = component === 'tensorflow-cuda' && hasDriver;
  await stage(installation, `Checking ${titles[component]} with a convolution`, async () => {
    try {
      await verifyComponent(installation, { component, folder, needsGpu }, check);
    } catch (error) {
      if (error instanceof UserError) await rm(join(folder, installedFile), { force: true });
      throw error;
    }
  });
}

async function writeInstalled(
  component: NativeComponent,
  folder: string,
  packages: Readonly<Record<string, string>>,
): Promise<void> {
  const content = {
    component,
    packages,
    bytes: await folderBytes(folder),
    date: new Date().toISOString(),
  };
  await writeFileAtomically(join(folder, installedFile), `${JSON.stringify(content, null, 2)}\n`);
}

/** One line about an installed component: what, where and how large. */
export async function describeComponent(component: NativeComponent): Promise<string> {
  const folder = resolve(nativeFolder(component));
  return `${titles[component]}: ${folder}, ${formatBytes(await folderBytes(folder))}`;
}
