import {
  existsSync,
  lstatSync,
  readdirSync,
  readlinkSync,
  realpathSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { constants } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { UserError } from '../errors.ts';
import { installedFolder } from './nativeLibraries.ts';

const require = createRequire(import.meta.url);

/** ONNX Runtime looks for its providers beside its own library. */
const providers = [
  'libonnxruntime_providers_shared.so',
  'libonnxruntime_providers_cuda.so',
] as const;

/**
 * NVIDIA's libraries that the provider or one of them asks the loader for, each after what it needs
 * itself. cuDNN finds its parts beside itself.
 */
const libraries = [
  'libcudart',
  'libnvrtc',
  'libnvJitLink',
  'libcublasLt',
  'libcublas',
  'libcufft',
  'libcurand',
  'libcudnn',
] as const;

/** Keeps a library loaded when Node closes it again; Node's own constants lack it. */
const RTLD_NODELETE = 0x1000;

/**
 * Makes what `npm run gpu` installed of ONNX Runtime's CUDA provider available to this process: links
 * the provider beside onnxruntime-node's library, where `npm ci` removes it each time, and loads
 * NVIDIA's libraries, so that the loader finds them by name wherever they lie. Without an
 * installation nothing happens: libraries of the system may do.
 *
 * @param runtimeFolder where ONNX Runtime's own library lies. Default: in onnxruntime-node
 * @returns the folder whose libraries are used, undefined without one
 * @throws UserError when the provider cannot be linked
 */
export function prepareOnnxCuda(runtimeFolder = onnxRuntimeFolder()): string | undefined {
  const folder = installedFolder('onnx-cuda');
  if (folder === undefined) return undefined;
  for (const name of providers) {
    const target = realpathSync(join(folder, 'site', 'onnxruntime', 'capi', name));
    link(target, join(runtimeFolder, name));
  }
  const found = findLibraries(join(folder, 'site', 'nvidia'));
  for (const library of libraries) {
    const path = found.find((file) => new RegExp(`^${library}\\.so\\.\\d+$`).test(basename(file)));
    if (path !== undefined) preload(path);
  }
  return folder;
}

/** Where onnxruntime-node's own library lies. */
function onnxRuntimeFolder(): string {
  const root = join(dirname(require.resolve('onnxruntime-node/package.json')), 'bin');
  const napi = readdirSync(root).find((name) => name.startsWith('napi-'))!;
  return join(root, napi, process.platform, process.arch);
}

/** Points a link at a file, unless it already does or a real file is in its place. */
function link(target: string, path: string): void {
  try {
    const present = lstatSync(path, { throwIfNoEntry: false });
    if (present !== undefined) {
      if (!present.isSymbolicLink() || readlinkSync(path) === target) return;
      rmSync(path, { force: true });
    }
    symlinkSync(target, path);
  } catch (error) {
    // Another process was faster.
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return;
    throw new UserError(
      `--backend onnx-cuda: expected to link ${target} as ${path}, received: ` +
        `${(error as Error).message}. Make that folder writable.`,
    );
  }
}

/** All shared libraries in the `lib` folders below a folder. */
function findLibraries(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => basename(dirname(path)) === 'lib' && basename(path).includes('.so'))
    .map((path) => join(folder, path));
}

/**
 * What the loader says of the CUDA provider, for the message when it did not start: ONNX Runtime
 * does not tell.
 *
 * @param runtimeFolder as {@link prepareOnnxCuda} takes it
 * @returns undefined where the loader has nothing to complain of
 */
export function onnxCudaFault(runtimeFolder = onnxRuntimeFolder()): string | undefined {
  for (const name of providers) {
    const path = join(runtimeFolder, name);
    if (!existsSync(path)) return `${path} is missing`;
    const complaint = preload(path);
    if (complaint !== undefined) return complaint;
  }
  return undefined;
}

/**
 * Loads a library that is no module of Node's: Node says so and closes it, but it stays.
 *
 * @returns the loader's complaint where it cannot be loaded
 */
function preload(path: string): string | undefined {
  try {
    process.dlopen({ exports: {} }, path, constants.dlopen.RTLD_LAZY | RTLD_NODELETE);
    return undefined;
  } catch (error) {
    const { message } = error as Error;
    return message.includes('did not self-register') ? undefined : message;
  }
}
