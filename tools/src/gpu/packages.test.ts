import { describe, expect, it } from 'vitest';
import { isNeeded } from './neededFiles.ts';
import { mainPackage, normalName, nvidiaRequirements } from './packages.ts';

describe('nvidiaRequirements', () => {
  const metadata = [
    'Requires-Dist: numpy>=1.26',
    'Requires-Dist: nvidia-cublas-cu12<13.0,>=12.5.3.2; extra == "and-cuda"',
    "Requires-Dist: NVIDIA_cuFFT (~=12.0) ; (sys_platform != 'win32') and extra == 'cuda'",
    'Requires-Dist: nvidia-nvjitlink',
  ].join('\r\n');

  it('are those without an extra, and those of the extras asked for', () => {
    expect(nvidiaRequirements(metadata, [])).toEqual([
      { name: 'nvidia-nvjitlink', text: 'nvidia-nvjitlink' },
    ]);
    expect(nvidiaRequirements(metadata, ['and-cuda', 'cuda'])).toEqual([
      { name: 'nvidia-cublas-cu12', text: 'nvidia-cublas-cu12<13.0,>=12.5.3.2' },
      { name: 'nvidia-cufft', text: 'NVIDIA_cuFFT~=12.0' },
      { name: 'nvidia-nvjitlink', text: 'nvidia-nvjitlink' },
    ]);
  });
});

describe('isNeeded', () => {
  it.each([
    ['tensorflow-cpu', 'tensorflow/libtensorflow_cc.so.2', true],
    ['tensorflow', 'tensorflow/include/tensorflow/c/c_api.h', true],
    ['tensorflow', 'tensorflow/python/_pywrap_tfe.so', false],
    ['tensorflow', 'tensorflow-2.21.0.dist-info/METADATA', true],
    ['onnxruntime-gpu', 'onnxruntime/capi/libonnxruntime_providers_shared.so', true],
    ['onnxruntime-gpu', 'onnxruntime/capi/libonnxruntime.so.1.30.0', false],
    ['nvidia-cublas', 'nvidia/cu13/lib/libcublasLt.so.13', true],
    ['nvidia-cublas', 'nvidia/cu13/include/cublas.h', false],
    ['nvidia-cuda-nvcc-cu12', 'nvidia/cuda_nvcc/bin/ptxas', true],
    ['nvidia-cuda-nvcc-cu12', 'nvidia/cuda_nvcc/nvvm/libdevice/libdevice.10.bc', true],
    ['nvidia-cuda-runtime', 'nvidia/cu13/lib/libcudart_static.a', false],
    ['nvidia-nccl-cu12', 'nvidia/__init__.py', false],
  ])('of %s, %s: %s', (name, path, needed) => expect(isNeeded(name, path)).toBe(needed));
});

describe('mainPackage', () => {
  it('fits what it is loaded into', () => {
    expect(mainPackage('onnx-cuda')).toMatchObject({
      version: expect.stringMatching(/^\d+\.\d+\.\d+$/) as string,
      extras: ['cuda', 'cudnn'],
    });
    expect(normalName('nvidia_cuBLAS.cu12')).toBe('nvidia-cublas-cu12');
  });
});
