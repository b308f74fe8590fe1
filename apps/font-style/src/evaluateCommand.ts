import { createRuntime, type Runtime } from '@gan-zoo/compiler';
import {
  defineCommand,
  evaluationFolder,
  fields,
  runtimeFields,
  type Command,
  type CommandContext,
  type Progress,
} from '@gan-zoo/core';
import { z } from 'zod';
import { createGlyphDrawer, loadStyles, type LoadedStyles } from './drawing/index.ts';
import {
  createNearestStyles,
  describeEvaluation,
  evaluateStyles,
  latentDiversity,
  openTestGlyphs,
  realCharacterJudge,
  realStyleJudge,
  saveReport,
  saveSheets,
  type Evaluation,
  type TestGlyphs,
} from './evaluate/index.ts';
import { createLegibilityJudge } from './judges/index.ts';
import { methods } from './methods/index.ts';

const evaluateSchema = z.object({
  run: fields.run.describe('Run folder, one of its checkpoints, or latest').meta({
    placeholder: 'run',
  }),
  data: fields.data
    .describe('Glyph data set whose test part to draw')
    .meta({ defaultText: 'that of the run' })
    .optional(),
  out: fields.out
    .describe('Folder for sheets and evaluation.json')
    .meta({ placeholder: 'folder', defaultText: 'evaluation in the run folder' })
    .optional(),
  num: fields.num.default(100).describe('Most characters of each style').meta({
    unit: 'characters',
  }),
  cases: z.int().min(1).max(384).default(24).meta({
    description: 'Glyphs on each of the sheets of best and worst cases',
    unit: 'glyphs',
  }),
  ...runtimeFields,
});

type EvaluateConfig = z.output<typeof evaluateSchema>;

/** The command `evaluate`: how well a trained network draws characters that it never saw. */
export const evaluateCommand: Command = defineCommand({
  name: 'evaluate',
  description: 'Measures drawn glyphs of unseen characters beside baselines that learn nothing',
  schema: evaluateSchema,
  examples: ['--run latest', '--run runs/mine --num 300 --out evaluation'],
  run: evaluate,
});

async function evaluate(config: EvaluateConfig, context: CommandContext): Promise<void> {
  const { backend, threads, num: count, seed, data } = config;
  const loaded = await loadStyles(config.run, context);
  context.log(`Evaluating step ${loaded.step} of ${loaded.path}`);
  const path =
    data === undefined ? loaded.resolvePath(loaded.config.data) : context.resolvePath(data);
  const out = config.out === undefined ? evaluationFolder(loaded) : context.resolvePath(config.out);
  const test = await openTestGlyphs({ loaded, path, count, seed });
  try {
    reportTest(test, loaded, context);
    const runtime = await createRuntime({ backend, threads });
    try {
      const { sheets, ...evaluation } = await measure({ loaded, test, runtime, config }, context);
      await saveSheets(out, sheets, loaded.config.imageSize);
      await saveReport(out, evaluation);
      for (const line of describeEvaluation(evaluation)) context.print(line);
    } finally {
      await runtime.close();
    }
  } finally {
    await test.dataset.close();
  }
  context.print(`Sheets (triples of source, real and ours, a row per style) and figures: ${out}`);
}

function reportTest(
  { tests, dataset, leftOut }: TestGlyphs,
  { styles, config }: LoadedStyles,
  { log, print }: CommandContext,
): void {
  if (leftOut > 0) log(`Left out ${leftOut} test glyphs that the run was trained on.`);
  const untested = styles.filter(({ place }) => !tests.some(({ style }) => style.place === place));
  if (untested.length > 0) {
    log(`No test glyphs of ${untested.map(({ font }) => font.id).join(', ')}.`);
  }
  const glyphs = tests.reduce((sum, { characters }) => sum + characters.length, 0);
  const where = dataset.header.splitBy === 'pairs' ? 'in their style' : 'in any style';
  print(
    `${glyphs} glyphs of ${tests.length} ${tests.length === 1 ? 'style' : 'styles'} whose ` +
      `characters training never saw ${where}, at ${config.imageSize} px (${dataset.path})`,
  );
}

interface Tools {
  readonly loaded: LoadedStyles;
  readonly test: TestGlyphs;
  readonly runtime: Runtime;
  readonly config: EvaluateConfig;
}

/** Trains and loads the judges, then draws and measures style by style. */
async function measure({ loaded, test, runtime, config }: Tools, context: CommandContext) {
  const { dataset, tests } = test;
  const { signal } = context;
  const common = { dataset, imageSize: loaded.config.imageSize, seed: config.seed, signal };
  const real = { ...common, runtime, fonts: tests.map(({ font }) => font) };
  const [style, character] = [
    await showing('Judge of styles', context, (watch) => realStyleJudge({ ...real, ...watch })),
    await showing('Judge of characters', context, (watch) =>
      realCharacterJudge({ ...real, ...watch }),
    ),
  ];
  const legibility = await createLegibilityJudge({ threads: config.threads });
  const drawer = createGlyphDrawer(runtime, loaded);
  try {
    const total = tests.reduce((sum, { characters }) => sum + characters.length, 0);
    const drawing = context.progress({ label: 'Evaluating', total, unit: 'glyphs' });
    const { styles, sheets } = await evaluateStyles({
      ...{
        ...common,
        tests,
        drawer,
        judges: { legibility, style, character },
        cases: config.cases,
      },
      nearest: await createNearestStyles(dataset, common),
      onProgress: (done, name) => drawing.update(done, name),
    });
    drawing.stop();
    const isVector = methods[loaded.config.method].styles.read !== undefined;
    const diversity = isVector
      ? await latentDiversity({ ...common, tests, drawer, judge: character })
      : undefined;
    const evaluation: Evaluation = { loaded, test, styles, diversity };
    return { ...evaluation, sheets };
  } finally {
    await Promise.all([drawer.close(), legibility.close(), style?.close(), character?.close()]);
  }
}

/** Shows the progress of a judge's training, if it is trained at all. */
async function showing<Judge>(
  label: string,
  context: CommandContext,
  train: (watch: { onProgress: (step: number, total: number) => void }) => Promise<Judge>,
): Promise<Judge> {
  let progress: Progress | undefined;
  const judge = await train({
    onProgress: (step, total) => {
      progress ??= context.progress({ label, total, unit: 'steps' });
      progress.update(step);
    },
  });
  progress?.stop();
  return judge;
}
