import { dataAddress, escapeHtml, htmlPage } from './htmlPage.ts';

/** What {@link fontSpecimen} shows. */
export interface FontSpecimenOptions {
  readonly title: string;
  /** Bytes of an `.otf` file. */
  readonly font: Uint8Array;
  readonly text: string;
  /** All characters of the font, to be shown one by one; default none. */
  readonly characters?: readonly string[] | undefined;
  /** BCP 47; default `zh-Hans`. */
  readonly language?: string | undefined;
}

/** Sizes of the text in CSS pixels. */
const sizes = [96, 48, 28, 18];

/** Name of the font within the page, unlike that of any installed font. */
const family = 'specimen-of-this-page';

/**
 * Sets a text in a font at several sizes, as a web page that carries the font. Browsers take other
 * fonts for characters that it lacks.
 */
export function fontSpecimen(options: FontSpecimenOptions): string {
  const { title, font, text, characters = [], language = 'zh-Hans' } = options;
  const paragraphs = text
    .split(/\r?\n/)
    .map((line) => `<p>${escapeHtml(line)}</p>`)
    .join('');
  const sections = sizes.map(
    (size) =>
      `<h2>${size} px</h2>\n<div class="sample" style="font-size:${size}px">${paragraphs}</div>`,
  );
  const cells = characters.map((character) => `<span>${escapeHtml(character)}</span>`).join('');
  const all =
    characters.length === 0
      ? []
      : [`<h2>${characters.length} characters</h2>\n<div class="all">${cells}</div>`];
  return htmlPage({
    ...{ title, language, style: styleOf(font) },
    body: [...sections, ...all].join('\n'),
  });
}

const styleOf = (font: Uint8Array): string => `@font-face {
  font-family: '${family}';
  src: url(${dataAddress('font/otf', font)}) format('opentype');
  font-display: block;
}
.sample, .all { font-family: '${family}'; line-height: 1.3; overflow-wrap: anywhere; }
.sample p { margin: 0; }
.all { font-size: 32px; display: flex; flex-wrap: wrap; gap: .25em; }
.all span { min-width: 1em; text-align: center; }`;
