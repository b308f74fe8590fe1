import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { UserError } from '@gan-zoo/compiler';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { writeFileAtomically } from './atomicFile.ts';
import { explainFileError } from './fileErrors.ts';

let folder: string;
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'atomic-'))));
afterEach(() => {
  chmodSync(folder, 0o755);
  rmSync(folder, { recursive: true });
});

const systemError = (code: string) => Object.assign(new Error(`${code}: it failed`), { code });

describe('writeFileAtomically', () => {
  it('writes texts, bytes and parts', async () => {
    const path = join(folder, 'file');
    await writeFileAtomically(path, 'grüße\n');
    expect(readFileSync(path, 'utf8')).toBe('grüße\n');
    await writeFileAtomically(path, Uint8Array.of(0, 255, 7));
    expect([...readFileSync(path)]).toEqual([0, 255, 7]);
    await writeFileAtomically(path, ['header', Uint8Array.of(65, 66), '']);
    expect(readFileSync(path, 'utf8')).toBe('headerAB');
    await writeFileAtomically(path, []);
    expect(readFileSync(path, 'utf8')).toBe('');
    expect(readdirSync(folder)).toEqual(['file']);
  });

  it('shows the old content until the new one is whole', async () => {
    const path = join(folder, 'file');
    writeFileSync(path, 'old');
    const seen: string[] = [];
    async function* parts() {
      for (let part = 0; part < 3; part++) {
        seen.push(readFileSync(path, 'utf8'));
        yield await Promise.resolve('new ');
      }
    }
    await writeFileAtomically(path, parts());
    expect(seen).toEqual(['old', 'old', 'old']);
    expect(readFileSync(path, 'utf8')).toBe('new new new ');
  });

  it('keeps the old content and leaves nothing behind when the disk fills up', async () => {
    const path = join(folder, 'weights.safetensors');
    writeFileSync(path, 'old');
    function* parts() {
      yield Buffer.alloc(100_000);
      throw systemError('ENOSPC');
    }
    const error: unknown = await writeFileAtomically(path, parts(), 'the checkpoint').catch(
      (thrown: unknown) => thrown,
    );
    expect(error).toBeInstanceOf(UserError);
    expect(error).toMatchObject({
      message: `cannot write the checkpoint ${path}: the disk is full. Free some space, or choose another place with --out (ENOSPC).`,
      cause: { code: 'ENOSPC' },
    });
    expect(readFileSync(path, 'utf8')).toBe('old');
    expect(readdirSync(folder)).toEqual(['weights.safetensors']);
  });

  it('says when the folder is missing or no folder', async () => {
    const missing = join(folder, 'none', 'file');
    await expect(writeFileAtomically(missing, 'x')).rejects.toThrow(
      `cannot write the file ${missing}: its folder does not exist. Create the folder, or correct the path (ENOENT).`,
    );
    writeFileSync(join(folder, 'file'), '');
    const below = join(folder, 'file', 'file');
    await expect(writeFileAtomically(below, 'x')).rejects.toThrow(
      `cannot write the file ${below}: a part of the path is a file, not a folder. Correct the path (ENOTDIR).`,
    );
  });

  it('does not replace a folder', async () => {
    const path = join(folder, 'folder');
    mkdirSync(join(path, 'sub'), { recursive: true });
    await expect(writeFileAtomically(path, 'x')).rejects.toThrow(
      /^cannot write the file .*folder: .*\((EISDIR|EPERM|EEXIST|ENOTEMPTY)\)\.$/,
    );
    expect(readdirSync(folder)).toEqual(['folder']);
  });

  // The superuser may write everywhere.
  it.skipIf(process.platform === 'win32' || process.getuid?.() === 0)(
    'says when permission is missing',
    async () => {
      chmodSync(folder, 0o555);
      const path = join(folder, 'file');
      await expect(writeFileAtomically(path, 'x')).rejects.toThrow(
        `cannot write the file ${path}: permission is missing.`,
      );
    },
  );

  it('hands on faults that are not of the file system', async () => {
    function* parts(): Iterable<string> {
      yield 'x';
      throw new TypeError('a bug');
    }
    await expect(writeFileAtomically(join(folder, 'file'), parts())).rejects.toThrow(TypeError);
    expect(readdirSync(folder)).toEqual([]);
  });

  it('lets the last of many writers win, whole', async () => {
    const path = join(folder, 'file');
    const contents = Array.from({ length: 20 }, (_, index) => String(index).repeat(1000));
    await Promise.all(contents.map((content) => writeFileAtomically(path, content)));
    expect(contents).toContain(readFileSync(path, 'utf8'));
    expect(readdirSync(folder)).toEqual(['file']);
  });
});

describe('explainFileError', () => {
  it.each([
    ['ENOSPC', 'the disk is full. Free some space, or choose another place with --out'],
    ['EDQUOT', 'your disk quota is used up. Free some space, or choose another place with --out'],
    ['EACCES', 'permission is missing. Change the permissions, or choose another place with --out'],
    ['EPERM', 'permission is missing. Change the permissions, or choose another place with --out'],
    ['EROFS', 'the file system is read-only. Choose another place with --out'],
    ['EFBIG', 'the file would be larger than this system allows. Raise the limit (ulimit -f)'],
    ['EIO', 'the disk reports a fault. Check the disk, or choose another place with --out'],
  ])('explains %s', (code, reason) => {
    const error = explainFileError(systemError(code), 'write the grid', '/runs/a/grid.png');
    expect(error).toBeInstanceOf(UserError);
    expect((error as Error).message).toBe(
      `cannot write the grid /runs/a/grid.png: ${reason} (${code}).`,
    );
  });

  it('leaves other errors as they are', () => {
    for (const error of [systemError('EBADF'), new RangeError('x'), undefined, 'text']) {
      expect(explainFileError(error, 'write', '/x')).toBe(error);
    }
  });
});
