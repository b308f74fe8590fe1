import { describe, expect, it } from 'vitest';
import { charactersOf, charset, charsetNames } from './charsets.ts';

describe('charset', () => {
  it('has as many different characters as each list is known to have', () => {
    const counts = charsetNames.map((name) => [name, charset(name).length]);
    expect(Object.fromEntries(counts)).toEqual({
      'gb2312-level1': 3755,
      joyo: 2136,
      kana: 177,
      latin: 52,
      digits: 10,
    });
  });

  it('begins and ends where the lists do', () => {
    const ends = charsetNames.map((name) => `${charset(name)[0]}${charset(name).at(-1)}`);
    expect(ends).toEqual(['啊座', '一𠮟', 'ぁー', 'Az', '09']);
  });

  it('holds kanji of the list of 2010 and none that were struck from it', () => {
    const joyo = charset('joyo').join('');
    for (const kanji of '塡剝頰鬱媛𠮟') expect(joyo).toContain(kanji);
    for (const kanji of '勺匁脹銑錘叱') expect(joyo).not.toContain(kanji);
  });
});

it('charactersOf takes each drawable character once', () => {
  expect(charactersOf('b a\nb𠮟a\t\u200b𠮟\u0301')).toEqual(['b', 'a', '𠮟']);
});
