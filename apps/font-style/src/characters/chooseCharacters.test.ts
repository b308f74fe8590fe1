import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chooseCharacters } from './chooseCharacters.ts';

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
