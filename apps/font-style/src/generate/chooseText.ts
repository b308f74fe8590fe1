import { charactersOf, type CharsetName } from '@gan-zoo/fonts';
import { chooseCharacters } from '../characters/index.ts';

/** What the user wants to see. */
export interface TextOptions {
  readonly text?: string | undefined;
  readonly charset?: readonly CharsetName[] | undefined;
  /** Absolute path. */
  readonly charsetFile?: string | undefined;
}

/** A text with the characters that it takes. */
export interface ChosenText {
  readonly text: string;
  /** Each once. */
  readonly characters: readonly string[];
}

/** Tried in this order: lines from the Thousand Character Classic, the Iroha, and a pangram. */
const texts = [
  '天地玄黄宇宙洪荒\n寒来暑往秋收冬藏',
  'いろはにほへと\nちりぬるを',
  'The quick brown fox\njumps over the lazy dog',
];

/** Characters that are shown where no text fits. */
const fewCharacters = 32;

/**
 * The text to set: what the user gives, characters of sets and files behind it.
 *
 * @param known characters of the data set; without options a text of these is taken
 * @throws UserError as `chooseCharacters`
 */
export async function chooseText(
  { text, charset: names, charsetFile: file }: TextOptions,
  known: readonly string[],
): Promise<ChosenText> {
  const isList = names !== undefined || file !== undefined;
  const listed = isList ? await chooseCharacters({ names, file }) : [];
  const parts = [text ?? '', listed.join('')].filter((part) => part !== '');
  const chosen = parts.length === 0 ? defaultText(known) : parts.join('\n');
  return { text: chosen, characters: await chooseCharacters({ text: chosen }) };
}

function defaultText(known: readonly string[]): string {
  const set = new Set(known);
  const fits = (text: string): boolean => charactersOf(text).every((each) => set.has(each));
  return texts.find(fits) ?? known.slice(0, fewCharacters).join('');
}

/** The language of a text, which decides how browsers set it; BCP 47. */
export function languageOf(text: string): string {
  if (/[\p{Script=Hiragana}\p{Script=Katakana}]/u.test(text)) return 'ja';
  return /\p{Script=Han}/u.test(text) ? 'zh-Hans' : 'en';
}
