import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { UsageError } from '@gan-zoo/compiler';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openPictureOutput } from './pictureOutput.ts';

let root: string;
beforeEach(async () => (root = await mkdtemp(join(tmpdir(), 'gan-zoo-output-'))));
afterEach(() => rm(root, { recursive: true }));

const open = (given: string) => openPictureOutput(given, join(root, given));

describe('openPictureOutput', () => {
  it('takes .png for a file, in any case, whether it exists or not', async () => {
    expect(await open('a.png')).toEqual({ kind: 'file', path: join(root, 'a.png') });
    await writeFile(join(root, 'B.PNG'), '');
    expect((await open('B.PNG')).kind).toBe('file');
  });

  it('takes other names for folders: without extension, with a number, with a slash', async () => {
    for (const name of ['new', 'width-0.5', 'v1.x/', 'deep/er']) {
      expect(await open(name)).toEqual({ kind: 'folder', path: join(root, name) });
    }
    await mkdir(join(root, 'odd.jpg'));
    expect((await open('odd.jpg')).kind).toBe('folder');
  });

  it('refuses other extensions', async () => {
    await expect(open('a.jpg')).rejects.toThrow(UsageError);
    await expect(open('a.jpg')).rejects.toThrow(
      '--out: expected a file that ends in .png, or a folder, received "a.jpg". ' +
        'Pictures are written as png; a folder with a dot in its name ends in /.',
    );
  });

  it('refuses a folder that holds something, hidden files aside', async () => {
    const folder = join(root, 'mine');
    await mkdir(folder);
    await writeFile(join(folder, '.hidden'), '');
    expect((await open('mine')).kind).toBe('folder');
    for (const name of ['d', 'c', 'b', 'a']) await writeFile(join(folder, name), '');
    await expect(open('mine')).rejects.toThrow(
      `--out: expected a new or empty folder, received ${folder} with 4 entries (a, b, c, …). ` +
        'Nothing was changed. Choose another --out.',
    );
  });

  it('refuses a file in the place of a folder', async () => {
    await writeFile(join(root, 'file'), '');
    await expect(open('file')).rejects.toThrow(
      `--out: expected a new or empty folder, received ${join(root, 'file')}: ` +
        'a part of the path is not a folder. Choose another --out.',
    );
  });
});
