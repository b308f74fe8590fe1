import type * as FileSystem from 'node:fs/promises';
import { afterEach, expect, it, vi } from 'vitest';
import { openImageFolder } from './openImageFolder.ts';
import { pattern, testFolder } from './testFolder.ts';

let isLocked = true;
let failingCode = 'EACCES';
const refusal = () => Object.assign(new Error(`${failingCode}: no`), { code: failingCode });

// Permission bits do not bind an administrator, so the refusal is played.
vi.mock('node:fs/promises', async (original) => {
  const real = await original<typeof FileSystem>();
  const guard =
    <Values extends unknown[], Result>(call: (...values: Values) => Promise<Result>) =>
    (...values: Values) =>
      isLocked && String(values[0]).endsWith('locked.png')
        ? Promise.reject(refusal())
        : call(...values);
  return { ...real, readFile: guard(real.readFile), access: guard(real.access) };
});

afterEach(() => {
  isLocked = true;
  failingCode = 'EACCES';
});

it('skips a file that may not be read and tries again when it may', async () => {
  const [images, cache] = await Promise.all([testFolder(), testFolder()]);
  await images.add('a.png', await pattern(1));
  await images.add('locked.png', await pattern(2));
  const open = async () => {
    const dataset = await openImageFolder({
      folder: images.path,
      imageSize: 16,
      cacheFolder: cache.path,
    });
    await dataset.close();
    return dataset;
  };
  const first = await open();
  expect(first.paths).toEqual(['a.png']);
  expect(first.skipped).toEqual([{ path: 'locked.png', reason: 'permission denied' }]);
  expect((await open()).fromCache).toBe(true);
  isLocked = false;
  const unlocked = await open();
  expect(unlocked.fromCache).toBe(false);
  expect(unlocked.paths).toEqual(['a.png', 'locked.png']);
  expect((await open()).fromCache).toBe(true);
  await Promise.all([images.remove(), cache.remove()]);
});

it('does not blame a file when the machine has no file handles left', async () => {
  const [images, cache] = await Promise.all([testFolder(), testFolder()]);
  await images.add('locked.png', await pattern(2));
  failingCode = 'EMFILE';
  await expect(
    openImageFolder({ folder: images.path, imageSize: 16, cacheFolder: cache.path }),
  ).rejects.toThrow('EMFILE');
  await Promise.all([images.remove(), cache.remove()]);
});
