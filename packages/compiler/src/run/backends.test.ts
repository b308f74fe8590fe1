import * as tf from '@tensorflow/tfjs';
import { describe, expect, it, vi } from 'vitest';
import { hostTensor } from '../hostTensor.ts';
import { hasNvidiaDriver } from '../native/nativeLibraries.ts';
import { findTensorFlowBinding } from '../native/tensorFlowBinding.ts';
import { backendNames } from './backendNames.ts';
import { createRuntime, offeredBackends } from './backends.ts';
import { physicalCores } from './physicalCores.ts';

const double = ((x: tf.Tensor) => tf.mul(x, 2)) as never;

describe('createRuntime', () => {
  it('takes the CPU with a thread per physical core by default', async () => {
    const runtime = await createRuntime();
    expect([runtime.backend, runtime.reason, runtime.threads]).toEqual([
      'onnx-cpu',
      'asked for',
      physicalCores(),
    ]);
    await runtime.close();
  });

  it('takes the threads it is given', async () => {
    const runtime = await createRuntime({ threads: 3 });
    expect(runtime.threads).toBe(3);
    expect(await runtime.function(double)(hostTensor([1], [4]))).toEqual(hostTensor([1], [8]));
    await runtime.close();
  });

  it('says why auto took what it took', async () => {
    const runtime = await createRuntime({ backend: 'auto', threads: 1 });
    expect(backendNames).toContain(runtime.backend);
    expect(runtime.reason).toMatch(
      /^auto: (a GPU that ONNX Runtime can use|(no other backend is offered here|onnx-\w+(, onnx-\w+)* did not start); onnx-webgpu has to be asked for)$/,
    );
    expect(await runtime.function(double)(hostTensor([1], [4]))).toEqual(hostTensor([1], [8]));
    await runtime.close();
  });

  it('runs eagerly on tfjs', async () => {
    const runtime = await createRuntime({ backend: 'tfjs-cpu' });
    expect([runtime.backend, runtime.threads]).toEqual(['tfjs-cpu', undefined]);
    const before = tf.memory().numTensors;
    expect(await runtime.function(double)(hostTensor([1], [4]))).toEqual(hostTensor([1], [8]));
    expect(tf.memory().numTensors).toBe(before);
    await runtime.close();
  });

  it.runIf(process.platform !== 'darwin')('refuses CoreML where there is none', async () => {
    await expect(createRuntime({ backend: 'onnx-coreml' })).rejects.toThrow(
      /^--backend onnx-coreml: cannot start on this machine \(\w+ \w+, .+\): it is not offered\. It exists on macOS only\. Offered here: onnx-cpu, .*tfjs-cpu; onnx-cpu always works\.$/,
    );
  });

  it.runIf(process.platform !== 'win32')('refuses DirectML where there is none', async () => {
    await expect(createRuntime({ backend: 'onnx-dml' })).rejects.toThrow(
      /it is not offered\. It exists on Windows only\./,
    );
  });

  it('always offers the CPU', () => {
    expect(offeredBackends()).toContain('onnx-cpu');
  });

  it('says how to install TensorFlow where it is missing', async () => {
    vi.stubEnv('GAN_ZOO_NATIVE', '/nowhere');
    try {
      // tfjs-node's own download may lie beside the package.
      if (findTensorFlowBinding() !== undefined) return;
      await expect(createRuntime({ backend: 'tfjs-node-gpu' })).rejects.toThrow(
        /^--backend tfjs-node-gpu: TensorFlow's library could not be loaded \(.+\)\. Install it with "npm run gpu" in the workspace; --backend onnx-cpu needs nothing\.$/,
      );
    } finally {
      vi.unstubAllEnvs();
    }
  });

  it.skipIf(hasNvidiaDriver())('says what CUDA needs where there is no GPU', async () => {
    await expect(createRuntime({ backend: 'onnx-cuda' })).rejects.toThrow(
      process.platform === 'linux' && process.arch === 'x64'
        ? /^--backend onnx-cuda: cannot start on this machine \(.+\): .*lib.+\. It needs Linux on x64 with NVIDIA's driver for CUDA 13, and what "npm run gpu" installs in the workspace\. Offered here: /
        : /it is not offered/,
    );
  });
});

describe('physicalCores', () => {
  it('counts at least one and no more than there are', () => {
    expect(physicalCores()).toBeGreaterThanOrEqual(1);
    expect(Number.isInteger(physicalCores())).toBe(true);
  });
});
