import { z } from 'zod';
import type { AnyGanDefinition } from '../../gan/definition/index.ts';
import { explainDefinition, type ExplainConfig } from '../../training/explain/explainDefinition.ts';
import { defineCommand, type Command } from '../cli/index.ts';

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
export function explainCommand(definition: AnyGanDefinition): Command {
  return defineCommand({
    name: 'explain',
    description: 'Shows the operations, the memory and the time of the compiled train step',
    schema: (definition.schema as z.ZodObject).extend(explainFields),
    presets: definition.presets as never,
    defaultPreset: definition.defaultPreset,
    examples: ['--batch-size 32', '--profile-steps 0 --print-graph onnx', '--onnx step.onnx'],
    run: (config, context) =>
      explainDefinition(definition, config as unknown as ExplainConfig, context),
  });
}
