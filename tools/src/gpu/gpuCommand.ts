import { join, resolve } from 'node:path';
import { nativeRoot } from '@gan-zoo/compiler';
import { defineCommand, formatBytes } from '@gan-zoo/core';
import { z } from 'zod';
import { downloadBinary } from './downloadBinary.ts';
import { installNative } from './installNative.ts';
import { explainNativeError } from './nativeErrors.ts';
import { removeNative } from './removeNative.ts';

const schema = z.object({
  cpu: z.boolean().default(false).describe('Take TensorFlow for the processor, GPU or not'),
  cuda: z.boolean().default(false).describe('Take the libraries of CUDA, NVIDIA driver or not'),
  download: z
    .boolean()
    .default(false)
    .describe('Let tfjs-node fetch the binary that it offers, instead'),
  remove: z.boolean().default(false).describe('Remove what was installed'),
});

const alone = 'each does something of its own';

/** The command behind `npm run gpu`: installs the libraries that the GPU's backends need. */
export const gpuCommand = defineCommand({
  name: 'gpu',
  description: "Installs TensorFlow for --backend tfjs-node-gpu, and ONNX Runtime's CUDA provider",
  schema,
  conflicts: (
    [
      ['download', 'remove'],
      ['download', 'cpu'],
      ['download', 'cuda'],
      ['remove', 'cpu'],
      ['remove', 'cuda'],
    ] as const
  ).map((keys) => ({ keys, because: alone })),
  examples: ['--cpu', '--cuda', '--download', '--remove'],
  run: async (options, context) => {
    const root = resolve(nativeRoot());
    try {
      if (options.remove) {
        const bytes = await removeNative(root, context.log);
        context.print(
          bytes === 0
            ? `There is nothing to remove in ${root}`
            : `Removed ${join(root, '*')}: ${formatBytes(bytes)} freed`,
        );
      } else if (options.download) await downloadBinary(context.env, context.signal);
      else await installNative(root, options, context);
    } catch (error) {
      throw explainNativeError(error, root);
    }
  },
});
