import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { deflateRawSync } from 'node:zlib';
import {
  assertEmptyFolder,
  createRandom,
  explainFileError,
  UserError,
  writeFileAtomically,
} from '@gan-zoo/core';
import {
  glyphFileName,
  writeGlyphFile,
  type GlyphFont,
  type GlyphHeader,
  type PackedGlyph,
  type SplitName,
} from '../glyphData/index.ts';
import { partCodes, type GlyphIndex } from '../glyphData/glyphFile.ts';
import type { Font } from '../fonts/index.ts';
import { drawFont, placeFont, type FontDrawing, type LayoutName } from '../glyphs/index.ts';
import { openChoice, type FontChoice } from './fontChoice.ts';
import { findPrepared, recipeOf } from './glyphRecipe.ts';
import { splitGlyphs } from './splitGlyphs.ts';

/** What to draw and where. */
export interface PrepareGlyphsOptions {
  /** The font to translate from: characters that it lacks are left out everywhere. */
  readonly source: FontChoice;
  /** The styles, at least one. */
  readonly targets: readonly FontChoice[];
  readonly characters: readonly string[];
  /** Most characters to take, chosen by the seed; default all. */
  readonly num?: number | undefined;
  /** Side of the pictures in pixels. */
  readonly imageSize: number;
  readonly layout: LayoutName;
  readonly splitBy: SplitName;
  /** Share of characters or pairs that is held back, 0 to below 1. */
  readonly testShare: number;
  readonly seed: number;
  /** New or empty folder, or one with the same data set, which is kept. */
  readonly out: string;
  readonly signal?: AbortSignal | undefined;
  /** Called with the glyphs that have been looked at, and the font that is being drawn. */
  readonly onProgress?: ((done: number, total: number, font: string) => void) | undefined;
}

/** What was made. */
export interface PreparedGlyphs {
  readonly header: GlyphHeader;
  /**
   * Outlines read and drawn per second, without packing and writing; undefined when the folder
   * held the data set already.
   */
  readonly drawnPerSecond: number | undefined;
}

type FontFacts = Omit<GlyphFont, 'glyphs' | 'training' | 'test'>;

/**
 * Draws characters in a source font and in styles, and writes them as one data set: `glyphs.bin`
 * for `openGlyphs` and `manifest.json` for people.
 *
 * @throws UserError when a font is damaged, nothing can be drawn or the folder is not empty
 * @throws the signal's reason when it aborts; then nothing is left behind
 */
export async function prepareGlyphs(options: PrepareGlyphsOptions): Promise<PreparedGlyphs> {
  const { source, targets, out } = options;
  const recipe = await recipeOf(options);
  const kept = await findPrepared(out, recipe);
  if (kept !== undefined) return { header: kept, drawnPerSecond: undefined };
  await assertEmptyFolder(out);
  const work = createWork(options);
  const sourceDrawing = await work.draw(source, options.characters);
  const chosen = chooseDrawn(sourceDrawing, options);
  const characters = chosen.map((place) => options.characters[place]!);
  const fonts = async function* () {
    yield chosen.map((place) => packedGlyph(sourceDrawing.glyphs[place]));
    for (const target of targets) {
      yield (await work.draw(target, characters)).glyphs.map(packedGlyph);
    }
  };
  await mkdir(out, { recursive: true }).catch((error: unknown) => {
    throw explainFileError(error, 'create the folder', out);
  });
  const finish = (index: GlyphIndex) => {
    splitGlyphs(index, characters.length, options);
    return { ...describe(index, characters, work.facts, options), recipe };
  };
  const file = join(out, glyphFileName);
  const content = { characterCount: characters.length, fonts: fonts(), finish };
  const header = await writeGlyphFile(file, content);
  const manifest = `${JSON.stringify(header, null, 2)}\n`;
  await writeFileAtomically(join(out, 'manifest.json'), manifest, 'the manifest');
  work.finish();
  return { header, drawnPerSecond: work.drawnPerSecond() };
}

/** Draws fonts one after the other and keeps count for the progress and the rate. */
function createWork(options: PrepareGlyphsOptions) {
  const all = options.characters.length;
  const taken = Math.min(options.num ?? all, all);
  const total = all + options.targets.length * taken;
  const facts: FontFacts[] = [];
  let [seconds, drawn, done] = [0, 0, 0];
  return {
    facts,
    drawnPerSecond: () => drawn / seconds,
    finish: () => options.onProgress?.(total, total, ''),
    draw: async (choice: FontChoice, characters: readonly string[]) => {
      const show = (now: number) => options.onProgress?.(done + now, total, choice.name);
      show(0);
      const { facts: found, drawing } = await drawChoice(choice, characters, options, show);
      facts.push(found);
      seconds += drawing.seconds;
      drawn += drawing.drawn;
      done += facts.length === 1 ? all : taken;
      return drawing;
    },
  };
}

async function drawChoice(
  choice: FontChoice,
  characters: readonly string[],
  { imageSize, layout, signal }: PrepareGlyphsOptions,
  onProgress: (done: number) => void,
): Promise<{ facts: FontFacts; drawing: FontDrawing<Uint8Array> }> {
  const font = await openChoice(choice);
  const codepoints = characters.map((character) => character.codePointAt(0)!);
  const placement = placeFont(font, layout, codepoints, imageSize);
  const pack = (pixels: Uint8Array) => deflateRawSync(pixels, { level: 3 });
  const drawing = await drawFont(font, characters, { placement, pack, signal, onProgress });
  if (drawing.glyphs.every((glyph) => glyph === undefined)) {
    throw new UserError(
      `prepare: expected ${choice.name} (${choice.origin}) to draw some of ${characters.length} ` +
        `characters, received none. Choose other characters with --charset, or leave it out.`,
    );
  }
  const { id, name, origin } = choice;
  const dropped = mapValues(drawing.dropped, (list) => list.join(''));
  const clipped = drawing.clipped.join('');
  const licence = licenceOf(choice, font);
  return { facts: { id, name, origin, licence, placement, dropped, clipped }, drawing };
}

const mapValues = <Key extends string, Value, Result>(
  record: Readonly<Record<Key, Value>>,
  change: (value: Value) => Result,
): Record<Key, Result> =>
  Object.fromEntries(
    Object.entries<Value>(record).map(([key, value]) => [key, change(value)]),
  ) as Record<Key, Result>;

function licenceOf({ licence, licenceFiles }: FontChoice, { names }: Font): GlyphFont['licence'] {
  return {
    ...(licence === undefined ? {} : { name: licence }),
    text: shortened(names.license, 200),
    url: names.licenseUrl,
    copyright: shortened(names.copyright, 300),
    files: [...licenceFiles],
  };
}

const shortened = (text: string, length: number): string =>
  text.length <= length ? text : `${text.slice(0, length - 1)}…`;

const packedGlyph = (glyph: FontDrawing<Uint8Array>['glyphs'][number]): PackedGlyph | undefined =>
  glyph && { bytes: glyph.packed, advance: glyph.advance };

/** Places of the characters to take, in order: those that the source draws, at most `num`. */
function chooseDrawn(
  { glyphs }: FontDrawing<Uint8Array>,
  { num, seed }: PrepareGlyphsOptions,
): readonly number[] {
  const drawn = [...glyphs.keys()].filter((place) => glyphs[place] !== undefined);
  if (num === undefined || num >= drawn.length) return drawn;
  const order = createRandom(seed).stream('glyphs/characters').at(0).permutation(drawn.length);
  return Array.from(order.subarray(0, num), (at) => drawn[at]!).sort((a, b) => a - b);
}

function describe(
  index: GlyphIndex,
  characters: readonly string[],
  facts: readonly FontFacts[],
  { imageSize, layout, seed, splitBy, testShare }: PrepareGlyphsOptions,
): Omit<GlyphHeader, 'fingerprint' | 'recipe'> {
  const count = characters.length;
  const fonts = facts.map((font, place) => {
    const parts = index.parts.subarray(place * count, (place + 1) * count);
    const training = parts.filter((part) => part === partCodes.training).length;
    const test = parts.filter((part) => part === partCodes.test).length;
    return { ...font, glyphs: training + test, training, test };
  });
  return {
    ...{ format: 'gan-zoo glyphs 1', imageSize, layout, seed, splitBy, testShare },
    ...{ fonts, characters: characters.join('') },
  };
}
