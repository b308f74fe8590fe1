import { createRuntime, UsageError, UserError, type Runtime } from '@gan-zoo/compiler';
import { z } from 'zod';
import { defineCommand, type Command, type CommandContext } from '../../command/cli/index.ts';
import { fields, runtimeFields } from '../../base/options/index.ts';
import { directions, type AnyTranslationDefinition, type Direction } from './definition.ts';
import { modeFields, modeOf } from './modeFields.ts';
import { findInputs } from './translate/findInputs.ts';
import { translateFiles } from './translate/translateFiles.ts';
import {
  createPretrainedTranslator,
  createTranslator,
  loadGenerators,
  type Translator,
} from './translate/translator.ts';

const sizes = 'Large pictures';

const translateFields = {
  run: fields.run
    .describe('Run folder, one of its checkpoints, or latest')
    .meta({ placeholder: 'run' })
    .optional(),
  weights: fields.weights
    .describe(
      'Instead of a run: one generator from a .pth file, such as those that the authors published, or .safetensors',
    )
    .optional(),
  input: fields.data.meta({
    placeholder: 'path',
    description: 'A picture, a folder of pictures, or a pattern in quotes such as "photos/*.jpg"',
  }),
  out: fields.out.describe('Folder for the results, as png').meta({ placeholder: 'folder' }),
  compare: z.boolean().default(false).meta({
    description:
      'Also write sheets into compare/: input, translation and, where there is a way back, reconstruction',
  }),
  overwrite: z.boolean().default(false).meta({
    description: 'Replace results of the same names',
  }),
  maxPixels: z
    .int()
    .min(256)
    .default(768 * 768)
    .meta({
      description:
        'Translate pictures of more pixels in tiles; a whole one is better, since norms see all of it, but takes about 5 kB of memory for each pixel at the published width',
      unit: 'pixels',
      group: sizes,
    }),
  tileSize: z.int().min(32).max(8192).default(512).meta({
    description: 'Side of a tile; in larger ones colours drift less from tile to tile',
    unit: 'px',
    group: sizes,
  }),
  tileOverlap: z.int().min(1).max(4096).default(128).meta({
    description: 'How far tiles overlap at least, fading into each other',
    unit: 'px',
    group: sizes,
  }),
  ...runtimeFields,
};

const directionField = z.enum(directions).default('a-to-b').describe('From which domain to which');

interface TranslateConfig extends z.output<z.ZodObject<typeof translateFields>> {
  /** Where a run has generators both ways. */
  readonly direction?: Direction;
  /** Where dropout may be at work. */
  readonly dropout?: boolean;
}

/**
 * The command `translate` of an app: turns pictures of any size into those of the other domain.
 *
 * @param examples flags of example calls
 */
export function translateCommand(
  definition: AnyTranslationDefinition,
  examples: readonly string[],
): Command {
  const { bothWays } = definition;
  const schema: z.ZodObject = z.object({
    ...translateFields,
    ...(bothWays ? { direction: directionField } : {}),
    ...modeFields(definition),
  });
  return defineCommand({
    name: 'translate',
    description: 'Translates pictures of any size with a trained generator',
    schema,
    conflicts: [
      { keys: ['run', 'weights'], because: 'both say what to translate with' },
      ...(bothWays
        ? [{ keys: ['direction', 'weights'], because: 'a single generator leads one way' } as const]
        : []),
    ],
    examples,
    run: (config, context) => translate(config as unknown as TranslateConfig, definition, context),
  });
}

async function translate(
  config: TranslateConfig,
  definition: AnyTranslationDefinition,
  context: CommandContext,
): Promise<void> {
  const { backend, threads, compare, overwrite } = config;
  const out = context.resolvePath(config.out);
  const inputs = await findInputs(context.resolvePath(config.input), out);
  for (const { path, reason } of inputs.skipped) context.log(`Skipped ${path}: ${reason}`);
  const runtime = await createRuntime({ backend, threads });
  try {
    const translator = await openTranslator(runtime, config, definition, context);
    context.log(`Backend: ${runtime.backend} (${runtime.reason})`);
    const { translated, skipped } = await translateFiles(
      { files: inputs.files, out, sizes: config, compare, overwrite, translator },
      context,
    );
    report(translated, inputs.skipped.length + skipped.length, config, context);
    context.print(out);
  } finally {
    await runtime.close();
  }
}

async function openTranslator(
  runtime: Runtime,
  config: TranslateConfig,
  definition: AnyTranslationDefinition,
  context: CommandContext,
): Promise<Translator> {
  const { run, weights } = config;
  const mode = modeOf(definition, config);
  if (weights !== undefined) {
    const path = context.resolvePath(weights);
    context.log(`Translating with ${path}`);
    return createPretrainedTranslator(runtime, path, mode);
  }
  if (run === undefined) {
    throw new UsageError(
      'expected --run or --weights, received neither. Name a trained run, such as --run latest, ' +
        'or a file of weights.',
    );
  }
  const loaded = await loadGenerators(run, definition, context);
  const direction = config.direction ?? loaded.directions[0]!;
  context.log(`Translating ${direction} with step ${loaded.step} of ${loaded.path}`);
  return createTranslator(runtime, loaded, direction, mode);
}

function report(
  translated: number,
  skipped: number,
  { input }: TranslateConfig,
  { log }: CommandContext,
): void {
  if (translated === 0) {
    throw new UserError(
      `--input: expected pictures that can be read at "${input}", all ${skipped} failed. ` +
        `Convert them to png or jpeg.`,
    );
  }
  const pictures = `${translated} picture${translated === 1 ? '' : 's'}`;
  log(`Translated ${pictures}${skipped === 0 ? '' : `, skipped ${skipped} that cannot be read`}`);
}
