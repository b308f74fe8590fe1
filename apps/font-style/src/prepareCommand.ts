import { join, relative } from 'node:path';
import {
  defineCommand,
  fields,
  runtimeFields,
  UsageError,
  type Command,
  type CommandContext,
  type Progress,
} from '@gan-zoo/core';
import { dropReasons, layoutNames, type CharsetName } from '@gan-zoo/fonts';
import { z } from 'zod';
import { characterFields, characterGroup, chooseCharacters } from './characters/index.ts';
import { openGlyphs, splitNames, type GlyphFont } from './glyphData/index.ts';
import {
  findOwnFonts,
  findPackagedFonts,
  fontSetNames,
  fontSets,
  prepareGlyphs,
  saveContactSheets,
  type FontSet,
  type PreparedGlyphs,
  type PrepareGlyphsOptions,
} from './prepare/index.ts';

const own = 'Options of your own fonts';
const drawing = 'Options of drawing';
const splitting = 'Options of the split';

const prepareSchema = z.object({
  set: z
    .enum(fontSetNames)
    .describe('Fonts that install from npm')
    .meta({ defaultText: 'chinese-small, unless --fonts is given' })
    .optional(),
  out: fields.out
    .describe('New folder for the data set; the same set is kept')
    .meta({ placeholder: 'folder', defaultText: 'data/<set>' })
    .optional(),
  fonts: z.array(z.string().min(1)).min(1).optional().meta({
    description: 'Font files, or folders of them, whose styles are learned',
    placeholder: 'path,…',
    group: own,
  }),
  source: z.string().min(1).optional().meta({
    description: 'Font file (or folder, if split) to translate from',
    placeholder: 'path',
    group: own,
  }),
  sourceWeight: z.number().min(1).max(1000).optional().meta({
    description: 'Weight of --source if it is a variable font',
    defaultText: 'its own',
    group: own,
  }),
  index: z.int().min(0).default(0).meta({
    description: 'Which font of .ttc collections, counted from 0',
    group: own,
  }),
  ...characterFields,
  charset: characterFields.charset.meta({
    description: 'Sets of characters by name',
    defaultText: 'that of the set, otherwise gb2312-level1',
    group: characterGroup,
  }),
  num: fields.num.optional().meta({
    description: 'Most characters to take, chosen by the seed',
    unit: 'characters',
    defaultText: 'all',
    group: characterGroup,
  }),
  imageSize: z.int().min(16).max(512).default(96).meta({
    description: 'Side of the pictures',
    unit: 'px',
    group: drawing,
  }),
  layout: z.enum(layoutNames).default('em').meta({
    description: 'em: as large as fits, centred; published: 150 in 256 at 20/20',
    group: drawing,
  }),
  splitBy: z.enum(splitNames).default('characters').meta({
    description: 'Hold back characters in all styles, or single glyphs as published',
    group: splitting,
  }),
  testShare: z.number().min(0).max(0.9).default(0.1).meta({
    description: 'Share that is held back for tests',
    group: splitting,
  }),
  seed: runtimeFields.seed.meta({
    description: 'Decides the split and --num; the same seed gives the same files',
    group: splitting,
  }),
});

/** Resolved options of `prepare`. */
export type PrepareConfig = z.output<typeof prepareSchema>;

const because = 'a set has its own fonts';

/** The command `prepare`: makes a glyph data set of fonts. */
export const prepareCommand: Command = defineCommand({
  name: 'prepare',
  description: 'Draws the characters of fonts as a data set to train on',
  schema: prepareSchema,
  conflicts: [
    { keys: ['set', 'fonts'], because },
    { keys: ['set', 'source'], because },
  ],
  examples: [
    '--set chinese-small --out data/chinese-small',
    '--set latin --split-by pairs --image-size 64',
    '--set chinese-full --image-size 256 --layout published',
    '--source hei.otf --fonts ~/fonts --charset gb2312-level1 --num 2000 --out data/mine',
  ],
  run: async (config, context) => {
    const { name, source, targets, charsets } = await chooseFonts(config, context);
    const isChosen = (config.charset ?? config.charsetFile ?? config.text) !== undefined;
    const out = context.resolvePath(config.out ?? `data/${name}`);
    const prepared = await prepareGlyphs({
      ...{ ...config, source, targets, out, signal: context.signal },
      characters: await chooseCharacters({
        names: isChosen ? config.charset : charsets,
        file: config.charsetFile && context.resolvePath(config.charsetFile),
        text: config.text,
      }),
      onProgress: showProgress(context),
    });
    await printResult(prepared, out, config, context);
  },
});

/** The fonts of a set, or the user's own. */
async function chooseFonts(config: PrepareConfig, { resolvePath }: CommandContext) {
  if (config.fonts === undefined && config.source === undefined) {
    const name = config.set ?? 'chinese-small';
    const set: FontSet = fontSets[name];
    const [source, ...targets] = await findPackagedFonts([set.source, ...set.targets]);
    return { name, source: source!, targets, charsets: set.charsets };
  }
  if (config.fonts === undefined || config.source === undefined) {
    const [given, absent] = config.fonts ? ['--fonts', '--source'] : ['--source', '--fonts'];
    throw new UsageError(
      `${given}: expected ${absent} with it, received nothing. Styles are learned from the pairs ` +
        'of a source font and the fonts to imitate.',
    );
  }
  const { index, sourceWeight } = config;
  const variation = sourceWeight === undefined ? undefined : { wght: sourceWeight };
  const sources = await findOwnFonts([resolvePath(config.source)], { index, variation });
  if (sources.length > 1) {
    const names = sources.map(({ name }) => name).join(', ');
    throw new UsageError(
      `--source: expected one font, received ${sources.length} (${names}). Name a single file.`,
    );
  }
  const taken = new Set(sources.map(({ id }) => id));
  const targets = await findOwnFonts(config.fonts.map(resolvePath), { index }, taken);
  const charsets: readonly CharsetName[] = ['gb2312-level1'];
  return { name: 'fonts', source: sources[0]!, targets, charsets };
}

function showProgress(context: CommandContext): NonNullable<PrepareGlyphsOptions['onProgress']> {
  let progress: Progress | undefined;
  return (done, total, font) => {
    progress ??= context.progress({ label: 'Drawing', unit: 'glyphs', total });
    progress.update(done, font);
    if (done === total) progress.stop();
  };
}

async function printResult(
  { header, drawnPerSecond }: PreparedGlyphs,
  out: string,
  { imageSize, splitBy }: PrepareConfig,
  { print, signal, workingFolder }: CommandContext,
): Promise<void> {
  const dataset = await openGlyphs(out);
  try {
    const [overview] = await saveContactSheets({ dataset, folder: join(out, 'sheets'), signal });
    header.fonts.forEach((font, place) => print(describeFont(font, place)));
    const unseen = splitBy === 'pairs' ? '' : `, ${dataset.split.test.length} never trained on`;
    print(
      `Pairs: ${dataset.pairs('training').length} for training, ` +
        `${dataset.pairs('test').length} held back; ` +
        `${dataset.styles.length} styles, ${dataset.characters.length} characters${unseen}`,
    );
    print(
      drawnPerSecond === undefined
        ? 'Drawing: none; the same glyphs were there already'
        : `Drawing: ${Math.round(drawnPerSecond)} glyphs/s at ${imageSize} px`,
    );
    print(`Folder: ${out}`);
    print(`To look at: ${relative(workingFolder, overview!)}`);
  } finally {
    await dataset.close();
  }
}

/** One line: name, number of glyphs, and how many were left out and why. */
function describeFont({ name, licence, glyphs, dropped, clipped }: GlyphFont, place: number) {
  const counts = dropReasons.flatMap((reason) => {
    const count = [...dropped[reason]].length;
    return count === 0 ? [] : [`${count} ${reason}`];
  });
  const cut = [...clipped].length;
  const notes = [
    counts.length === 0 ? 'none dropped' : `dropped ${counts.join(', ')}`,
    ...(cut === 0 ? [] : [`${cut} reach the edge`]),
    licence.name ?? 'licence: see the manifest',
  ];
  return `${place === 0 ? 'Source' : `Style ${place - 1}`}: ${name}, ${glyphs} glyphs (${notes.join('; ')})`;
}
