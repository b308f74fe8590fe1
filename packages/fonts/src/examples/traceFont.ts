/* eslint-disable no-console */
import { writeFile } from 'node:fs/promises';
import { charactersOf, drawFont, exportFont, openFont, placeFont } from '../index.ts';

const [from, to] = process.argv.slice(2) as [string, string];
const font = await openFont([from]);
const characters = charactersOf('Hamburgefonstiv');
const codepoints = characters.map((character) => character.codePointAt(0)!);
const placement = placeFont(font, 'em', codepoints, 128);
const drawn = await drawFont(font, characters, { placement, pack: (pixels) => pixels });
const glyphs = drawn.glyphs.flatMap((glyph, at) =>
  glyph ? [{ codepoint: codepoints[at]!, pixels: glyph.packed, advance: glyph.advance }] : [],
);
const { bytes, report } = await exportFont({ glyphs, placement, names: { family: 'Traced' } });
await writeFile(to, bytes);
console.log(report);
