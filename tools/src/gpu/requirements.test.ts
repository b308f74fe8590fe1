import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { assertSystem, systemFacts } from './assertSystem.ts';
import { bindingSources } from './buildBinding.ts';
import { assertSpace, neededBytes } from './diskSpace.ts';
import { findCompiler } from './findCompiler.ts';
import { findPython } from './findPython.ts';
import { explainNativeError } from './nativeErrors.ts';
import { useTestPlace } from './testInstallation.ts';

const place = useTestPlace();

describe('assertSystem', () => {
  const linux = { platform: 'linux', arch: 'x64', node: '20.0.0', glibc: '2.28' } as const;

  it('accepts what the libraries are made for', () => {
    for (const facts of [{}, { node: '24.1.0' }, { glibc: '2.41' }, { glibc: '3.0' }])
      expect(() => assertSystem({ ...linux, ...facts })).not.toThrow();
  });

  it.each([
    [
      { platform: 'darwin', arch: 'arm64' },
      'gpu: expected Linux on x64, for which the libraries are arranged, received darwin on arm64. ' +
        'Here, --backend onnx-coreml needs nothing; ' +
        'npm run gpu -- --download tries the binary that tfjs-node offers.',
    ],
    [{ platform: 'win32' }, 'received win32 on x64. Here, --backend onnx-dml needs nothing;'],
    [{ arch: 'arm64' }, 'received linux on arm64. Here, --backend onnx-cpu needs nothing;'],
    [
      { node: '18.19.1' },
      'gpu: expected Node 20 or later, received 18.19.1. Install a later Node.',
    ],
    [
      { glibc: '2.27' },
      'gpu: expected the GNU C library (glibc) 2.28 or later, received 2.27. Use a later system, ' +
        'such as Debian 10 or Ubuntu 20.04; --backend onnx-cpu needs nothing.',
    ],
    [{ glibc: undefined }, '(glibc) 2.28 or later, received a system without it.'],
  ] as const)('refuses %j', (facts, message) => {
    expect(() => assertSystem({ ...linux, ...facts })).toThrow(message);
  });

  it('knows the system it runs on', () => {
    const { node, platform } = systemFacts();
    expect([node, platform]).toEqual([process.versions.node, process.platform]);
  });
});

describe('findPython', () => {
  const find = (variables = {}) => findPython({ ...place().env, ...variables }, place().signal);
  const install =
    'Debian, Ubuntu: apt-get install python3 python3-venv; Fedora: dnf install python3';

  it('takes the first that will do, and the one of PYTHON before all', async () => {
    await place().program('python3', 'echo 3.8');
    await place().program('python', 'echo 3.9');
    expect(await find()).toBe('python');
    const mine = await place().program('mine', 'echo 3.14');
    expect(await find({ PYTHON: mine })).toBe(mine);
  });

  it('says that there is none', async () => {
    await expect(find()).rejects.toThrow(
      'gpu: expected Python 3.9 or later, whose pip fetches the libraries, found neither python3 ' +
        `nor python. Install it (${install}), or name one in PYTHON.`,
    );
    await expect(find({ PYTHON: '/no/python' })).rejects.toThrow(
      'received PYTHON=/no/python, which does not start. Correct it, or unset PYTHON.',
    );
  });

  it('says that it is too old', async () => {
    await place().program('python', 'echo 2.7');
    await expect(find()).rejects.toThrow(
      'gpu: expected Python 3.9 or later, whose pip fetches the libraries, received 2.7 (python). ' +
        `Install a later one (${install}), or name one in PYTHON.`,
    );
  });

  it("says that Debian's package for virtual environments is missing", async () => {
    await place().program('python3', 'echo 3.11; exit 1');
    await place().program('python', 'echo 3.8');
    await expect(find()).rejects.toThrow(
      'gpu: expected a Python with the modules venv and ensurepip, python3 3.11 lacks them. Install ' +
        'them (Debian, Ubuntu: apt-get install python3-venv), or name another Python in PYTHON.',
    );
  });
});

describe('findCompiler', () => {
  const find = (variables = {}) => findCompiler({ ...place().env, ...variables }, place().signal);
  const install =
    'Install one (Debian, Ubuntu: apt-get install g++; Fedora: dnf install gcc-c++), or name one in CXX.';
  const wanted =
    'gpu: expected a compiler of C++17, which builds the binding between Node and TensorFlow; ';

  it('takes the first that compiles a program of C++17', async () => {
    await place().program('g++', 'exit 1');
    await place().program('clang++', '[ "$1" = -std=c++17 ] || exit 1; cat >/dev/null');
    expect(await find()).toEqual(['clang++']);
    await place().program('wrapped', '[ "$1 $2" = "g++ -std=c++17" ] || exit 1');
    expect(await find({ CXX: 'wrapped g++' })).toEqual(['wrapped', 'g++']);
  });

  it('says that there is none, or why one will not do', async () => {
    await expect(find()).rejects.toThrow(`${wanted}found none of g++, c++, clang++. ${install}`);
    await place().program('c++', 'echo "error: unrecognized option" >&2; exit 1');
    await expect(find()).rejects.toThrow(
      `${wanted}c++ refuses C++17:\n  error: unrecognized option\n${install}`,
    );
  });
});

describe('bindingSources', () => {
  it('says how to get an optional dependency', () => {
    const missing = () => {
      throw new Error('Cannot find module');
    };
    expect(() => bindingSources(missing)).toThrow(
      'gpu: expected the package @tensorflow/tfjs-node-gpu, whose binding is built, found none. ' +
        'It is an optional dependency of the workspace: npm ci --include=optional.',
    );
    expect(bindingSources(() => join('/x', 'package.json'))).toBe(join('/x', 'binding'));
  });
});

describe('the disk', () => {
  it('must have room for everything, and once for what is unpacked meanwhile', async () => {
    const one = neededBytes(['tensorflow-cpu']);
    expect(neededBytes(['tensorflow-cpu', 'onnx-cuda'])).toBeGreaterThan(one);
    expect(neededBytes([])).toBe(0);
    await expect(assertSpace(join(place().folder, 'not', 'yet'), 1e18)).rejects.toThrow(
      /^gpu: expected 1000000 TB of free disk space for .*not.yet, found .*B\. Free some, or set GAN_ZOO_NATIVE to a folder on another disk\.$/,
    );
    await expect(assertSpace('/x', 2e9, 1e9)).rejects.toThrow('2.0 GB of free disk space for /x');
    await expect(assertSpace('/x', 2e9, 2e9)).resolves.toBeUndefined();
  });

  it('explains what the file system refuses, and nothing else', () => {
    const error = Object.assign(new Error('write'), { code: 'ENOSPC' });
    expect(explainNativeError(error, '/x')).toMatchObject({
      name: 'UserError',
      message:
        'gpu: cannot write /x: the disk is full. Free some space, or set GAN_ZOO_NATIVE to a folder on ' +
        'another disk, and run it again: it goes on.',
    });
    const fault = new TypeError('x is undefined');
    expect(explainNativeError(fault, '/x')).toBe(fault);
  });
});
