import type { z } from 'zod';

import { describeFields } from '../../base/options/configField.ts';
import type { CommandContext } from './commandContext.ts';
import { resolveConfig } from '../../base/options/resolveConfig.ts';
import type {
  ConfigSpec,
  Conflict,
  GivenOptions,
  InheritedConfig,
  InheritPlace,
  Preset,
  ResolvedConfig,
} from '../../base/options/resolveConfig.ts';

/** What an app writes down for one verb of its command line. */
export interface CommandDefinition<Schema extends z.ZodObject> {
  /** The verb, which is also the Nx target: `train`. */
  readonly name: string;
  /** One sentence for `--help`. */
  readonly description: string;
  /** Flat `z.object`; every key becomes a flag. */
  readonly schema: Schema;
  /** Values under a name, chosen with `--preset`. */
  readonly presets?: Readonly<Record<string, Preset<Partial<z.input<Schema>>>>>;
  /** The preset when the user names none; without it the schema's defaults stand alone. */
  readonly defaultPreset?: string;
  /** Options that exclude each other when both are given explicitly. */
  readonly conflicts?: readonly Conflict<keyof z.output<Schema> & string>[];
  /**
   * Finds a configuration to build on instead of a preset, such as that of the run to resume;
   * flags and `--config` file win over it. Gets the values that the user gave.
   */
  inherit?(
    given: Readonly<Partial<z.output<Schema>>>,
    place: InheritPlace,
  ): Promise<InheritedConfig | undefined>;
  /** Flags of example calls, such as `--data ~/pictures --epochs 20`. */
  readonly examples?: readonly string[];
  /** Does the work. Throw a UserError for what the user can mend; stop when the signal aborts. */
  run(config: z.output<Schema>, context: CommandContext): Promise<void> | void;
}

/** A command whose options need much: until it is asked for, all that is known is its line of help. */
export interface DeferredCommand {
  readonly name: string;
  readonly description: string;
  /** Imports the command; its name and description are these. */
  load(): Promise<Command>;
}

/** A command ready for {@link runCli}; made by {@link defineCommand}. */
export interface Command extends ConfigSpec {
  readonly name: string;
  readonly description: string;
  readonly examples: readonly string[];
  /** Completes and checks what the user gave; throws UsageError. */
  resolve(given: GivenOptions, place: InheritPlace): Promise<ResolvedConfig>;
  run(config: Readonly<Record<string, unknown>>, context: CommandContext): Promise<void>;
}

/**
 * Makes a command from its config schema: flags, help, presets, checks.
 *
 * @throws Error (a fault of the app) when an option's name is forbidden, its schema is not flat, a
 *   preset holds unknown keys or values out of range, or an example names an unknown flag
 */
export function defineCommand<Schema extends z.ZodObject>(
  definition: CommandDefinition<Schema>,
): Command {
  const spec: ConfigSpec = {
    schema: definition.schema,
    fields: describeFields(definition.schema),
    presets: definition.presets ?? {},
    defaultPreset: definition.defaultPreset,
    conflicts: definition.conflicts ?? [],
  };
  const examples = definition.examples ?? [];
  assertPresets(definition.name, spec);
  assertExamples(definition.name, spec, examples);
  return {
    ...spec,
    name: definition.name,
    description: definition.description,
    examples,
    resolve: (given, place) =>
      resolveConfig(spec, given, async (values) =>
        definition.inherit?.(values as Partial<z.output<Schema>>, place),
      ),
    run: async (config, context) => definition.run(config as z.output<Schema>, context),
  };
}

function assertPresets(command: string, { schema, presets, defaultPreset }: ConfigSpec): void {
  if (defaultPreset !== undefined && presets[defaultPreset] === undefined) {
    throw new Error(`Command "${command}": its default preset "${defaultPreset}" does not exist.`);
  }
  for (const [name, { values }] of Object.entries(presets)) {
    for (const [key, value] of Object.entries(values)) {
      const where = `Command "${command}", preset "${name}": "${key}"`;
      const field = schema.shape[key] as z.ZodType | undefined;
      if (field === undefined) throw new Error(`${where} is not an option.`);
      const { error } = field.safeParse(value);
      if (error !== undefined) throw new Error(`${where}: ${error.issues[0]?.message}.`);
    }
  }
}

function assertExamples(
  command: string,
  { fields, presets }: ConfigSpec,
  examples: readonly string[],
): void {
  const known = new Set(['--config', '--dry-run']);
  if (Object.keys(presets).length > 0) known.add('--preset');
  for (const { flag, kind } of fields) {
    known.add(flag);
    if (kind === 'boolean') known.add(flag.replace('--', '--no-'));
  }
  for (const example of examples) {
    const unknown = example.match(/(?<!\S)--[\w-]+/g)?.find((flag) => !known.has(flag));
    if (unknown === undefined) continue;
    throw new Error(`Command "${command}": the example "${example}" names unknown ${unknown}.`);
  }
}
