import { z } from 'zod';
import { runtimeFields } from '../../base/options/index.ts';
import { definitionOf, type GanSource } from '../../gan/definition/ganSource.ts';
import type { TrainConfig } from '../../gan/definition/trainFields.ts';
import type { BenchPlan } from '../../training/bench/benchPlan.ts';
import { defineCommand, type Command } from '../cli/command.ts';

const ownFields = {
  kind: z
    .string()
    .default('all')
    .meta({ placeholder: 'name', description: 'The kind of step to time, or all' }),
  rounds: z.int().min(1).default(5).meta({ description: 'Measurements of each kind' }),
  stepsPerRound: z
    .int()
    .min(1)
    .default(3)
    .meta({ description: 'Steps of one measurement', unit: 'steps' }),
  serve: z
    .boolean()
    .default(false)
    .describe('Wait for requests on stdin: how tools:bench compares two programs'),
  ...runtimeFields,
} as const;

/**
 * The command `bench` of an app: times its train step, compiled or eager, on pictures of noise that
 * are made before the clock starts. Takes its sizes' options from the app's schema.
 */
export function benchCommand(source: GanSource, plan: BenchPlan): Command {
  const full = source.schema as z.ZodObject;
  const sizes = Object.fromEntries(
    ['batchSize', ...plan.options].map((key) => [key, full.shape[key]!]),
  );
  return defineCommand({
    name: 'bench',
    description: 'Times the steps of training on this machine',
    schema: z.object({ ...sizes, ...ownFields }),
    presets: presetsOf(source, [...Object.keys(sizes), ...Object.keys(ownFields)]),
    examples: ['--batch-size 32', '--kind all --rounds 3'],
    run: async (options, context) => {
      const { benchDefinition } = await import('../../training/bench/benchDefinition.ts');
      const definition = await definitionOf(source);
      const { kind, rounds, stepsPerRound, serve, ...given } = options;
      const values = source.presets[context.preset ?? '']?.values;
      const config = full.parse({ ...values, ...plan.config, ...given }) as unknown as TrainConfig;
      return benchDefinition(
        definition,
        plan,
        { config, kind, rounds, stepsPerRound, serve },
        context,
      );
    },
  });
}

/** The app's presets with those of their values that have an option here; the command adds the rest. */
function presetsOf(
  { presets }: GanSource,
  known: readonly string[],
): Record<string, { description: string; values: object }> {
  const shown = (values: object): object =>
    Object.fromEntries(Object.entries(values).filter(([key]) => known.includes(key)));
  return Object.fromEntries(
    Object.entries(presets).map(([name, { description, values }]) => [
      name,
      { description, values: shown(values) },
    ]),
  );
}
