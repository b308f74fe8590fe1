import { viewOf } from './unusableFont.ts';

/** What a font says about itself; empty where it says nothing. */
export interface FontNames {
  readonly family: string;
  /** `Regular`, `Bold Italic`. */
  readonly subfamily: string;
  readonly copyright: string;
  readonly license: string;
  readonly licenseUrl: string;
}

const utf16 = new TextDecoder('utf-16be');
const latin1 = new TextDecoder('latin1');

/** Reads the table `name`, in English where there is a choice; what is damaged is left empty. */
export function readFontNames(table: Uint8Array | undefined): FontNames {
  const isThere = table !== undefined && table.length >= 6;
  const texts = isThere ? readTexts(table) : new Map<number, string>();
  const text = (...ids: number[]): string =>
    ids.map((id) => texts.get(id) ?? '').find(Boolean) ?? '';
  return {
    family: text(16, 1),
    subfamily: text(17, 2),
    copyright: text(0),
    license: text(13),
    licenseUrl: text(14),
  };
}

/** Texts by their number; the records and their texts overlap neither more nor less than the table. */
function readTexts(table: Uint8Array): ReadonlyMap<number, string> {
  const view = viewOf(table);
  const count = Math.min(view.getUint16(2), Math.floor((table.length - 6) / 12));
  const strings = view.getUint16(4);
  const best = new Map<number, { text: string; rank: number }>();
  for (let place = 0; place < count; place++) {
    const at = 6 + 12 * place;
    const [platform, language, id] = [at, at + 4, at + 6].map((field) => view.getUint16(field));
    const from = strings + view.getUint16(at + 10);
    const bytes = table.subarray(from, from + view.getUint16(at + 8));
    const isEnglish =
      (platform === 3 && (language! & 0x3ff) === 9) || (platform === 1 && !language);
    const rank = (platform === 1 ? 0 : 1) + (isEnglish ? 2 : 0);
    if (id! > 17 || rank <= (best.get(id!)?.rank ?? -1)) continue;
    const text = (platform === 1 ? latin1 : utf16)
      .decode(bytes)
      .replace(/[\0\s]+/g, ' ')
      .trim();
    if (text !== '') best.set(id!, { text, rank });
  }
  return new Map([...best].map(([id, { text }]) => [id, text]));
}
