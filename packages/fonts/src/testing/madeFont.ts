import opentype from 'opentype.js';

type Draw = (path: opentype.Path) => void;

const box =
  (left: number, bottom: number, right: number, top: number): Draw =>
  (path) => {
    path.moveTo(left, bottom);
    path.lineTo(left, top);
    path.lineTo(right, top);
    path.lineTo(right, bottom);
    path.close();
  };

/** What a made font draws: nothing for `undefined`. */
export type MadeGlyphs = Readonly<
  Record<string, readonly [number, number, number, number] | undefined>
>;

/**
 * Makes an OpenType font with CFF outlines: boxes given as left, bottom, right, top in thousandths
 * of an em; glyph 0 is a box that stands for missing characters.
 */
export function otfBytes(glyphs: MadeGlyphs, family = 'Boxes'): Uint8Array {
  const glyph = (name: string, unicode: number | undefined, draw: Draw | undefined) => {
    const path = new opentype.Path();
    draw?.(path);
    const code = unicode === undefined ? {} : { unicode };
    return new opentype.Glyph({ name, ...code, advanceWidth: 1000, path });
  };
  const made = Object.entries(glyphs).map(([character, corners], place) =>
    glyph(`glyph${place}`, character.codePointAt(0), corners && box(...corners)),
  );
  const font = new opentype.Font({
    ...{
      familyName: family,
      styleName: 'Regular',
      unitsPerEm: 1000,
      ascender: 800,
      descender: -200,
    },
    glyphs: [glyph('.notdef', undefined, box(100, 0, 900, 700)), ...made],
  });
  return new Uint8Array(font.toArrayBuffer());
}
