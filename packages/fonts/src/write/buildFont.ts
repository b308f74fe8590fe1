import opentype from 'opentype.js';
import { FontError } from '../fontError.ts';
import type { OutlineStep } from '../outline.ts';
import { isFullWidth } from '../trace/glyphWidth.ts';
import type { TracedGlyph } from '../trace/traceGlyph.ts';
import { stampFont } from './stampFont.ts';

/** Font units per em. */
export const unitsPerEm = 1000;

/** What a font says about itself. */
export interface ExportNames {
  /** Name of the family in printable ASCII, as menus show it: `Brush of Mine`. */
  readonly family: string;
  /** Default `Regular`. */
  readonly style?: string | undefined;
  /** Default `Version 1.000`. */
  readonly version?: string | undefined;
  readonly designer?: string | undefined;
  readonly description?: string | undefined;
  /** Licence text or name. It must suit what the glyphs derive from. */
  readonly license?: string | undefined;
  readonly licenseUrl?: string | undefined;
  readonly copyright?: string | undefined;
}

/** What {@link buildFont} makes a font of. */
export interface BuildFontOptions {
  readonly names: ExportNames;
  readonly glyphs: readonly TracedGlyph[];
  /** Top and bottom of a line in ems; default: .88 and -.12, or what the ink needs. */
  readonly ascender?: number | undefined;
  readonly descender?: number | undefined;
  /** Advance width of the space in ems; default .3. */
  readonly spaceAdvance?: number | undefined;
  /** The date that the font carries; default now. */
  readonly created?: Date | undefined;
}

const [space, noBreakSpace, wideSpace] = [0x20, 0xa0, 0x3000];

/**
 * Puts outlines together as an OpenType font (CFF): a box for missing characters, the spaces, then
 * the glyphs by code point.
 *
 * @throws FontError for names that a font cannot carry, or more than 65,532 glyphs
 */
export function buildFont(options: BuildFontOptions): Uint8Array<ArrayBuffer> {
  const { names, glyphs, spaceAdvance = 0.3, created = new Date() } = options;
  assertNames(names);
  assertCount(glyphs.length);
  const sorted = [...glyphs].sort((a, b) => a.codepoint - b.codepoint);
  const isWide = sorted.some(({ codepoint }) => isFullWidth(codepoint));
  const made = [
    glyphOf('.notdef', [], isWide ? unitsPerEm : 500, notdefBox(isWide ? unitsPerEm : 500)),
    glyphOf('space', [space, noBreakSpace], Math.round(spaceAdvance * unitsPerEm), []),
    ...(isWide ? [glyphOf(nameOf(wideSpace), [wideSpace], unitsPerEm, [])] : []),
    ...sorted.map(({ codepoint, advanceWidth, commands }) =>
      glyphOf(nameOf(codepoint), [codepoint], advanceWidth, commands),
    ),
  ];
  const font = new opentype.Font({
    ...textsOf(names),
    ...{ unitsPerEm, ...lineOf(options), glyphs: made },
    tables: { os2: supportOf(sorted) },
  } as opentype.FontConstructorOptions);
  return stampFont(new Uint8Array(font.toArrayBuffer()), created);
}

function glyphOf(
  name: string,
  unicodes: readonly number[],
  advanceWidth: number,
  commands: readonly OutlineStep[],
): opentype.Glyph {
  const path = new opentype.Path();
  path.commands = [...commands];
  const [unicode] = unicodes;
  return new opentype.Glyph({
    ...{ name, advanceWidth, path, unicodes: [...unicodes] },
    // What opentype.js writes is not measured: 0 unless it is told.
    leftSideBearing: Math.round(path.getBoundingBox().x1),
    ...(unicode === undefined ? {} : { unicode }),
  });
}

/** Names as Adobe's glyph list has it for all characters: `uni4E00`, `u20BB7`. */
function nameOf(codepoint: number): string {
  const digits = codepoint.toString(16).toUpperCase().padStart(4, '0');
  return codepoint > 0xffff ? `u${digits}` : `uni${digits}`;
}

/** An empty box: its outside counter-clockwise, its inside the other way around. */
function notdefBox(width: number): readonly OutlineStep[] {
  const [left, right, bottom, top, line] = [60, width - 60, 0, 760, 40];
  const box = (corners: readonly (readonly [number, number])[]): readonly OutlineStep[] => [
    ...corners.map(([x, y], place) => ({ type: place === 0 ? 'M' : 'L', x, y }) as const),
    { type: 'Z' },
  ];
  const [l, r, b, t] = [left + line, right - line, bottom + line, top - line];
  return [
    ...box([[left, bottom], [right, bottom], [right, top], [left, top]]), // prettier-ignore
    ...box([[l, b], [l, t], [r, t], [r, b]]), // prettier-ignore
  ];
}

/** Fields without a text hold a space: opentype.js writes every field. */
function textsOf(names: ExportNames) {
  const { family, style = 'Regular', version = 'Version 1.000' } = names;
  return {
    familyName: family,
    styleName: style,
    fullName: `${family} ${style}`,
    postScriptName: postScriptName(family, style),
    version,
    designer: names.designer,
    description: names.description,
    license: names.license,
    licenseURL: names.licenseUrl,
    copyright: names.copyright,
  };
}

/** At most 63 letters without spaces, brackets, slashes and percent signs. */
const postScriptName = (family: string, style: string): string =>
  `${family}-${style}`.replace(/[^\w.-]/g, '').slice(0, 63);

/** Top and bottom of a line in font units. */
function lineOf({ glyphs, ascender, descender }: BuildFontOptions) {
  let [top, bottom] = [0.88 * unitsPerEm, -0.12 * unitsPerEm];
  for (const { commands } of glyphs) {
    for (const command of commands) {
      if (command.type === 'Z') continue;
      top = Math.max(top, command.y);
      bottom = Math.min(bottom, command.y);
    }
  }
  return {
    ascender: ascender === undefined ? top : Math.round(ascender * unitsPerEm),
    descender: descender === undefined ? bottom : Math.round(descender * unitsPerEm),
  };
}

/** Bits by which systems tell for which languages a font is good. */
const codePages = { latin1: 1 << 0, japanese: 1 << 17, simplifiedChinese: 1 << 18 } as const;

function supportOf(glyphs: readonly TracedGlyph[]) {
  const text = glyphs.map(({ codepoint }) => String.fromCodePoint(codepoint)).join('');
  const pages = [
    /[A-Za-z]/.test(text) ? codePages.latin1 : 0,
    /[\p{Script=Hiragana}\p{Script=Katakana}]/u.test(text) ? codePages.japanese : 0,
    /\p{Script=Han}/u.test(text) ? codePages.simplifiedChinese : 0,
  ];
  const last = glyphs.at(-1)?.codepoint ?? noBreakSpace;
  return {
    ulCodePageRange1: pages.reduce((bits, page) => bits | page, 0),
    usLastCharIndex: Math.min(0xffff, Math.max(last, noBreakSpace)),
    usWeightClass: 400,
  };
}

function assertNames({ family, style = 'Regular' }: ExportNames): void {
  for (const [field, text] of [
    ['family', family],
    ['style', style],
  ] as const) {
    // prettier-ignore
    if (/^[\x21-\x7e]([\x20-\x7e]*[\x21-\x7e])?$/.test(text) && text.length <= 31 && /\w/.test(text)) {
      continue;
    }
    throw new FontError(
      `font: expected the name of the ${field} to have 1 to 31 letters, digits and signs of ASCII, ` +
        `received "${text}". Choose another name.`,
    );
  }
}

/** Glyphs are counted with 16 bits; three are our own. */
const mostGlyphs = 0xffff - 3;

function assertCount(count: number): void {
  if (count <= mostGlyphs) return;
  throw new FontError(
    `font: expected at most ${mostGlyphs} glyphs, received ${count}. Choose fewer characters.`,
  );
}
