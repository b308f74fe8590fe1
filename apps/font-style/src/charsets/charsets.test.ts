import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { charactersOf, charset, charsetNames } from './charsets.ts';
import { chooseCharacters } from './chooseCharacters.ts';

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

describe('chooseCharacters', () => {
  let folder: string;
  beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), 'gan-zoo-charset-'))));
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it('adds sets, a file and a text up', async () => {
    const file = join(folder, 'text.txt');
    await writeFile(file, '永9国\n');
    const characters = await chooseCharacters({ names: ['digits'], file, text: '国A' });
    expect(characters.join('')).toBe('0123456789永国A');
  });

  it('says what is wrong with a file', async () => {
    const file = join(folder, 'gbk.txt');
    await writeFile(file, Uint8Array.of(0xb0, 0xa1));
    await expect(chooseCharacters({ file })).rejects.toThrow(
      `characters: expected ${file} to be a text in UTF-8, received other bytes. Save it as UTF-8.`,
    );
    await writeFile(file, ' \n');
    await expect(chooseCharacters({ file })).rejects.toThrow(
      `characters: expected at least one that can be drawn, received none in ${file}. ` +
        'Give others with --charset, --charset-file or --text.',
    );
    await expect(chooseCharacters({ file: join(folder, 'gone') })).rejects.toThrow(
      /^cannot read the characters .*gone/,
    );
  });
});
