import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { appOptions, trainingOptions } from '../sourceOptions.ts';
import { findTorch } from './findTorch.ts';
import { appCall, tfjsNodeCall, torchCall } from './programs.ts';

const options = { app: 'anime-dcgan', batchSize: 32, backend: 'onnx-cpu', threads: 2 };

describe('appCall', () => {
  it("starts the app's own bench as a service", () => {
    const { command, words } = appCall({ ...options, imageSize: 64 });
    expect(command).toBe(process.execPath);
    expect(existsSync(words[trainingOptions.length]!)).toBe(true);
    expect(words.slice(trainingOptions.length + 1).join(' ')).toBe(
      'bench --serve --batch-size 32 --backend onnx-cpu --threads 2 --image-size 64',
    );
    expect(appCall(options).words).not.toContain('--image-size');
  });

  it("passes on a preset and further options of the app's own", () => {
    const { words } = appCall({
      ...options,
      preset: 'small',
      appOptions: ['blocks=6', 'norm=batch'],
    });
    expect(words.slice(-6).join(' ')).toBe('--preset small --blocks 6 --norm batch');
    expect(() => appCall({ ...options, appOptions: ['blocks'] })).toThrow(
      '--app-options: expected name=value, such as blocks=6, received blocks.',
    );
  });

  it('lists the apps when there is no such one', () => {
    expect(() => appCall({ ...options, app: 'anime' })).toThrow(
      /^--app: expected one of .*anime-dcgan.*, received anime\.$/,
    );
  });
});

describe('tfjsNodeCall', () => {
  it("starts the app's own bench on TensorFlow, without settings that are ours", () => {
    const { words, environment } = tfjsNodeCall({ ...options, preset: 'small' });
    expect(words.slice(words.indexOf('bench')).join(' ')).toBe(
      'bench --serve --batch-size 32 --backend tfjs-node-gpu --threads 2 --preset small',
    );
    expect(appOptions).toContain('--max-semi-space-size=1');
    expect(words.filter((word) => /semi-space|optimize/.test(word))).toEqual([]);
    expect(Object.entries(environment!)).toEqual([
      ['MALLOC_ARENA_MAX', undefined],
      ['MALLOC_MMAP_THRESHOLD_', undefined],
    ]);
  });
});

describe('torchCall', () => {
  it('gives PyTorch the same configuration and as many threads', () => {
    const { command, words, environment } = torchCall('python3', 'steps.py', { batchSize: 4 }, 2);
    expect(command).toBe('python3');
    expect(existsSync(words[0]!)).toBe(true);
    expect(words.slice(1)).toEqual(['steps.py', '{"batchSize":4}', '2']);
    expect(environment).toEqual({
      OMP_NUM_THREADS: '2',
      OPENBLAS_NUM_THREADS: '2',
      MKL_NUM_THREADS: '2',
    });
    expect(Object.keys(environment!)).toContain('MALLOC_ARENA_MAX');
    const onGpu = torchCall('python3', 'steps.py', { batchSize: 4 }, 2, 'cuda');
    expect(onGpu.words.slice(3)).toEqual(['2', 'cuda']);
  });
});

describe('findTorch', () => {
  it('takes the first command that can import it, or none', () => {
    // `node -c "import torch"` and a missing command fail alike.
    expect(findTorch([process.execPath, 'no-such-python'])).toBeUndefined();
  });
});
