import { isFullWidth } from '@gan-zoo/fonts';

/** A character with its place on a page, in ems. */
export interface PlacedCharacter {
  readonly character: string;
  /** From the left of the text to the glyph's origin. */
  readonly x: number;
  readonly line: number;
}

/** A text in lines. */
export interface TextLayout {
  /** All characters but spaces and ends of lines. */
  readonly placed: readonly PlacedCharacter[];
  readonly lines: number;
}

/** Marks that no line begins with. */
const closing = /^[,.!?;:)\]}’”、。，．！？；：）」』】〉》…ー]$/u;

/**
 * Breaks a text into lines: at its own line ends; where a line is full at spaces, and between
 * characters of full width, but not before closing marks. What is too long for a line stands alone
 * in one and goes beyond it.
 *
 * @param advanceOf room of a character in ems; also of the space
 * @param width of a line in ems
 */
export function layoutText(
  text: string,
  advanceOf: (character: string) => number,
  width: number,
): TextLayout {
  const placed: PlacedCharacter[] = [];
  let line = 0;
  for (const paragraph of text.split(/\r?\n/)) {
    let x = 0;
    for (const part of partsOf(paragraph)) {
      const letters = [...part];
      const room = letters.reduce((sum, letter) => sum + advanceOf(letter), 0);
      const isSpace = part.trim() === '';
      // Sums of advances are not exact.
      if (!isSpace && x > 0 && x + room > width + 1e-9) {
        line++;
        x = 0;
      }
      for (const character of letters) {
        if (!isSpace) placed.push({ character, x, line });
        x += advanceOf(character);
      }
    }
    line++;
  }
  return { placed, lines: line };
}

/**
 * Divides a line into what is not broken: words, single characters of full width with the closing
 * marks behind them, and runs of spaces.
 */
export function partsOf(paragraph: string): readonly string[] {
  const parts: string[] = [];
  let previous: 'start' | 'space' | 'wide' | 'word' = 'start';
  for (const character of paragraph) {
    const isSpace = character.trim() === '';
    const kind = isSpace ? 'space' : isFullWidth(character.codePointAt(0)!) ? 'wide' : 'word';
    const joins =
      (kind === previous && kind !== 'wide') ||
      (closing.test(character) && (previous === 'word' || previous === 'wide'));
    if (joins) parts[parts.length - 1] += character;
    else parts.push(character);
    if (!joins || kind !== 'wide') previous = kind;
  }
  return parts;
}
