import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { defaultCacheFolder } from './cacheFolder.ts';

/** The release of TensorFlow from PyPI that the binding of tfjs-node is built on and tested with. */
export const tensorflowVersion = '2.21.0';

/**
 * What `npm run gpu` installs: TensorFlow for the processor or for CUDA with the binding that Node
 * loads, and ONNX Runtime's CUDA provider with the libraries that it needs.
 */
export const nativeComponents = ['tensorflow-cpu', 'tensorflow-cuda', 'onnx-cuda'] as const;

export type NativeComponent = (typeof nativeComponents)[number];

const require = createRequire(import.meta.url);

/** The version of an installed package that exports its package.json. */
const versionOf = (name: string): string =>
  (require(`${name}/package.json`) as { version: string }).version;

/**
 * The folder of all native libraries: `GAN_ZOO_NATIVE` when that is set, otherwise `native` in the
 * cache folder.
 */
export const nativeRoot = (): string =>
  process.env['GAN_ZOO_NATIVE'] || join(defaultCacheFolder(), 'native');

/**
 * The folder of a component, named after the versions that it fits, so that an update installs
 * anew and never loads what was built for another version.
 */
export function nativeFolder(component: NativeComponent): string {
  const versions =
    component === 'onnx-cuda'
      ? versionOf('onnxruntime-node')
      : `${tensorflowVersion}-tfjs-${versionOf('@tensorflow/tfjs')}`;
  return join(nativeRoot(), `${component}-${versions}`);
}

/** Written last when a component is installed: a folder without it is half done. */
export const installedFile = 'installed.json';

/** The component's folder if it is installed whole, else undefined. */
export function installedFolder(component: NativeComponent): string | undefined {
  const folder = nativeFolder(component);
  return existsSync(join(folder, installedFile)) ? folder : undefined;
}

/** The shared library of tfjs-node's binding, in the folder of a TensorFlow component. */
export const bindingFile = 'tfjs_binding.node';

/** Whether an NVIDIA driver is loaded: what CUDA needs of a machine before any library. */
export function hasNvidiaDriver(): boolean {
  try {
    return readFileSync('/proc/driver/nvidia/version', 'utf8').length > 0;
  } catch {
    return existsSync('/dev/nvidiactl');
  }
}
