import { extname, join } from 'node:path';
import { createRuntime } from '@gan-zoo/compiler';
import {
  createRandom,
  defineCommand,
  fields,
  outputFolder,
  runtimeFields,
  UsageError,
  UserError,
  type Command,
  type CommandContext,
} from '@gan-zoo/core';
import {
  exportFont,
  formatExportReport,
  independentChecks,
  type ExportedFont,
  type ExportNames,
  type IndependentCheck,
} from '@gan-zoo/fonts';
import { z } from 'zod';
import { characterGroup, chooseCharacters, drawnCharacterFields } from './characters/index.ts';
import {
  createGlyphDrawer,
  findStyle,
  loadStyles,
  sourceGlyphs,
  stylePictures,
  type LoadedStyles,
  type SourceGlyphs,
  type StylePictures,
  type TrainedStyle,
} from './drawing/index.ts';
import { deriveLicence, type DerivedLicence } from './exportFont/deriveLicence.ts';
import { exportNames } from './exportFont/exportNames.ts';
import { saveFont, saveFontReport } from './exportFont/saveFont.ts';
import { methods } from './methods/index.ts';

const naming = 'Options of what the font says about itself';

const exportSchema = z.object({
  run: fields.run.describe('Run folder, one of its checkpoints, or latest').meta({
    placeholder: 'run',
  }),
  style: z.string().min(1).optional().meta({
    description: 'Style of the run: the name of its font, or its number',
    placeholder: 'font',
    defaultText: 'the only one',
  }),
  randomStyle: z.boolean().default(false).meta({
    description: 'bicycle: a style drawn at random by --seed',
  }),
  out: fields.out
    .describe('The font; a specimen (.html, .png) and a report (.json) are written beside it')
    .meta({
      placeholder: 'file.otf',
      defaultText: 'fonts/<style>-step-<step>.otf in the run folder',
    })
    .optional(),
  ...drawnCharacterFields,
  charset: drawnCharacterFields.charset.meta({
    description: 'Sets of characters by name',
    defaultText: 'all characters that the checkpoint carries',
    group: characterGroup,
  }),
  family: z.string().min(1).optional().meta({
    description: 'Name of the family, as menus show it',
    placeholder: 'name',
    defaultText: 'the style’s name and GAN',
    group: naming,
  }),
  author: z.string().min(1).optional().meta({
    description: 'Who made it',
    placeholder: 'name',
    group: naming,
  }),
  copyright: z.string().min(1).optional().meta({
    description: 'A notice of your own, before those of the fonts that it derives from',
    placeholder: 'text',
    group: naming,
  }),
  licence: z.string().min(1).optional().meta({
    description: 'Where the fonts that it derives from leave the choice',
    placeholder: 'name',
    defaultText: 'theirs',
    group: naming,
  }),
  tolerance: z.number().min(0.05).max(2).default(0.2).meta({
    description:
      'Largest distance of outlines from the edges in the pictures; less takes more points',
    unit: 'px',
  }),
  check: z.boolean().default(false).meta({
    description: 'Let fontTools and Chromium check the font, as far as they are installed',
  }),
  ...runtimeFields,
});

type ExportConfig = z.output<typeof exportSchema>;

/** The command `export-font`: makes an installable font of a style. */
export const exportFontCommand: Command = defineCommand({
  name: 'export-font',
  description: 'Draws characters in one style and makes an installable font (.otf) of them',
  schema: exportSchema,
  conflicts: [{ keys: ['style', 'randomStyle'], because: 'both say which style' }],
  examples: [
    '--run latest --style ma-shan-zheng --charset gb2312-level1 --check',
    '--run latest --style 2 --family "Brush of Mine" --author "A. Person" --out brush.otf',
    '--run runs/bicycle --random-style --seed 5 --out random.otf',
  ],
  run: exportStyle,
});

async function exportStyle(config: ExportConfig, context: CommandContext): Promise<void> {
  assertOut(config.out);
  const loaded = await loadStyles(config.run, context);
  const style = chooseStyle(config, loaded);
  const { licence, names } = namesOf(config, loaded, style);
  const out =
    config.out === undefined ? defaultPath(loaded, style) : context.resolvePath(config.out);
  const source = await readCharacters(config, loaded, context);
  context.log(`Drawing with step ${loaded.step} of ${loaded.path}`);
  const drawn = await draw(config, loaded, style, source, context);
  const progress = context.progress({
    label: 'Tracing',
    total: drawn.glyphs.length,
    unit: 'glyphs',
  });
  const exported = await exportFont({
    ...{ ...drawn, names, tolerance: config.tolerance, signal: context.signal },
    onProgress: (share) => progress.update(Math.round(share * drawn.glyphs.length)),
  });
  progress.stop();
  await saveFont(out, exported, names);
  const facts = { names, missing: source.missing };
  await saveFontReport(out, exported, { ...facts, checks: [] });
  for (const line of formatExportReport(exported.report)) context.print(line);
  if (source.missing.length > 0) {
    context.print(`left out, not in the source font: ${source.missing.join(' ')}`);
  }
  printLicence(names, licence, context);
  context.print(out);
  if (!config.check) return;
  const checks = await check(out, { exported, drawn, names }, context);
  await saveFontReport(out, exported, { ...facts, checks });
  assertSound(checks, out);
}

function assertOut(out: string | undefined): void {
  if (out === undefined || extname(out).toLowerCase() === '.otf') return;
  throw new UsageError(`--out: expected a file that ends in .otf, received "${out}".`);
}

/** The style to draw; undefined for one at random. */
function chooseStyle(
  { style, randomStyle }: ExportConfig,
  loaded: LoadedStyles,
): TrainedStyle | undefined {
  if (randomStyle) return undefined;
  if (style !== undefined) return findStyle(loaded, '--style', style);
  const hasOne = methods[loaded.config.method].styles.length(loaded.config) === 0;
  if (loaded.styles.length === 1 || hasOne) return loaded.styles[0]!;
  const names = loaded.styles.map(({ font }) => font.id).join(', ');
  throw new UsageError(
    `expected --style, since the run has ${loaded.styles.length} styles, received none. ` +
      `Choose one of ${names}.`,
  );
}

function namesOf(
  { licence: wanted, family, author, copyright, seed }: ExportConfig,
  { glyphs, styles, config, step }: LoadedStyles,
  style: TrainedStyle | undefined,
): { readonly licence: DerivedLicence; readonly names: ExportNames } {
  // A style at random comes out of all that the network has seen.
  const seen = style === undefined ? styles : [style];
  const fonts = [glyphs.fonts[0]!, ...seen.map(({ font }) => font)];
  const licence = deriveLicence(fonts, wanted);
  const what = style === undefined ? `a style at random, seed ${seed}` : style.font.name;
  const description = `Drawn by gan-zoo font-style: ${config.method}, step ${step}, ${what}`;
  const named = { styleName: style?.font.name, number: style?.place ?? seed };
  const names = exportNames({ family, author, copyright, licence, description, ...named });
  return { licence, names };
}

/** In the run folder, or beside a checkpoint that lies alone. */
function defaultPath({ path, step }: LoadedStyles, style: TrainedStyle | undefined): string {
  const name = `${style?.font.id ?? 'random'}-step-${step}.otf`;
  return join(outputFolder(path), 'fonts', name);
}

async function readCharacters(
  { charset: names, charsetFile, text, source }: ExportConfig,
  { glyphs }: LoadedStyles,
  context: CommandContext,
): Promise<SourceGlyphs> {
  const isChosen = (names ?? charsetFile ?? text) !== undefined;
  const file = charsetFile && context.resolvePath(charsetFile);
  return sourceGlyphs({
    ...{ glyphs, context, source: source && context.resolvePath(source) },
    characters: isChosen ? await chooseCharacters({ names, file, text }) : glyphs.characters,
  });
}

async function draw(
  { backend, threads, seed }: ExportConfig,
  loaded: LoadedStyles,
  style: TrainedStyle | undefined,
  source: SourceGlyphs,
  context: CommandContext,
): Promise<StylePictures> {
  const runtime = await createRuntime({ backend, threads });
  try {
    context.log(`Backend: ${runtime.backend} (${runtime.reason})`);
    const drawer = createGlyphDrawer(runtime, loaded);
    const vector = style ?? (await drawer.randomStyles(1, createRandom(seed)))[0]!;
    const total = source.characters.length;
    const progress = context.progress({ label: 'Drawing', total, unit: 'glyphs' });
    const { signal } = context;
    const onProgress = (done: number): void => progress.update(done);
    const drawn = await stylePictures(drawer, loaded, vector, source, { signal, onProgress });
    progress.stop();
    return drawn;
  } finally {
    await runtime.close();
  }
}

function printLicence(
  names: ExportNames,
  { name, reservedNames, warnings }: DerivedLicence,
  { print, log }: CommandContext,
): void {
  print(`family: ${names.family}; licence: ${name}`);
  if (name === 'OFL-1.1') {
    const reserved = reservedNames.length === 0 ? '' : ` (reserved: ${reservedNames.join(', ')})`;
    print(`pass it on under the OFL alone, with its notices${reserved}`);
  }
  for (const warning of warnings) log(`Warning: ${warning}`);
}

interface Result {
  readonly exported: ExportedFont;
  readonly drawn: StylePictures;
  readonly names: ExportNames;
}

/** Lets other programs check the saved font. */
async function check(
  path: string,
  { exported, drawn, names }: Result,
  { print, signal }: CommandContext,
): Promise<readonly IndependentCheck[]> {
  const { bytes, outlines } = exported;
  const { glyphs: pictures, placement } = drawn;
  const font = { path, bytes, names, outlines, pictures, placement };
  const checks = await independentChecks(font, signal);
  for (const { tool, summary } of checks) print(`${tool}: ${summary}`);
  return checks;
}

/** Problems that are written out. */
const mostProblems = 10;

function assertSound(checks: readonly IndependentCheck[], path: string): void {
  const problems = checks.flatMap(({ tool, problems: found }) =>
    found.map((problem) => `${tool}: ${problem}`),
  );
  if (problems.length === 0) return;
  throw new UserError(
    `--check: expected a font without faults, received ${problems.length} in ${path}: ` +
      `${problems.slice(0, mostProblems).join('; ')}. All are in the report beside it.`,
  );
}
