import { createRandom } from '@gan-zoo/core';
import type { GlyphDataset } from '../glyphData/index.ts';
import { pictureAt, readShaped } from './readShaped.ts';

/** How many styles are averaged. */
const neighbourCount = 3;
/** Training characters by which styles are compared. */
const comparedCount = 64;

/** Another style and how far it is from one. */
export interface Neighbour {
  /** Place of its font in the data set's `fonts`. */
  readonly font: number;
  /** Mean absolute difference of the same training characters, 0 … 1. */
  readonly distance: number;
}

/** A baseline that knows other real fonts but learns nothing. */
export interface NearestStyles {
  /** All other styles, the nearest first. */
  neighbours(font: number): readonly Neighbour[];
  /**
   * Draws characters as the pixelwise mean of the same characters in the 3 nearest styles that have
   * them; the source's glyph where no other style has it.
   *
   * @param font whose style is to be met; its own glyphs of these characters are not read
   * @param characters N places in the data set
   * @returns grey levels [N, S, S]
   */
  draw(font: number, characters: readonly number[]): Promise<Uint8Array>;
}

/**
 * Prepares the baseline "nearest styles" of a data set: which of its styles are nearest is measured
 * on up to 64 characters that are in the training part of both.
 *
 * The other styles' own glyphs of a test character are shown to it, which no network was: it is
 * what a user would get by taking fonts that look alike.
 *
 * @param imageSize side in which glyphs are compared and drawn, in pixels
 * @returns undefined when the data set has a single style
 */
export async function createNearestStyles(
  dataset: GlyphDataset,
  { imageSize, seed }: { readonly imageSize: number; readonly seed: number },
): Promise<NearestStyles | undefined> {
  const fonts = dataset.styles.map((_, style) => style + 1);
  if (fonts.length < 2) return undefined;
  const order = createRandom(seed).stream('evaluate/neighbours').at(0);
  const shuffled = [...order.permutation(dataset.characters.length)];
  const references = await Promise.all(
    fonts.map((font) => readReferences(dataset, font, shuffled, imageSize)),
  );
  const neighbours = new Map(
    fonts.map((font) => [font, nearest(font, fonts, (other) => references[other - 1]!)]),
  );
  const near = (font: number): readonly Neighbour[] => neighbours.get(font)!;
  return {
    neighbours: near,
    draw: async (font, characters) => {
      const means = await Promise.all(
        characters.map(async (character) => {
          const has = (other: number) => dataset.partOf({ font: other, character }) !== undefined;
          const others = near(font)
            .map((neighbour) => neighbour.font)
            .filter(has);
          const chosen = others.length === 0 ? [0] : others.slice(0, neighbourCount);
          const places = chosen.map((other) => ({ font: other, character }));
          return meanPicture(await readShaped(dataset, places, imageSize), imageSize);
        }),
      );
      const pixels = new Uint8Array(characters.length * imageSize ** 2);
      for (const [at, mean] of means.entries()) pixels.set(mean, at * imageSize ** 2);
      return pixels;
    },
  };
}

type References = ReadonlyMap<number, Uint8Array>;

/** Some training glyphs of a font by character; in all fonts the same characters come first. */
async function readReferences(
  dataset: GlyphDataset,
  font: number,
  order: readonly number[],
  imageSize: number,
): Promise<References> {
  const isTraining = (character: number) => dataset.partOf({ font, character }) === 'training';
  const chosen = order.filter(isTraining).slice(0, comparedCount);
  const places = chosen.map((character) => ({ font, character }));
  const pixels = await readShaped(dataset, places, imageSize);
  return new Map(chosen.map((character, at) => [character, pictureAt(pixels, at, imageSize)]));
}

/** All other fonts by distance; those without a common character last. */
function nearest(
  font: number,
  fonts: readonly number[],
  referencesOf: (font: number) => References,
): Neighbour[] {
  return fonts
    .filter((other) => other !== font)
    .map((other) => ({
      font: other,
      distance: meanDistance(referencesOf(font), referencesOf(other)),
    }))
    .sort((one, other) => one.distance - other.distance || one.font - other.font);
}

function meanDistance(ours: References, theirs: References): number {
  let [sum, pixels] = [0, 0];
  for (const [character, picture] of ours) {
    const other = theirs.get(character);
    if (other === undefined) continue;
    for (const [at, level] of picture.entries()) sum += Math.abs(level - other[at]!);
    pixels += picture.length;
  }
  return pixels === 0 ? Infinity : sum / pixels / 255;
}

function meanPicture(pixels: Uint8Array, imageSize: number): Uint8Array {
  const size = imageSize ** 2;
  const count = pixels.length / size;
  return Uint8Array.from({ length: size }, (_, pixel) => {
    let sum = 0;
    for (let picture = 0; picture < count; picture++) sum += pixels[picture * size + pixel]!;
    return Math.round(sum / count);
  });
}
