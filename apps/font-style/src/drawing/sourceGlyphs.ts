import { UserError, type CommandContext } from '@gan-zoo/core';
import { drawFont, type DrawnGlyph } from '@gan-zoo/fonts';
import type { GlyphDataset } from '../glyphData/index.ts';
import {
  findOwnFonts,
  findPackagedFonts,
  fontSets,
  openChoice,
  type FontChoice,
} from '../prepare/index.ts';

/** Characters in the source font, as a network's inputs. */
export interface SourceGlyphs {
  /** Those that there are, in order. */
  readonly characters: readonly string[];
  /** Grey levels [N, S, S] in the data set's size, ink 0 on paper 255. */
  readonly pixels: Uint8Array;
  /** Their advance widths in ems. */
  readonly advances: readonly number[];
  /** Those that the source font lacks. */
  readonly missing: readonly string[];
}

/** Where characters come from that the data set does not have. */
export interface SourceOptions {
  readonly glyphs: GlyphDataset;
  readonly characters: readonly string[];
  /** The source font's file; default: its npm package, when it is one of ours. */
  readonly source?: string | undefined;
  readonly context: Pick<CommandContext, 'log' | 'signal'>;
}

/**
 * Finds characters in the source font: those of the data set as the checkpoint carries them, others
 * drawn with the font, placed as those were.
 *
 * @throws UserError when not one can be found
 */
export async function sourceGlyphs(options: SourceOptions): Promise<SourceGlyphs> {
  const { glyphs, characters } = options;
  const known = new Map(glyphs.characters.map((character, place) => [character, place]));
  const others = characters.filter((character) => !known.has(character));
  const drawn: GlyphsByCharacter =
    others.length === 0 ? new Map() : await drawOthers(others, options);
  const carried = characters.filter((character) => known.has(character));
  const read = await glyphs.read(
    carried.map((character) => ({ font: 0, character: known.get(character)! })),
  );
  const size = glyphs.imageSize ** 2;
  const pictures = new Map(drawn);
  for (const [at, character] of carried.entries()) {
    const packed = read.subarray(at * size, (at + 1) * size);
    const advance = glyphs.advance({ font: 0, character: known.get(character)! });
    pictures.set(character, { packed, advance });
  }
  const found = characters.filter((character) => pictures.has(character));
  if (found.length === 0) {
    throw new UserError(
      `characters: expected some that the source font ${glyphs.fonts[0]!.name} has, received ` +
        `${characters.slice(0, 20).join('')}. Give others, or name the font's file with --source.`,
    );
  }
  const pixels = new Uint8Array(found.length * size);
  const ofFound = found.map((character) => pictures.get(character)!);
  for (const [at, { packed }] of ofFound.entries()) pixels.set(packed, at * size);
  return {
    characters: found,
    pixels,
    advances: ofFound.map(({ advance }) => advance),
    missing: characters.filter((character) => !pictures.has(character)),
  };
}

type GlyphsByCharacter = ReadonlyMap<string, DrawnGlyph<Uint8Array>>;

async function drawOthers(
  characters: readonly string[],
  { glyphs, source, context }: SourceOptions,
): Promise<GlyphsByCharacter> {
  const choice = await findSource(glyphs, source);
  if (choice === undefined) {
    context.log(
      `Not in the data set, and its source font ${glyphs.fonts[0]!.name} is not installed: ` +
        `${characters.join('')}. Name its file with --source.`,
    );
    return new Map();
  }
  const { placement } = glyphs.fonts[0]!;
  const font = await openChoice(choice);
  const { signal } = context;
  const drawing = await drawFont(font, characters, { placement, pack: (pixels) => pixels, signal });
  return new Map(
    characters.flatMap((character, at) => {
      const glyph = drawing.glyphs[at];
      return glyph === undefined ? [] : [[character, glyph] as const];
    }),
  );
}

/** The font that the data set's source glyphs were drawn with, if it can be found. */
async function findSource(
  { fonts }: GlyphDataset,
  path: string | undefined,
): Promise<FontChoice | undefined> {
  if (path !== undefined) return (await findOwnFonts([path], {}))[0];
  const { id, origin } = fonts[0]!;
  const packaged = Object.values(fontSets)
    .map(({ source }) => source)
    .find((font) => font.id === id && origin.startsWith(`${font.package}@`));
  if (packaged === undefined) return undefined;
  const found = await findPackagedFonts([packaged]).catch(() => undefined);
  return found?.[0];
}
