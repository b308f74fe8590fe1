import type { GlyphPlacement } from '@gan-zoo/fonts';
import sharp from 'sharp';
import { glyphSheet, type PictureFont, type SheetGlyph } from './glyphSheet.ts';
import { dataAddress, escapeHtml, htmlPage } from './htmlPage.ts';
import { partsOf } from './layoutText.ts';

/** What {@link pictureSpecimen} shows. */
export interface PictureSpecimenOptions {
  readonly title: string;
  readonly font: PictureFont;
  readonly text: string;
  /** BCP 47; default `zh-Hans`. */
  readonly language?: string | undefined;
}

/** What {@link stylesSpecimen} shows. */
export interface StylesSpecimenOptions extends Omit<PictureSpecimenOptions, 'font'> {
  /** The text is set once in each. */
  readonly sections: readonly SpecimenSection[];
}

/** A part of a page. */
export interface SpecimenSection {
  /** Plain text; default none. */
  readonly heading?: string | undefined;
  readonly font: PictureFont;
}

/**
 * Sets a text in pictures of glyphs, as a web page that needs no other files. The text can be
 * marked, copied and read aloud; characters without a picture stand in a frame.
 */
export const pictureSpecimen = ({ font, ...options }: PictureSpecimenOptions): Promise<string> =>
  stylesSpecimen({ ...options, sections: [{ font }] });

/** Sets a text in several styles, one section for each; otherwise as {@link pictureSpecimen}. */
export async function stylesSpecimen(options: StylesSpecimenOptions): Promise<string> {
  const { title, sections, text, language = 'zh-Hans' } = options;
  const parts = await Promise.all(
    sections.map((section, place) => setSection(section, `s${place}`, text)),
  );
  return htmlPage({
    ...{ title, language },
    style: [commonStyle, ...parts.map(({ style }) => style)].join('\n'),
    body: parts.map(({ body }) => body).join('\n'),
  });
}

/** @param scope class of the section, which keeps its pictures apart from those of others */
async function setSection({ heading, font }: SpecimenSection, scope: string, text: string) {
  const { glyphs } = glyphSheet(font);
  const used = [...new Set(text)].filter((character) => glyphs.has(character));
  const rules = await Promise.all(
    used.map((character) => ruleOf(character, glyphs.get(character)!, font.placement)),
  );
  const lines = text.split(/\r?\n/).map((line) => {
    const words = partsOf(line).map((part) => {
      const spans = [...part].map((character) => spanOf(character, glyphs.has(character)));
      return spans.length === 1 ? spans[0]! : `<span class="word">${spans.join('')}</span>`;
    });
    return `<p>${words.join('')}</p>`;
  });
  const head = heading === undefined ? [] : [`<h2>${escapeHtml(heading)}</h2>`];
  return {
    style: [...fontRules(font), ...rules.flat()].map((rule) => `.${scope} ${rule}`).join('\n'),
    body: [`<section class="${scope}">`, ...head, ...lines, '</section>'].join('\n'),
  };
}

const classOf = (character: string): string => `u${character.codePointAt(0)!.toString(16)}`;

function spanOf(character: string, hasPicture: boolean): string {
  if (hasPicture)
    return `<span class="glyph ${classOf(character)}">${escapeHtml(character)}</span>`;
  if (character === '\u3000') return '<span class="wide space"> </span>';
  if (character.trim() === '') return '<span class="space"> </span>';
  return `<span class="missing">${escapeHtml(character)}</span>`;
}

/** Lengths in ems of the page's text, in which an em of the pictures is one em. */
const commonStyle = `p { font-size: 4rem; line-height: 1.3; margin: 0; min-height: 1.3em; }
.word { white-space: nowrap; }
.glyph { position: relative; display: inline-block; height: 1.3em; color: transparent;
  vertical-align: top; overflow: visible; white-space: pre; }
.glyph::selection { background: #cde; }
.glyph::before { content: ''; position: absolute; background-size: 100% 100%;
  mix-blend-mode: multiply; pointer-events: none; }
.space { display: inline-block; white-space: pre; }
.missing { display: inline-block; outline: 1px solid #999; font-size: .5em; }`;

function fontRules({ placement, spaceAdvance = 0.3 }: PictureFont): string[] {
  const { imageSize, pixelsPerEm, baseline } = placement;
  const side = em(imageSize / pixelsPerEm);
  const top = em(0.95 - baseline / pixelsPerEm);
  return [
    `.glyph::before { width: ${side}; height: ${side}; top: ${top}; }`,
    `.space { width: ${em(spaceAdvance)}; }`,
    '.wide.space { width: 1em; }',
  ];
}

async function ruleOf(
  character: string,
  { pixels, advance, left }: SheetGlyph,
  { imageSize, pixelsPerEm }: GlyphPlacement,
): Promise<string[]> {
  const raw = { width: imageSize, height: imageSize, channels: 1 } as const;
  const png = await sharp(pixels, { raw }).png({ compressionLevel: 9 }).toBuffer();
  const name = classOf(character);
  return [
    `.${name} { width: ${em(advance)}; }`,
    `.${name}::before { left: ${em(-left / pixelsPerEm)}; ` +
      `background-image: url(${dataAddress('image/png', png)}); }`,
  ];
}

const em = (length: number): string => `${length.toFixed(4)}em`;
