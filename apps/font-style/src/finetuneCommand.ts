import { basename, join, relative } from 'node:path';
import {
  defineCommand,
  fields,
  runtimeFields,
  train,
  UsageError,
  type Command,
  type CommandContext,
  type GivenNetworks,
} from '@gan-zoo/core';
import { z } from 'zod';
import { fontStyle } from './definition.ts';
import { loadStyles, sourceGlyphs, type LoadedStyles } from './drawing/index.ts';
import { chooseSamples } from './finetune/chooseSamples.ts';
import { finetuneConfig, newStyleConfig } from './finetune/finetuneConfig.ts';
import { styleOfFont, styleOfPictures } from './finetune/newStyle.ts';
import { saveStyleSet } from './finetune/saveStyleSet.ts';
import { startNetworks } from './finetune/startNetworks.ts';
import { openGlyphs } from './glyphData/index.ts';
import { methods } from './methods/index.ts';
import { saveContactSheets } from './prepare/index.ts';
import type { Settings } from './settings.ts';
import { chosenStyles } from './training/pairSource.ts';

const newStyle = 'Options of a new style';
const training = 'Options of training';
const rate = z.number().gt(0).max(1);

const finetuneSchema = z.object({
  run: fields.run.describe('Run folder, one of its checkpoints, or latest').meta({
    placeholder: 'run',
  }),
  styles: z.array(z.string().min(1)).min(1).optional().meta({
    placeholder: 'font,…',
    description: "Go on with these styles of the run's data set alone",
  }),
  font: z.string().min(1).optional().meta({
    placeholder: 'path',
    description: 'Font file (or folder, if split) whose style is new',
    group: newStyle,
  }),
  index: z.int().min(0).default(0).meta({
    description: 'Which font of a .ttc collection, counted from 0',
    group: newStyle,
  }),
  glyphs: z.string().min(1).optional().meta({
    placeholder: 'folder',
    description: 'Pictures of glyphs, named by character: 天.png, u5929.png; instead of a font',
    group: newStyle,
  }),
  chars: z.int().min(1).default(200).meta({
    description: 'Most characters to learn from, chosen by the seed',
    unit: 'characters',
    group: newStyle,
  }),
  testChars: z.int().min(1).default(100).meta({
    description: 'Most characters to hold back, to evaluate with; a tenth where there are few',
    unit: 'characters',
    group: newStyle,
  }),
  source: z.string().min(1).optional().meta({
    placeholder: 'path',
    description: "The run's source font, for characters that its checkpoint lacks",
    defaultText: 'its npm package, when it is one of ours',
    group: newStyle,
  }),
  data: fields.data.optional().meta({
    placeholder: 'folder',
    description: "New folder for the new style's glyphs; the same glyphs are kept",
    defaultText: 'data/<font>-<chars>',
    group: newStyle,
  }),
  freezeEncoder: z.boolean().optional().meta({
    description: 'Leave the encoder and its statistics as they are',
    defaultText: 'for a new style in zi2zi',
    group: training,
  }),
  out: fields.out
    .describe('Run folder to create')
    .meta({ placeholder: 'path', defaultText: 'runs/<app>/<time>-finetune' })
    .optional(),
  epochs: fields.epochs.optional().meta({
    description: 'Passes over the data',
    defaultText: 'those of the run; what --steps takes for a new style',
    group: training,
  }),
  steps: fields.steps.optional().meta({
    description: 'Train steps after which to stop',
    defaultText: 'all epochs; 400 for a new style',
    group: training,
  }),
  minutes: z.number().gt(0).optional().meta({
    description: 'Stop after this time, whatever is left',
    unit: 'minutes',
    defaultText: 'no limit',
    group: training,
  }),
  batchSize: fields.batchSize.optional().meta({
    description: 'Pictures per train step',
    unit: 'images',
    defaultText: 'that of the run',
    group: training,
  }),
  generatorLearningRate: rate.optional().meta({
    description: "Adam's rate for the generator",
    defaultText: 'that of the run; 5e-4 for a new style',
    group: training,
  }),
  discriminatorLearningRate: rate.optional().meta({
    description: "Adam's rate for the discriminator",
    defaultText: 'that of the run; 2e-4 for a new style',
    group: training,
  }),
  kid: z.boolean().default(false).meta({
    description: 'Measure KID while training; costs more than the steps where they are few',
    group: training,
  }),
  ...runtimeFields,
});

type FinetuneConfig = z.output<typeof finetuneSchema>;

const because = 'each says which styles to learn';

/** Options that only a new style has. */
const newStyleKeys = ['index', 'chars', 'testChars', 'source', 'data'] as const;

/** The command `finetune`: goes on with a trained network on few styles, or teaches it a new one. */
export const finetuneCommand: Command = defineCommand({
  name: 'finetune',
  description: 'Goes on with a trained network on few styles, or teaches it a new one',
  schema: finetuneSchema,
  conflicts: [
    { keys: ['styles', 'font'], because },
    { keys: ['styles', 'glyphs'], because },
    { keys: ['font', 'glyphs'], because },
  ],
  examples: [
    '--run latest --font mine.ttf --chars 200',
    '--run latest --glyphs scans --out runs/mine',
    '--run latest --styles ma-shan-zheng,zcool-kuaile --freeze-encoder --epochs 3',
  ],
  run: finetune,
});

/** What is to be trained, and from where. */
interface Plan {
  readonly config: Settings;
  readonly networks: GivenNetworks;
}

async function finetune(config: FinetuneConfig, context: CommandContext): Promise<void> {
  assertChoice(config, context);
  const loaded = await loadStyles(config.run, context);
  context.log(`Fine-tuning step ${loaded.step} of ${loaded.path}`);
  const plan = await (config.styles === undefined ? planNewStyle : planStyles)(
    config,
    loaded,
    context,
  );
  const definition = { ...fontStyle, readWeights: () => Promise.resolve(plan.networks) };
  const result = await train(definition, plan.config, { ...context, preset: 'finetune' });
  if (context.signal.aborted) {
    context.log(`Saved step ${result.step}; continue with train --resume ${result.run.path}`);
    throw context.signal.reason;
  }
  context.print(result.run.path);
}

function assertChoice(config: FinetuneConfig, { explicitKeys }: CommandContext): void {
  const { styles, font, glyphs } = config;
  if (styles === undefined && font === undefined && glyphs === undefined) {
    throw new UsageError(
      'expected --styles, --font or --glyphs, received none. Name styles of the run to go on ' +
        'with, a font with a new style, or a folder of pictures of its glyphs.',
    );
  }
  const useless = newStyleKeys.find(
    (key) => explicitKeys.has(key) && (styles !== undefined || (key === 'index' && glyphs)),
  );
  if (useless === undefined) return;
  const flag = useless === 'testChars' ? '--test-chars' : `--${useless}`;
  throw new UsageError(
    `${flag}: expected it only with --font${useless === 'index' ? '' : ' or --glyphs'}, received ` +
      `it with ${styles === undefined ? '--glyphs' : '--styles'}. Leave it out.`,
  );
}

/** The published second phase: some styles of the run's own data. */
function planStyles(
  options: FinetuneConfig,
  loaded: LoadedStyles,
  context: CommandContext,
): Promise<Plan> {
  const { styles } = options;
  const places = chosenStyles({ styles }, loaded.glyphs);
  const trained = new Set(loaded.styles.map(({ place }) => place));
  const data = userPath(loaded.resolvePath(loaded.config.data), context);
  const weights = userPath(loaded.path, context);
  const config = finetuneConfig(loaded.config, { data, styles, weights }, options);
  const unknown = places.filter((place) => !trained.has(place));
  return Promise.resolve({ config, networks: startNetworks(loaded, config, unknown) });
}

/** A style that the run's data does not have. */
async function planNewStyle(
  options: FinetuneConfig,
  loaded: LoadedStyles,
  context: CommandContext,
): Promise<Plan> {
  const { font, index, glyphs: folder, chars, testChars, seed } = options;
  const { glyphs, config: run } = loaded;
  const place = glyphs.styles.length;
  assertRoom(loaded, place, font === undefined ? '--glyphs' : '--font');
  const style =
    font === undefined
      ? await styleOfPictures(context.resolvePath(folder!), glyphs, context)
      : await styleOfFont(context.resolvePath(font), index, glyphs, context);
  const source = await sourceGlyphs({
    ...{ glyphs, context, characters: [...style.glyphs.keys()] },
    source: options.source && context.resolvePath(options.source),
  });
  const unseen = new Set(glyphs.split.test.map((character) => glyphs.characters[character]!));
  const batchSize = options.batchSize ?? run.batchSize;
  const chosen = chooseSamples({
    ...{ option: style.option, characters: source.characters, unseen },
    ...{ chars, testChars, batchSize, seed },
  });
  const data = options.data ?? `data/${style.facts.id}-${chosen.training.length}`;
  const weights = userPath(loaded.path, context);
  const own = newStyleConfig(run, options, { place, training: chosen.training.length });
  const config = finetuneConfig(run, { ...own, data, weights }, options);
  const out = context.resolvePath(data);
  await saveStyleSet({ out, glyphs, source, style, chosen, seed });
  context.log(
    `Characters: ${chosen.training.length} to learn from, ${chosen.test.length} held back, of ` +
      `${source.characters.length} that both fonts have`,
  );
  await showSheets(out, context);
  return { config, networks: startNetworks(loaded, config, [place]) };
}

/** @throws UsageError when the method cannot learn a new style, or has no room for it */
function assertRoom({ config, path }: LoadedStyles, place: number, option: string): void {
  const { method, slots, firstSlot } = config;
  const { styles: rules } = methods[method];
  if (rules.read !== undefined) {
    throw new UsageError(
      `${option}: expected a run of --method zi2zi or pix2pix, received one of ${method}, which ` +
        `reads styles off glyphs and need not learn them. Draw with generate --like.`,
    );
  }
  if (rules.begin === undefined || firstSlot + place < slots) return;
  throw new UsageError(
    `${option}: expected a run with room for another style, received ${path}, whose ${slots} ` +
      `slots are taken. Fine-tune a run that was trained with more --slots.`,
  );
}

async function showSheets(folder: string, { log, signal }: CommandContext): Promise<void> {
  const dataset = await openGlyphs(folder);
  try {
    const sheets = { dataset, folder: join(folder, 'sheets'), signal };
    const [overview] = await saveContactSheets(sheets);
    log(`Glyphs: ${folder}; to look at: ${basename(folder)}/sheets/${basename(overview!)}`);
  } finally {
    await dataset.close();
  }
}

/** A path as the user would write it: relative when it lies below where the user stands. */
function userPath(path: string, { workingFolder }: CommandContext): string {
  const below = relative(workingFolder, path);
  return below.startsWith('..') ? path : below;
}
