import { describe, expect, it } from 'vitest';
import { parseVulkanAdapters } from './machineFacts.ts';
import { parseCudaVersion, parseGpus, parseProcesses } from './nvidiaSmi.ts';

describe('nvidia-smi', () => {
  it('lists GPUs with driver and memory', () => {
    const text = 'NVIDIA H200, 580.65.06, 143771, 512\nNVIDIA L4, 580.65.06, 23034, 0\n';
    expect(parseGpus(text)).toEqual([
      {
        name: 'NVIDIA H200',
        driver: '580.65.06',
        totalBytes: 143771 * 2 ** 20,
        usedBytes: 512 * 2 ** 20,
      },
      { name: 'NVIDIA L4', driver: '580.65.06', totalBytes: 23034 * 2 ** 20, usedBytes: 0 },
    ]);
    expect(parseGpus('')).toEqual([]);
    expect(parseGpus('No devices were found\n')).toEqual([]);
  });

  it('lists the memory of processes, without those that it cannot tell', () => {
    const text = '1234, 602\n99, [N/A]\n';
    expect([...parseProcesses(text)]).toEqual([[1234, 602 * 2 ** 20]]);
    expect(parseProcesses('No running processes found').size).toBe(0);
  });

  it.each([
    ['13.0', '| NVIDIA-SMI 580.65.06    Driver Version: 580.65.06    CUDA Version: 13.0     |'],
    ['13.1', '| NVIDIA-SMI 590.48.01   KMD Version: 590.48.01   CUDA UMD Version: 13.1     |'],
    [undefined, 'NVIDIA-SMI has failed'],
  ])('tells CUDA %s', (version, text) => expect(parseCudaVersion(text)).toBe(version));
});

describe('vulkaninfo', () => {
  it('lists adapters with their kinds', () => {
    const text = [
      'GPU0:',
      '\tapiVersion         = 1.4.312',
      '\tdeviceType         = PHYSICAL_DEVICE_TYPE_DISCRETE_GPU',
      '\tdeviceName         = NVIDIA L4',
      'GPU1:',
      '\tdeviceType         = PHYSICAL_DEVICE_TYPE_CPU',
      '\tdeviceName         = llvmpipe (LLVM 19.1.7, 256 bits)',
    ].join('\n');
    expect(parseVulkanAdapters(text)).toEqual([
      'NVIDIA L4 (discrete gpu)',
      'llvmpipe (LLVM 19.1.7, 256 bits) (cpu)',
    ]);
  });
});
