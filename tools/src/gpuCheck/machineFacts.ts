import { cpus } from 'node:os';
import { physicalCores, tensorflowVersion } from '@gan-zoo/compiler';
import { describeMachine, formatBytes } from '@gan-zoo/core';
import { askNvidiaSmi, findGpus, parseCudaVersion, type NvidiaGpu } from './nvidiaSmi.ts';
import { runChild } from './runChild.ts';

/** What the page says about the machine, and what the rows need to know of it. */
export interface MachineFactsPage {
  readonly gpus: readonly NvidiaGpu[];
  /** Names with values, in the order of the page. */
  readonly facts: readonly (readonly [string, string])[];
}

/** Looks at the machine: its GPUs, processor and the versions of what computes. */
export async function lookAtMachine(): Promise<MachineFactsPage> {
  const gpus = await findGpus();
  const cuda = parseCudaVersion(await askNvidiaSmi());
  const { cpu, cores, platform, memoryBytes, node, packages } = describeMachine({});
  const version = (name: string): string => packages[name] ?? 'not installed';
  const gpu = gpus.map(({ name, totalBytes }) => `${name} (${formatBytes(totalBytes)})`);
  return {
    gpus,
    facts: [
      ['GPU', gpu.join(', ') || 'no GPU'],
      ['NVIDIA driver', gpus[0]?.driver ?? 'no GPU'],
      ['CUDA of the driver', cuda ?? 'no GPU'],
      ['Vulkan adapters', (await vulkanAdapters()).join(', ') || 'unknown (no vulkaninfo)'],
      [
        'Processor',
        `${cpu}, ${physicalCores()} physical cores of ${cpus().length}; ${cores} usable`,
      ],
      ['Memory', formatBytes(memoryBytes)],
      ['System', platform],
      ['Node', node],
      ['ONNX Runtime', version('onnxruntime-node')],
      ['TensorFlow.js', version('@tensorflow/tfjs')],
      ['tfjs-node-gpu', version('@tensorflow/tfjs-node-gpu')],
      ['TensorFlow that it is built on', tensorflowVersion],
    ],
  };
}

/** Reads `vulkaninfo --summary`: each device's name and kind. */
export const parseVulkanAdapters = (text: string): string[] => {
  const all = (name: string): string[] =>
    [...text.matchAll(new RegExp(`^\\s*${name}\\s*= (.*)$`, 'gm'))].map(([, value]) =>
      value!.trim(),
    );
  const kinds = all('deviceType');
  return all('deviceName').map((device, index) => {
    const kind = kinds[index]?.replace('PHYSICAL_DEVICE_TYPE_', '').toLowerCase();
    return kind === undefined ? device : `${device} (${kind.replaceAll('_', ' ')})`;
  });
};

async function vulkanAdapters(): Promise<string[]> {
  try {
    const call = { command: 'vulkaninfo', words: ['--summary'] };
    const { stdout } = await runChild(call, { signal: AbortSignal.timeout(10_000) });
    return parseVulkanAdapters(stdout);
  } catch {
    return [];
  }
}
