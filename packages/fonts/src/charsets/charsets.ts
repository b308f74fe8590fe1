import { gb2312Level1 } from './gb2312.ts';
import { joyo } from './joyo.ts';

/** Characters from one code point to another, both included. */
const range = (first: string, last: string): string => {
  const [from, to] = [first.codePointAt(0)!, last.codePointAt(0)!];
  return Array.from({ length: to - from + 1 }, (_, place) =>
    String.fromCodePoint(from + place),
  ).join('');
};

const charsetTexts = {
  'gb2312-level1': gb2312Level1,
  joyo: () => joyo,
  kana: () => range('ぁ', 'ゖ') + range('ァ', 'ヺ') + 'ー',
  latin: () => range('A', 'Z') + range('a', 'z'),
  digits: () => range('0', '9'),
} as const satisfies Record<string, () => string>;

/** Name of a character set. */
export type CharsetName = keyof typeof charsetTexts;

/** All names, for options. */
export const charsetNames = Object.keys(charsetTexts) as [CharsetName, ...CharsetName[]];

/**
 * The characters of a named set, in its usual order: `gb2312-level1` 3,755, `joyo` 2,136, `kana`
 * 177 (hiragana, katakana and the mark of length), `latin` 52 letters, `digits` 10.
 */
export const charset = (name: CharsetName): readonly string[] => charactersOf(charsetTexts[name]());

/** The different characters of a text in order; white space and control characters are none. */
export function charactersOf(text: string): readonly string[] {
  const drawable = [...text].filter((character) => !/[\s\p{C}\p{M}]/u.test(character));
  return [...new Set(drawable)];
}
