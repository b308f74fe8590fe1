import type { Font } from 'opentype.js';

/** What one glyph may call at most; real ones call some dozens. */
export const maxSubroutineCalls = 20_000;

/** How many calls the glyph that is being read has left. */
export interface SubroutineCalls {
  left: number;
}

/** A dictionary of opentype.js with subroutines: their bytes by number. */
interface SubroutineDict {
  _subrs?: readonly number[][];
}

/** Where opentype.js keeps the subroutines of CFF outlines. */
interface SubroutineLists {
  gsubrs?: readonly number[][];
  readonly tables: {
    readonly cff?: {
      readonly topDict?: SubroutineDict & { readonly _fdArray?: readonly SubroutineDict[] };
    };
  };
}

/**
 * Makes a font count the calls of its subroutines and fail when none are left: a few that call
 * each other twice would otherwise keep a glyph busy for ever.
 *
 * @param font parsed, with CFF outlines; its lists are replaced
 */
export function countSubroutineCalls(font: Font): SubroutineCalls {
  const calls: SubroutineCalls = { left: maxSubroutineCalls };
  const counted = (list: readonly number[][]): readonly number[][] =>
    new Proxy(list, {
      get: (target, key) => {
        const isCall = typeof key === 'string' && /^\d+$/.test(key);
        if (isCall && calls.left-- <= 0) throw new RangeError('too many subroutine calls');
        return Reflect.get(target, key) as unknown;
      },
    });
  const lists = font as unknown as SubroutineLists;
  if (lists.gsubrs) lists.gsubrs = counted(lists.gsubrs);
  const top = lists.tables.cff?.topDict;
  for (const dict of [top, ...(top?._fdArray ?? [])]) {
    if (dict?._subrs) dict._subrs = counted(dict._subrs);
  }
  return calls;
}
