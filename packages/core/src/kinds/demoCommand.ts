import { z } from 'zod';
import { fields, runtimeFields } from '../base/options/index.ts';
import { type Command, type CommandContext, defineCommand } from '../command/cli/index.ts';
import { train } from '../command/common/index.ts';
import type { AnyGanDefinition, TrainConfig } from '../gan/definition/index.ts';
import type { RunFolder } from '../training/run/index.ts';

/** What an app states of its demo. */
export interface DemoOptions {
  readonly definition: AnyGanDefinition;
  /** One sentence for `--help`. */
  readonly description: string;
  /** The command that makes the data. */
  readonly prepare: Command;
  /** Where to: the default of `--data`. */
  readonly data: string;
  /** How many pictures to make: the default of `--num`; absent where there is no choice. */
  readonly num?: number;
  /** Further options of `prepare`. */
  readonly prepareOptions?: object;
  /** How long to train: the default of `--minutes`. */
  readonly minutes: number;
  /** Changes of the preset `small`. */
  readonly config?: object;
  /** What to look at, a line each, besides the pictures of the training. */
  readonly show?: (
    run: RunFolder,
    runtime: object,
    context: CommandContext,
  ) => Promise<readonly string[]>;
  /** Ends the line above the pictures. */
  readonly legend?: string;
}

const preset = 'small';

/** The command `demo` of an app: makes the default data, trains a small network, shows what it does. */
export function demoCommand(demo: DemoOptions): Command {
  const { definition, prepare, minutes, num } = demo;
  const schema = z.object({
    minutes: z.number().gt(0).max(60).default(minutes).meta({
      description: 'How long to train',
      unit: 'minutes',
    }),
    ...(num === undefined
      ? {}
      : { num: fields.num.default(num).describe('How many pictures to make and train on') }),
    data: fields.data.default(demo.data).describe('Folder for the pictures'),
    out: fields.out
      .describe('Run folder to create')
      .meta({ placeholder: 'path', defaultText: `runs/${definition.name}/<time>-${preset}` })
      .optional(),
    ...runtimeFields,
  });
  return defineCommand({
    name: 'demo',
    description: demo.description,
    schema,
    examples: ['', '--minutes 2'],
    run: async (given, context) => {
      const { num: count, ...options } = given as typeof given & { readonly num?: number };
      const { backend, threads, seed, data } = options;
      const own = { ...demo.prepareOptions, ...(count === undefined ? {} : { num: count }) };
      const made = keep(prepare, { ...own, out: data, seed });
      await prepare.run(prepare.schema.parse(made), context);
      const values = { ...definition.presets[preset]!.values, ...demo.config, ...options };
      const config = definition.schema.parse(values) as TrainConfig;
      const { run, pictures } = await train(definition, config, { ...context, preset });
      context.signal.throwIfAborted();
      const lines = (await demo.show?.(run, { backend, threads, seed }, context)) ?? [];
      context.print(`Look at${demo.legend ?? ''}:`);
      for (const line of [...lines, ...pictures]) context.print(`  ${line}`);
    },
  });
}

/** The options that a command has. */
const keep = ({ schema }: Command, options: object): object =>
  Object.fromEntries(Object.entries(options).filter(([key]) => key in schema.shape));
