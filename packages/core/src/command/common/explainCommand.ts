import { z } from 'zod';
import { definitionOf, type GanSource } from '../../gan/definition/ganSource.ts';
import type { ExplainConfig } from '../../training/explain/explainDefinition.ts';
import { defineCommand, type Command } from '../cli/command.ts';

const group = 'Explanation options';

const explainFields = {
  profileSteps: z.int().min(0).max(1000).default(3).meta({
    description: 'Steps to run with the profiler; 0 counts without running',
    unit: 'steps',
    group,
  }),
  printGraph: z
    .enum(['captured', 'onnx'])
    .meta({
      description:
        "Also print the graph: tfjs's kernels as captured, or ONNX's operators as compiled",
      defaultText: 'neither',
      group,
    })
    .optional(),
  onnx: z
    .string()
    .min(1)
    .meta({
      placeholder: 'file.onnx',
      description: 'Write the compiled step as an ONNX model, which Netron shows',
      defaultText: 'no file',
      group,
    })
    .optional(),
};

/**
 * The command `explain` of an app: what its compiled train step consists of, what it computes and
 * needs, and where its time goes. Takes every option of training, so that exactly one's own
 * configuration is explained; pictures are noise, no folder is read.
 */
export function explainCommand(source: GanSource): Command {
  return defineCommand({
    name: 'explain',
    description: 'Shows the operations, the memory and the time of the compiled train step',
    schema: (source.schema as z.ZodObject).extend(explainFields),
    presets: source.presets as never,
    defaultPreset: source.defaultPreset,
    examples: ['--batch-size 32', '--profile-steps 0 --print-graph onnx', '--onnx step.onnx'],
    run: async (config, context) => {
      const { explainDefinition } = await import('../../training/explain/explainDefinition.ts');
      const definition = await definitionOf(source);
      return explainDefinition(definition, config as unknown as ExplainConfig, context);
    },
  });
}
