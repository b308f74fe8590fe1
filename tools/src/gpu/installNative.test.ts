import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { installedFolder, nativeFolder } from '@gan-zoo/compiler';
import { beforeEach, describe, expect, it } from 'vitest';
import { fakeCompiler, fakePython } from './fakePip.ts';
import { chooseComponents, installNative, type GpuSurroundings } from './installNative.ts';
import { lockNative } from './lockNative.ts';
import { removeNative } from './removeNative.ts';
import { useTestPlace } from './testInstallation.ts';

const place = useTestPlace();

const plain = { cpu: false, cuda: false };
const answer = (script: string) => () => ({ command: 'sh', words: ['-c', script] });
const works = answer(`echo '{"difference":1e-7}'`);
const linux = { platform: 'linux', arch: 'x64', node: '20.0.0', glibc: '2.36' } as const;
const usual: GpuSurroundings = { hasDriver: false, check: works, system: linux, free: 1e12 };

/** Installs; returns what was printed. */
async function install(surroundings: Partial<GpuSurroundings> = {}, options = plain) {
  const printed: string[] = [];
  const context = { ...place(), print: (line: string) => void printed.push(line) };
  await installNative(place().root, options, context, { ...usual, ...surroundings });
  return printed.join('\n');
}

const fetched = async () =>
  (await readFile(join(place().folder, 'fetched'), 'utf8')).trim().split('\n');

/** Everything in a component's folder. */
const filesOf = async (component: 'tensorflow-cpu' | 'onnx-cuda') =>
  (await readdir(nativeFolder(component), { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map(({ name }) => name)
    .sort();

const unfinished = async () =>
  (await readdir(place().root)).filter((name) => name.startsWith('unfinished-'));

beforeEach(async () => {
  await fakePython(place());
  await fakeCompiler(place());
});

describe('installNative', () => {
  it('fetches TensorFlow, keeps what is needed, builds, checks and says how to use it', async () => {
    const printed = await install();
    const folder = nativeFolder('tensorflow-cpu');
    expect(await fetched()).toEqual(['tensorflow-cpu==2.21.0']);
    expect(await filesOf('tensorflow-cpu')).toEqual([
      'METADATA',
      'installed.json',
      'libtensorflow_cc.so.2',
      'libtensorflow_framework.so.2',
      'tfjs_binding.node',
    ]);
    const words = (await readFile(join(folder, 'tfjs_binding.node'), 'utf8')).split('\n');
    expect(words).toContain('-DNAPI_VERSION=8');
    expect(words).toContain('-Wl,-rpath,$ORIGIN/site/tensorflow');
    expect(words.filter((word) => word.endsWith('.cc')).length).toBeGreaterThan(1);
    const content = JSON.parse(await readFile(join(folder, 'installed.json'), 'utf8')) as object;
    expect(content).toMatchObject({
      component: 'tensorflow-cpu',
      packages: { 'tensorflow-cpu': '2.21.0' },
    });
    expect(printed).toMatch(`  TensorFlow for the processor: ${folder}, `);
    expect(printed).toContain('npx nx run anime-dcgan:train -- --backend tfjs-node-gpu');
    expect(printed).toContain('npm run gpu -- --remove');
    expect(place().lines[0]).toBe(
      "ONNX Runtime's CUDA provider is left out: no NVIDIA driver is loaded here (--cuda takes it)",
    );
    expect(await unfinished()).toEqual([]);
  });

  it('says that it is installed, and checks it again, without needing anything', async () => {
    await install();
    await rm(join(place().folder, 'bin', 'python3'));
    await rm(join(place().folder, 'bin', 'g++'));
    await install({ free: 0 });
    expect(place().lines).toContain('TensorFlow for the processor is already installed');
    await expect(install({ check: answer('exit 1') })).rejects.toThrow('ended with exit code 1');
    expect(installedFolder('tensorflow-cpu')).toBeUndefined();
  });

  it('looks for a compiler, a Python and space before it fetches anything', async () => {
    await expect(install({ free: 1e6 })).rejects.toThrow(
      `of free disk space for ${place().root}, found 1.0 MB.`,
    );
    await rm(join(place().folder, 'bin', 'python3'));
    await expect(install()).rejects.toThrow('found neither python3 nor python.');
    await rm(join(place().folder, 'bin', 'g++'));
    await expect(install()).rejects.toThrow('found none of g++, c++, clang++.');
    await expect(install({ system: { ...linux, arch: 'arm64' } })).rejects.toThrow(
      'linux on arm64',
    );
    expect(existsSync(join(place().folder, 'fetched'))).toBe(false);
  });

  it('needs less space where it goes on, and no less for what lies beside', async () => {
    await writeFile(join(place().root, 'of-somebody-else'), '');
    await truncate(join(place().root, 'of-somebody-else'), 5e9);
    await expect(install({ free: 1e9 })).rejects.toThrow('expected 1.8 GB of free disk space');
    await mkdir(nativeFolder('tensorflow-cpu'), { recursive: true });
    await writeFile(join(nativeFolder('tensorflow-cpu'), 'half'), '');
    await truncate(join(nativeFolder('tensorflow-cpu'), 'half'), 1e9);
    await expect(install({ free: 1e9 })).resolves.toContain('Installed:');
  });

  it("goes on after pip has failed, and shows pip's last lines", async () => {
    const fail =
      '[ "$requirement" = nvidia-nvjitlink ] && { echo "ERROR: No network" >&2; exit 2; }';
    await fakePython(place(), fail);
    const cuda = { cpu: true, cuda: true };
    await expect(install({}, cuda)).rejects.toThrow(
      'gpu: pip could not fetch nvidia-nvjitlink (exit code 2):\n  ERROR: No network\nCheck the ' +
        'network and the package index that pip uses (pip config list), then run it again: it goes ' +
        `on where it stopped. All of pip's output: ${place().logFile}`,
    );
    await rm(join(place().root, 'venv'), { recursive: true });
    await fakePython(place());
    await install({}, cuda);
    expect((await fetched()).slice(-2)).toEqual(['nvidia-nvjitlink', 'nvidia-nvjitlink']);
    expect((await fetched()).filter((name) => name !== 'nvidia-nvjitlink')).toHaveLength(3);
    expect(await readFile(place().logFile, 'utf8')).toContain('ERROR: No network');
  });

  it('recognises a full disk in what pip and the compiler say', async () => {
    await place().program(
      'g++',
      'case "$*" in *" -o "*) echo "x: No space left on device"; exit 1; esac',
    );
    const message = `gpu: cannot write ${nativeFolder('tensorflow-cpu')}: the disk is full.`;
    await expect(install()).rejects.toThrow(message);
    await rm(join(place().root, 'venv'), { recursive: true });
    await rm(nativeFolder('tensorflow-cpu'), { recursive: true });
    await fakePython(place(), 'echo "ERROR: [Errno 28] No space left on device"; exit 1');
    await expect(install()).rejects.toThrow(
      `gpu: cannot write ${place().root}: the disk is full. Free some space, or set GAN_ZOO_NATIVE`,
    );
  });

  it('goes on with the compiler after it has failed, and fetches headers that are gone', async () => {
    await place().program('g++', 'case "$*" in *" -o "*) echo "x.cc:1: error: bad"; exit 1; esac');
    await expect(install()).rejects.toThrow(
      'gpu: g++ could not build the binding between Node and TensorFlow (exit code 1):\n' +
        '  x.cc:1: error: bad\nName another compiler in CXX and run it again: it goes on from here. ' +
        `All of its output: ${place().logFile}`,
    );
    await fakeCompiler(place());
    await install();
    expect(await fetched()).toHaveLength(1);
    await rm(join(nativeFolder('tensorflow-cpu'), 'tfjs_binding.node'));
    await rm(join(nativeFolder('tensorflow-cpu'), 'installed.json'));
    await install();
    expect(await fetched()).toHaveLength(2);
  });

  it('stops when it is interrupted, leaves nothing half done, and goes on afterwards', async () => {
    const { folder, controller } = place();
    await fakePython(place(), `touch "${folder}/waiting"; exec sleep 60`);
    const interrupted = install().catch((error: Error) => error.name);
    while (!existsSync(join(folder, 'waiting'))) await delay(5);
    controller.abort();
    expect(await interrupted).toBe('AbortError');
    expect(await unfinished()).toEqual([]);
    expect(await readdir(nativeFolder('tensorflow-cpu'))).toEqual(['site']);
  });

  it('removes what a killed installation was at, and takes over its lock', async () => {
    await mkdir(join(place().root, 'unfinished-killed'));
    await writeFile(join(place().root, 'lock'), 'torn');
    await install();
    expect(place().lines).toContain(
      'An earlier installation ended without a farewell; going on from what it left',
    );
    expect(await unfinished()).toEqual([]);
  });

  it('lets only one at a time install or remove', async () => {
    const lock = lockNative(place().root, place().log);
    const message = `${place().root}: expected to be alone, found it in use by process ${process.pid} on`;
    await expect(install()).rejects.toThrow(message);
    await expect(removeNative(place().root, place().log)).rejects.toThrow(message);
    lock.release();
    await expect(install()).resolves.toContain('Installed:');
  });
});

describe("CUDA's libraries", () => {
  it('are taken where a driver is loaded or on demand', () => {
    const both = { cpu: true, cuda: true };
    expect(chooseComponents(plain, false)).toEqual(['tensorflow-cpu']);
    expect(chooseComponents(plain, true)).toEqual(['tensorflow-cuda', 'onnx-cuda']);
    expect(chooseComponents({ ...plain, cuda: true }, false)).toEqual(
      chooseComponents(plain, true),
    );
    expect(chooseComponents({ ...plain, cpu: true }, true)).toEqual([
      'tensorflow-cpu',
      'onnx-cuda',
    ]);
    expect(chooseComponents(both, false)).toEqual(['tensorflow-cpu', 'onnx-cuda']);
  });

  it("are those that the metadata of ONNX Runtime's package names, and what they need", async () => {
    await install({}, { cpu: true, cuda: true });
    expect(await filesOf('onnx-cuda')).toEqual([
      ...['METADATA', 'METADATA', 'METADATA', 'installed.json', 'libcufft.so.12'],
      ...['libnvJitLink.so.13', 'libonnxruntime_providers_cuda.so'],
      'libonnxruntime_providers_shared.so',
    ]);
    expect(place().lines).toContain(
      "ONNX Runtime's CUDA provider is not tried: no NVIDIA driver is loaded here",
    );
  });

  it('must be complete but for what the driver brings', async () => {
    const line = (name: string) => `printf '\\t%s => not found\\n' ${name}`;
    await place().program('ldd', `${line('libcuda.so.1')}; ${line('libnvidia-ml.so.1')}`);
    await install();
    await place().program('ldd', `case $1 in *cufft*) ${line('libcudart.so.13')}; esac`);
    await expect(install({}, { cpu: true, cuda: true })).rejects.toThrow(
      /^gpu: expected all libraries that onnx-cuda-[\d.]+ needs, missing: libcudart\.so\.13 \(for libcufft\.so\.12\)\. A library of the system comes with its package manager; for one of CUDA's, start afresh: npm run gpu -- --remove, then npm run gpu\.$/,
    );
  });
});

describe('the check', () => {
  it.each([
    ['echo Illegal >&2; kill -ILL $$', 'it ended with SIGILL:\n  Illegal'],
    [`echo '{"difference":0.5}'`, 'its result is off by 0.5:'],
    [`echo '{"difference":null}'`, 'its result is no number:\n  {'],
    ['echo Hello', 'its result is no number:\n  Hello'],
  ])('refuses %s', async (script, why) => {
    const folder = nativeFolder('tensorflow-cpu');
    await expect(install({ check: answer(script) })).rejects.toThrow(
      `gpu: expected --backend tfjs-node-gpu to compute a convolution and its gradients, ${why}`,
    );
    await expect(install({ check: answer(script) })).rejects.toThrow(
      `Mend that and run it again: what is fetched stays in ${folder}. To start afresh: ` +
        `npm run gpu -- --remove. All of the output: ${place().logFile}`,
    );
    expect(installedFolder('tensorflow-cpu')).toBeUndefined();
    await install();
    expect(await fetched()).toHaveLength(1);
  });

  it('insists on the GPU where there is one', async () => {
    const check = answer(`echo '{"difference":0,"isOnGpu":false}'`);
    await expect(install({ check, hasDriver: true })).rejects.toThrow(
      'gradients, it computes on the processor (npm run gpu -- --cpu takes less space):',
    );
    await expect(install({ check, hasDriver: false })).resolves.toContain('Installed:');
    const onGpu = answer(`echo '{"difference":0,"isOnGpu":true}'`);
    const printed = await install({ check: onGpu, hasDriver: true });
    expect(printed).toContain('--backend tfjs-node-gpu, or onnx-cuda');
    expect(place().lines).toContain("Checking ONNX Runtime's CUDA provider with a convolution");
  });

  it('sees a folder in which the component is installed, and nothing else', async () => {
    const { folder } = place();
    const look = `cp "$GAN_ZOO_NATIVE"/*/installed.json "$GAN_ZOO_NATIVE"/*/tfjs_binding.node "${folder}"`;
    await install({ check: answer(`${look}; echo '{"difference":0}'`) });
    expect(await readFile(join(folder, 'installed.json'), 'utf8')).toBe('{}\n');
    expect(await readFile(join(folder, 'tfjs_binding.node'), 'utf8')).toContain('-shared');
  });
});

describe('removeNative', () => {
  it('removes what was installed, and nothing else', async () => {
    const { root, log } = place();
    await install();
    await writeFile(join(root, 'of-somebody-else'), 'x');
    expect(await removeNative(root, log)).toBeGreaterThan(20);
    expect(await readdir(root)).toEqual(['of-somebody-else']);
    await rm(join(root, 'of-somebody-else'));
    expect(await removeNative(root, log)).toBe(0);
    expect(existsSync(root)).toBe(false);
    expect(await removeNative(root, log)).toBe(0);
  });
});
