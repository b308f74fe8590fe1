import { z } from 'zod';
import { runtimeFields } from '../../base/options/index.ts';
import type { TrainConfig } from '../../gan/definition/trainFields.ts';
import { definitionOf, type GanSource } from '../../gan/definition/ganSource.ts';
import { eagerBackends } from '../../training/verify/eagerBackends.ts';
import { defineCommand, type Command } from '../cli/command.ts';

/**
 * The command `verify` of an app: runs its train step compiled and eagerly side by side on pictures
 * of noise and compares every loss, gradient and updated weight.
 */
export function verifyCommand(source: GanSource): Command {
  const schema = z.object({
    steps: z
      .int()
      .min(1)
      .default(10)
      .meta({ description: 'Steps that both sides take', unit: 'steps' }),
    tolerance: z.number().gt(0).default(1e-4).meta({
      description:
        "Largest difference that counts as rounding, relative to a tensor's largest value",
    }),
    sizes: z
      .enum(['tiny', ...Object.keys(source.presets)])
      .default('tiny')
      .describe('Networks for tests, or those of a preset, which take an eager backend long'),
    against: z
      .enum(eagerBackends)
      .default('auto')
      .describe('The eager backend to compare with; auto: TensorFlow if installed, else tfjs-cpu'),
    ...runtimeFields,
  });
  return defineCommand({
    name: 'verify',
    description: 'Compares the compiled train step with the eager one, tensor by tensor',
    schema,
    examples: [
      '--steps 10',
      '--backend onnx-webgpu',
      `--sizes ${source.defaultPreset} --steps 1`,
    ],
    run: async ({ sizes, backend, threads, seed, ...options }, context) => {
      const { verifyDefinition } = await import('../../training/verify/verifyDefinition.ts');
      const definition = await definitionOf(source);
      const chosen = definition.presets[sizes]?.values ?? definition.tinyConfig;
      const config = definition.schema.parse({ ...chosen, seed, backend, threads }) as TrainConfig;
      return verifyDefinition(
        definition,
        { ...options, config, isLarge: sizes !== 'tiny' },
        context,
      );
    },
  });
}
