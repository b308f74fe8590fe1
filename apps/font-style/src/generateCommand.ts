import { createRuntime } from '@gan-zoo/compiler';
import {
  defineCommand,
  fields,
  runtimeFields,
  savePng,
  UsageError,
  type Command,
  type CommandContext,
} from '@gan-zoo/core';
import { z } from 'zod';
import { characterGroup, drawnCharacterFields } from './characters/index.ts';
import {
  createGlyphDrawer,
  loadStyles,
  type GlyphDrawer,
  type LoadedStyles,
} from './drawing/index.ts';
import { drawStyles, type DrawnStyle } from './generate/drawStyles.ts';
import { readCharacters } from './generate/readCharacters.ts';
import { readLike } from './generate/readLike.ts';
import {
  assertSheetSize,
  openStyleOutput,
  saveStyleFolder,
  saveWebPage,
  styleSheet,
} from './generate/saveStyles.ts';
import { specimenPages } from './generate/specimenPages.ts';
import {
  mixedStyles,
  namedStyles,
  randomStyles,
  type StyleToDraw,
} from './generate/styleToDraw.ts';

const styles = 'Options of styles';

/** Mixtures that --interpolate draws by default. */
const defaultNum = 8;

const generateSchema = z.object({
  run: fields.run.describe('Run folder, one of its checkpoints, or latest').meta({
    placeholder: 'run',
  }),
  out: fields.out
    .describe('One picture (.png), one web page (.html), or a folder with both and single glyphs')
    .meta({ placeholder: 'file or folder' }),
  ...drawnCharacterFields,
  text: drawnCharacterFields.text.meta({
    description: 'What to write',
    defaultText: 'a short text of characters that the run knows',
    group: characterGroup,
  }),
  style: z.array(z.string().min(1)).min(1).optional().meta({
    description: 'Styles of the run: names of their fonts, or numbers',
    placeholder: 'font,…',
    defaultText: 'all',
    group: styles,
  }),
  interpolate: z.array(z.string().min(1)).length(2).optional().meta({
    description: 'Go from one style to another; in a .png one row per mixture',
    placeholder: 'font,font',
    group: styles,
  }),
  num: z
    .int()
    .min(2)
    .max(1000)
    .optional()
    .meta({
      description: 'Mixtures of --interpolate, both ends included',
      unit: 'styles',
      defaultText: String(defaultNum),
      group: styles,
    }),
  randomStyles: z.int().min(1).max(1000).optional().meta({
    description: 'bicycle: draw so many styles at random; in a .png one row per style',
    unit: 'styles',
    group: styles,
  }),
  like: z.string().min(1).optional().meta({
    description: 'bicycle: read the style off a font, or a folder of pictures of single glyphs',
    placeholder: 'path',
    group: styles,
  }),
  ...runtimeFields,
});

type GenerateConfig = z.output<typeof generateSchema>;

const because = 'both say in which styles to draw';
const ofMixtures = '--num counts the mixtures of --interpolate';

/** The command `generate`: draws characters in styles, from a checkpoint alone. */
export const generateCommand: Command = defineCommand({
  name: 'generate',
  description: 'Draws any characters in any style with a trained network',
  schema: generateSchema,
  conflicts: [
    { keys: ['style', 'interpolate'], because },
    { keys: ['style', 'randomStyles'], because },
    { keys: ['style', 'like'], because },
    { keys: ['interpolate', 'randomStyles'], because },
    { keys: ['interpolate', 'like'], because },
    { keys: ['randomStyles', 'like'], because },
    { keys: ['num', 'style'], because: ofMixtures },
    { keys: ['num', 'randomStyles'], because: ofMixtures },
    { keys: ['num', 'like'], because: ofMixtures },
  ],
  examples: [
    '--run latest --out specimen.png',
    '--run latest --text 春眠不觉晓 --style ma-shan-zheng --out poem.html',
    '--run latest --charset gb2312-level1 --out glyphs',
    '--run latest --interpolate ma-shan-zheng,zcool-xiaowei --num 8 --out between.png',
    '--run latest --random-styles 12 --seed 3 --out random.png',
    '--run latest --like mine.ttf --out like-mine.png',
  ],
  run: generate,
});

async function generate(config: GenerateConfig, context: CommandContext): Promise<void> {
  assertNum(config);
  const output = await openStyleOutput(config.out, context.resolvePath(config.out));
  const loaded = await loadStyles(config.run, context);
  context.log(`Drawing with step ${loaded.step} of ${loaded.path}`);
  const { text, source } = await readCharacters(config, loaded.glyphs, context);
  const { backend, threads } = config;
  const runtime = await createRuntime({ backend, threads });
  try {
    context.log(`Backend: ${runtime.backend} (${runtime.reason})`);
    const drawer = createGlyphDrawer(runtime, loaded);
    const chosen = await chooseStyles(config, loaded, drawer, context);
    const isSheet = output.kind === 'file' && (config.interpolate ?? config.randomStyles);
    if (isSheet) assertSheetSize([...text].length, chosen.length, loaded.config.imageSize);
    const drawn: DrawnStyle[] = [];
    for await (const style of drawStyles(chosen, { loaded, drawer, source, context })) {
      if (output.kind !== 'folder') drawn.push(style);
      else await saveStyleFolder(output.path, style, text, context.signal);
    }
    if (output.kind === 'page') await saveWebPage(output.path, drawn, text);
    if (output.kind === 'file') {
      await savePng(output.path, isSheet ? styleSheet(drawn, text) : specimenPages(drawn, text));
    }
    if (chosen.length > 1) chosen.forEach(({ id, title }) => context.print(`${id}: ${title}`));
    context.print(output.path);
  } finally {
    await runtime.close();
  }
}

function assertNum({ num, interpolate }: GenerateConfig): void {
  if (num === undefined || interpolate !== undefined) return;
  throw new UsageError(
    `--num: expected --interpolate with it, received nothing. ${ofMixtures}; draw fewer ` +
      'characters with --text.',
  );
}

async function chooseStyles(
  { style, interpolate, num = defaultNum, randomStyles: count, like, seed }: GenerateConfig,
  loaded: LoadedStyles,
  drawer: GlyphDrawer,
  context: CommandContext,
): Promise<readonly StyleToDraw[]> {
  if (interpolate !== undefined) {
    return mixedStyles(loaded, drawer, interpolate as [string, string], num);
  }
  if (count !== undefined) return randomStyles(drawer, count, seed);
  if (like !== undefined) {
    return [await readLike(context.resolvePath(like), loaded, drawer, context)];
  }
  return namedStyles(loaded, style);
}
