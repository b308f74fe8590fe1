import { assertEmptyFolder, createRandom, UserError } from '@gan-zoo/core';
import type { GlyphHeader, PackedGlyph } from '../glyphData/index.ts';
import { drawChoice } from './drawChoice.ts';
import type { FontChoice } from './fontChoice.ts';
import { findPrepared, recipeOf } from './glyphRecipe.ts';
import type { PrepareGlyphsOptions } from './prepareGlyphsOptions.ts';
import { splitGlyphs } from './splitGlyphs.ts';
import { writeGlyphSet, type FontFacts } from './writeGlyphSet.ts';

/** What was made. */
export interface PreparedGlyphs {
  readonly header: GlyphHeader;
  /**
   * Outlines read and drawn per second, without packing and writing; undefined when the folder
   * held the data set already.
   */
  readonly drawnPerSecond: number | undefined;
}

/**
 * Draws characters in a source font and in styles, and writes them as one data set: `glyphs.bin`
 * for `openGlyphs` and `manifest.json` for people.
 *
 * @throws FontError when a font is damaged
 * @throws UserError when nothing can be drawn or the folder is not empty
 * @throws the signal's reason when it aborts; then nothing is left behind
 */
export async function prepareGlyphs(options: PrepareGlyphsOptions): Promise<PreparedGlyphs> {
  const { source, targets, out } = options;
  const recipe = await recipeOf(options);
  const kept = await findPrepared(out, recipe);
  if (kept !== undefined) return { header: kept, drawnPerSecond: undefined };
  await assertEmptyFolder(out);
  const work = createWork(options);
  const sourceGlyphs = await work.draw(source, options.characters);
  const chosen = chooseDrawn(sourceGlyphs, options);
  const characters = chosen.map((place) => options.characters[place]!);
  const fonts = async function* () {
    yield chosen.map((place) => sourceGlyphs[place]);
    for (const target of targets) yield await work.draw(target, characters);
  };
  const { imageSize, layout, seed, splitBy, testShare } = options;
  const header = await writeGlyphSet(out, {
    ...{ characters, fonts: fonts(), facts: work.facts },
    split: (index) => splitGlyphs(index, characters.length, options),
    about: { imageSize, layout, seed, splitBy, testShare, recipe },
  });
  work.finish();
  return { header, drawnPerSecond: work.drawnPerSecond() };
}

/** Draws fonts one after the other and keeps count for the progress and the rate. */
function createWork(options: PrepareGlyphsOptions) {
  const all = options.characters.length;
  const taken = Math.min(options.num ?? all, all);
  const total = all + options.targets.length * taken;
  const facts: FontFacts[] = [];
  let [seconds, glyphs, done] = [0, 0, 0];
  return {
    facts,
    drawnPerSecond: () => glyphs / seconds,
    finish: () => options.onProgress?.(total, total, ''),
    draw: async (choice: FontChoice, characters: readonly string[]) => {
      const show = (now: number) => options.onProgress?.(done + now, total, choice.name);
      show(0);
      const drawn = await drawChoice(choice, characters, { ...options, onProgress: show });
      assertSomeDrawn(choice, drawn.glyphs);
      facts.push(drawn.facts);
      seconds += drawn.seconds;
      glyphs += drawn.drawn;
      done += facts.length === 1 ? all : taken;
      return drawn.glyphs;
    },
  };
}

function assertSomeDrawn(
  { name, origin }: FontChoice,
  glyphs: readonly (PackedGlyph | undefined)[],
): void {
  if (glyphs.some((glyph) => glyph !== undefined)) return;
  throw new UserError(
    `prepare: expected ${name} (${origin}) to draw some of ${glyphs.length} characters, received ` +
      `none. Choose other characters with --charset, or leave it out.`,
  );
}

/** Places of the characters to take, in order: those that the source draws, at most `num`. */
function chooseDrawn(
  glyphs: readonly (PackedGlyph | undefined)[],
  { num, seed }: PrepareGlyphsOptions,
): readonly number[] {
  const drawn = [...glyphs.keys()].filter((place) => glyphs[place] !== undefined);
  if (num === undefined || num >= drawn.length) return drawn;
  const order = createRandom(seed).stream('glyphs/characters').at(0).permutation(drawn.length);
  return Array.from(order.subarray(0, num), (at) => drawn[at]!).sort((a, b) => a - b);
}
