import { join } from 'node:path';
import { createRuntime, UsageError, type Runtime } from '@gan-zoo/compiler';
import { z } from 'zod';
import { defineCommand, type Command, type CommandContext } from '../../command/cli/index.ts';
import { fields, runtimeFields } from '../../base/options/index.ts';
import {
  createFeatureExtractor,
  evaluationFolder,
  formatComparison,
  translationMeasures,
  type FeatureExtractor,
} from '../../judging/evaluation/index.ts';
import { writeFileAtomically } from '../../base/files/index.ts';
import type { AnyTranslationDefinition, Direction } from './definition.ts';
import { evaluateDirection, type DirectionResult } from './evaluate/evaluateDirection.ts';
import { openEvaluationPictures, type EvaluationPictures } from './evaluate/pictureSets.ts';
import { saveCases } from './evaluate/saveCases.ts';
import { modeFields, modeOf } from './modeFields.ts';
import type { GenerateMode } from './translate/createGenerate.ts';
import { createTranslator, loadGenerators, type LoadedGenerators } from './translate/translator.ts';

const data = 'Data options';
const folder = fields.data.meta({ placeholder: 'folder', group: data });

const evaluateFields = {
  run: fields.run.describe('Run folder, one of its checkpoints, or latest').meta({
    placeholder: 'run',
  }),
  out: fields.out
    .describe('Folder for sheets and evaluation.json')
    .meta({ placeholder: 'folder', defaultText: 'evaluation in the run folder' })
    .optional(),
  testA: folder
    .meta({
      description: 'Folder of pictures of domain A; names equal to those of --test-b make pairs',
      defaultText: "test folders of the run's --data, or what the run held back",
    })
    .optional(),
  testB: folder
    .meta({ description: 'Folder of pictures of domain B', defaultText: 'as --test-a' })
    .optional(),
  num: fields.num.default(500).describe('At most so many pictures of each domain'),
  cases: z.int().min(1).max(64).default(6).meta({
    description: 'Rows of the sheets of best and of worst cases',
    unit: 'images',
  }),
  ...runtimeFields,
};

interface EvaluateConfig extends z.output<z.ZodObject<typeof evaluateFields>> {
  /** Where dropout may be at work. */
  readonly dropout?: boolean;
}

/**
 * The command `evaluate` of an app: how good a trained translation is, beside methods that learn
 * nothing, in every direction that the run has a generator for.
 *
 * @param examples flags of example calls
 */
export function evaluateCommand(
  definition: AnyTranslationDefinition,
  examples: readonly string[],
): Command {
  const schema: z.ZodObject = z.object({ ...evaluateFields, ...modeFields(definition) });
  return defineCommand({
    name: 'evaluate',
    description: 'Measures a trained translation beside baselines that learn nothing',
    schema,
    examples,
    run: (config, context) => evaluate(config as unknown as EvaluateConfig, definition, context),
  });
}

/** Pixels that a generator gets at once, as far as there are several pictures. */
const batchPixels = 2 ** 16;

async function evaluate(
  config: EvaluateConfig,
  definition: AnyTranslationDefinition,
  context: CommandContext,
): Promise<void> {
  assertBothFolders(config);
  const { testA, testB, backend, threads, num: count, cases } = config;
  const loaded = await loadGenerators(config.run, definition, context);
  context.log(`Evaluating step ${loaded.step} of ${loaded.path}`);
  const pictures = await openEvaluationPictures(
    { definition, loaded, testA, testB, count },
    context,
  );
  const runtime = await createRuntime({ backend, threads });
  const { a, b } = pictures.sets;
  const atOnce = Math.min(16, Math.max(a.names.length, b.names.length));
  const extractor = createFeatureExtractor({ batchSize: atOnce, threads });
  try {
    const out =
      config.out === undefined ? evaluationFolder(loaded) : context.resolvePath(config.out);
    const mode = modeOf(definition, config);
    const tools = { runtime, extractor, loaded, pictures, out, cases, mode, atOnce };
    const results: Partial<Record<Direction, DirectionResult>> = {};
    for (const direction of loaded.directions) {
      results[direction] = await evaluateWay(direction, tools, context);
    }
    await saveReport(join(out, 'evaluation.json'), loaded, pictures, results);
    context.print(`Sheets and figures: ${out}`);
  } finally {
    await Promise.all([pictures.close(), extractor.close(), runtime.close()]);
  }
}

function assertBothFolders({ testA, testB }: EvaluateConfig): void {
  if ((testA === undefined) === (testB === undefined)) return;
  const [given, missing] =
    testA === undefined ? ['--test-b', '--test-a'] : ['--test-a', '--test-b'];
  throw new UsageError(
    `${given}: expected ${missing} beside it, received none. Name both folders.`,
  );
}

interface Tools {
  readonly runtime: Runtime;
  readonly extractor: FeatureExtractor;
  readonly loaded: LoadedGenerators;
  readonly pictures: EvaluationPictures;
  readonly out: string;
  readonly cases: number;
  readonly mode: GenerateMode;
  /** Pictures to measure at once. */
  readonly atOnce: number;
}

async function evaluateWay(
  direction: Direction,
  tools: Tools,
  { progress, signal, print }: CommandContext,
): Promise<DirectionResult> {
  const { runtime, extractor, loaded, pictures, out, cases, mode } = tools;
  const { a, b } = pictures.sets;
  const [source, target] = direction === 'a-to-b' ? [a, b] : [b, a];
  const { there, back } = createTranslator(runtime, loaded, direction, mode);
  const options = {
    ...{ source, target, isPaired: pictures.isPaired, extractor, batchSize: batchSizeOf(tools) },
    ...{ there: there.generate, back: back?.generate },
  };
  const shown = progress({ label: direction, total: source.names.length, unit: 'images' });
  const result = await evaluateDirection({
    ...options,
    onProgress: (done) => {
      signal.throwIfAborted();
      shown.update(done);
    },
  });
  shown.stop();
  const count = Math.min(cases, result.ranking.length);
  await saveCases(join(out, `${direction}-best.png`), result.ranking.slice(0, count), options);
  const worst = result.ranking.slice(-count).reverse();
  await saveCases(join(out, `${direction}-worst.png`), worst, options);
  const truth = pictures.isPaired ? 'with their truth' : 'without a truth to compare with';
  print(`${direction}: ${source.names.length} pictures ${truth} (${source.from})`);
  const table = formatComparison(result.methods, translationMeasures);
  for (const line of [...table, ...result.verdicts]) print(`  ${line}`);
  return result;
}

/** Pictures that a generator gets at once; one whose statistics are the picture's own gets one. */
function batchSizeOf({ loaded, mode, atOnce }: Tools): number {
  if (mode.asInTraining) return 1;
  return Math.max(1, Math.min(atOnce, Math.floor(batchPixels / loaded.config.imageSize ** 2)));
}

async function saveReport(
  path: string,
  { path: checkpoint, step }: LoadedGenerators,
  { isPaired, sets }: EvaluationPictures,
  results: Readonly<Partial<Record<Direction, DirectionResult>>>,
): Promise<void> {
  const report = {
    ...{ checkpoint, step, isPaired, pictures: { a: sets.a.from, b: sets.b.from } },
    note: 'KID of MobileNetV2 features: compare runs of this program, not published figures.',
    directions: results,
  };
  await writeFileAtomically(path, `${JSON.stringify(report, null, 2)}\n`);
}
