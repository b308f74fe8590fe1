import { encodeGlyphFile, partCodes, type GlyphIndex, type PackedGlyph } from './glyphFile.ts';
import type { GlyphDataset, GlyphPlace } from './openGlyphs.ts';

/** Most glyphs of a style that an excerpt keeps. */
const referenceCount = 24;

/**
 * A part of a data set as a glyph file in memory, enough to draw with a trained network: all
 * characters in the source font, and of each style a few glyphs of the training part that its style
 * can be read off. Of the others stay their advance widths, of the test part nothing.
 *
 * @param styles places of the styles whose glyphs are kept
 */
export async function excerptGlyphs(
  dataset: GlyphDataset,
  styles: readonly number[],
): Promise<Uint8Array> {
  const { fonts, characters, header } = dataset;
  const kept = new Set<number>();
  const packed = async (place: GlyphPlace, isKept: boolean): Promise<PackedGlyph | undefined> => {
    if (dataset.partOf(place) === undefined) return undefined;
    const bytes = isKept ? await dataset.readPacked(place) : new Uint8Array();
    if (isKept) kept.add(place.font * characters.length + place.character);
    const isUnseen = place.font > 0 && dataset.partOf(place) === 'test';
    return { bytes, advance: isUnseen ? 0 : dataset.advance(place) };
  };
  const content = async function* () {
    for (const font of fonts.keys()) {
      const style = font - 1;
      const references = styles.includes(style) ? referencesOf(dataset, style) : undefined;
      yield await Promise.all(
        characters.map((_, character) =>
          packed({ font, character }, font === 0 || references?.has(character) === true),
        ),
      );
    }
  };
  const finish = (index: GlyphIndex) => {
    for (const entry of kept) {
      const place = {
        font: Math.floor(entry / characters.length),
        character: entry % characters.length,
      };
      index.parts[entry] = partCodes[dataset.partOf(place)!];
    }
    return header;
  };
  return encodeGlyphFile({ characterCount: characters.length, fonts: content(), finish });
}

/** Characters of a style's training part, evenly over all of them. */
function referencesOf(dataset: GlyphDataset, style: number): ReadonlySet<number> {
  const pairs = dataset.pairs('training', [style]);
  const count = Math.min(referenceCount, pairs.length);
  return new Set(
    Array.from(
      { length: count },
      (_, at) => pairs[Math.floor((at * pairs.length) / count)]!.character,
    ),
  );
}
