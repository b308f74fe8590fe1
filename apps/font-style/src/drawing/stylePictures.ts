import type { GlyphPicture, GlyphPlacement } from '@gan-zoo/fonts';
import type { GlyphDataset } from '../glyphData/index.ts';
import type { DrawOptions, GlyphDrawer } from './glyphDrawer.ts';
import { placementAt, type LoadedStyles, type TrainedStyle } from './loadStyles.ts';
import type { SourceGlyphs } from './sourceGlyphs.ts';
import type { StyleVector } from './styleVectors.ts';

/** Characters drawn in one style: what specimens and exported fonts are made of. */
export interface StylePictures {
  /** One for every source glyph, in their order; the side is the network's `imageSize`. */
  readonly glyphs: readonly GlyphPicture[];
  /** Where the glyphs stand in their pictures. */
  readonly placement: GlyphPlacement;
}

/**
 * Draws characters in a style. Where the checkpoint carries the style's own glyph of a character its
 * advance width is known; of others it is left open.
 *
 * @param style one that the network was trained on, or a vector; glyphs of a vector are placed as
 *   those of the source font
 */
export async function stylePictures(
  drawer: GlyphDrawer,
  { glyphs, config }: Pick<LoadedStyles, 'glyphs' | 'config'>,
  style: TrainedStyle | StyleVector,
  source: Pick<SourceGlyphs, 'characters' | 'pixels'>,
  options?: DrawOptions,
): Promise<StylePictures> {
  const { imageSize } = config;
  const isVector = style instanceof Float32Array;
  const vector = isVector ? style : await drawer.vectorOf(style);
  const pixels = await drawInChunks(drawer, source.pixels, vector, {
    ...options,
    from: glyphs.imageSize ** 2,
    to: imageSize ** 2,
  });
  const advanceOf = isVector ? () => undefined : advancesOf(glyphs, style.place);
  const size = imageSize ** 2;
  return {
    glyphs: source.characters.map((character, at) => ({
      codepoint: character.codePointAt(0)!,
      pixels: pixels.subarray(at * size, (at + 1) * size),
      advance: advanceOf(character),
    })),
    placement: isVector ? placementAt(glyphs.fonts[0]!.placement, imageSize) : style.placement,
  };
}

/** Glyphs that pass through the drawer at once, which keeps them as numbers of four bytes. */
const chunk = 256;

interface ChunkOptions extends DrawOptions {
  /** Bytes of a picture before and after. */
  readonly from: number;
  readonly to: number;
}

async function drawInChunks(
  drawer: GlyphDrawer,
  sources: Uint8Array,
  vector: StyleVector,
  { from, to, signal, onProgress }: ChunkOptions,
): Promise<Uint8Array> {
  const count = sources.length / from;
  const pixels = new Uint8Array(count * to);
  for (let first = 0; first < count; first += chunk) {
    const part = sources.subarray(first * from, (first + chunk) * from);
    const progress = { onProgress: (done: number) => onProgress?.(first + done) };
    pixels.set(await drawer.draw(part, vector, { signal, ...progress }), first * to);
  }
  return pixels;
}

/** Returns what looks up the advance width of a character in a style, in ems. */
function advancesOf(
  glyphs: GlyphDataset,
  style: number,
): (character: string) => number | undefined {
  const places = new Map(glyphs.characters.map((character, place) => [character, place]));
  return (text) => {
    const character = places.get(text);
    if (character === undefined) return undefined;
    const advance = glyphs.advance({ font: style + 1, character });
    return advance > 0 ? advance : undefined;
  };
}
