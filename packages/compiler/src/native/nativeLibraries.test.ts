import { cp, mkdir, mkdtemp, readFile, readlink, rm, symlink, writeFile } from 'node:fs/promises';
import { realpathSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { hasNvidiaDriver, installedFolder, nativeFolder, nativeRoot } from './nativeLibraries.ts';
import { onnxCudaFault, prepareOnnxCuda } from './prepareOnnxCuda.ts';
import { findTensorFlowBinding } from './tensorFlowBinding.ts';

let root: string;

beforeEach(async () => {
  root = realpathSync(await mkdtemp(join(tmpdir(), 'gan-zoo-native-')));
  vi.stubEnv('GAN_ZOO_NATIVE', join(root, 'native'));
});

afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(root, { recursive: true, force: true });
});

async function write(path: string, content = ''): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, content);
}

const install = (component: Parameters<typeof nativeFolder>[0]): Promise<void> =>
  write(join(nativeFolder(component), 'installed.json'), '{}');

describe('native folders', () => {
  it('lie in the cache unless told otherwise', () => {
    expect(nativeRoot()).toBe(join(root, 'native'));
    vi.stubEnv('GAN_ZOO_NATIVE', '');
    vi.stubEnv('GAN_ZOO_CACHE', root);
    expect(nativeRoot()).toBe(join(root, 'native'));
  });

  it('are named after the versions that they fit', () => {
    expect(nativeFolder('tensorflow-cpu')).toMatch(/tensorflow-cpu-2\.\d+\.\d+-tfjs-4\.\d+\.\d+$/);
    expect(nativeFolder('onnx-cuda')).toMatch(/onnx-cuda-1\.\d+\.\d+$/);
  });

  it('count as installed once the last file is written', async () => {
    await write(join(nativeFolder('tensorflow-cpu'), 'tfjs_binding.node'));
    expect(installedFolder('tensorflow-cpu')).toBeUndefined();
    await install('tensorflow-cpu');
    expect(installedFolder('tensorflow-cpu')).toBe(nativeFolder('tensorflow-cpu'));
  });
});

describe('findTensorFlowBinding', () => {
  it('prefers the one that fits the machine', async () => {
    await install('tensorflow-cuda');
    expect(findTensorFlowBinding()).toBe(
      join(nativeFolder('tensorflow-cuda'), 'tfjs_binding.node'),
    );
    await install('tensorflow-cpu');
    const preferred = hasNvidiaDriver() ? 'tensorflow-cuda' : 'tensorflow-cpu';
    expect(findTensorFlowBinding()).toBe(join(nativeFolder(preferred), 'tfjs_binding.node'));
  });
});

describe.runIf(process.platform === 'linux')('prepareOnnxCuda', () => {
  const shared = 'libonnxruntime_providers_shared.so';
  const cuda = 'libonnxruntime_providers_cuda.so';
  const capi = (): string => join(nativeFolder('onnx-cuda'), 'site', 'onnxruntime', 'capi');
  const runtime = (): string => join(root, 'runtime');

  beforeEach(async () => {
    for (const name of [shared, cuda]) await write(join(capi(), name), name);
    await mkdir(runtime());
    await mkdir(join(nativeFolder('onnx-cuda'), 'site', 'nvidia', 'cu13', 'lib'), {
      recursive: true,
    });
  });

  it('leaves everything as it is without an installation', () => {
    expect(prepareOnnxCuda(runtime())).toBeUndefined();
    expect(onnxCudaFault(runtime())).toBe(`${join(runtime(), shared)} is missing`);
  });

  it('links the provider, anew where a link points elsewhere, and never over a file', async () => {
    await install('onnx-cuda');
    await symlink('/gone', join(runtime(), shared));
    await writeFile(join(runtime(), cuda), 'of the package itself');
    expect(prepareOnnxCuda(runtime())).toBe(nativeFolder('onnx-cuda'));
    expect(await readlink(join(runtime(), shared))).toBe(join(capi(), shared));
    expect(await readFile(join(runtime(), cuda), 'utf8')).toBe('of the package itself');
    prepareOnnxCuda(runtime());
    expect(await readlink(join(runtime(), shared))).toBe(join(capi(), shared));
  });

  it("says what the loader misses, which ONNX Runtime doesn't tell", async () => {
    await install('onnx-cuda');
    prepareOnnxCuda(runtime());
    expect(onnxCudaFault(runtime())).toMatch(
      /libonnxruntime_providers_shared\.so: .*(file too short|invalid ELF header)/,
    );
  });

  it("loads NVIDIA's libraries for good, wherever they lie", async () => {
    await install('onnx-cuda');
    const lib = join(nativeFolder('onnx-cuda'), 'site', 'nvidia', 'cu13', 'lib');
    const maps = await readFile('/proc/self/maps', 'utf8');
    const some = /\/\S*\/libstdc\+\+\.so\.6\S*/.exec(maps) ?? /\/\S*\/libm\.so\.6/.exec(maps);
    await cp(realpathSync(some![0]), join(lib, 'libcudart.so.13'));
    prepareOnnxCuda(runtime());
    expect(await readFile('/proc/self/maps', 'utf8')).toContain(join(lib, 'libcudart.so.13'));
  });
});
