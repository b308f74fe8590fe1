import { open as openFile, readdir, symlink, truncate, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { openImageFolder, type ImageFolderOptions } from './openImageFolder.ts';
import { pattern, plain, testFolder, type TestFolder } from './testFolder.ts';

let images: TestFolder;
let cache: TestFolder;

beforeEach(async () => {
  [images, cache] = await Promise.all([testFolder(), testFolder()]);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await Promise.all([images.remove(), cache.remove()]);
});

const open = (options: Partial<ImageFolderOptions> = {}) =>
  openImageFolder({ folder: images.path, imageSize: 16, cacheFolder: cache.path, ...options });

/** Opens, reads everything and closes. */
async function load(options: Partial<ImageFolderOptions> = {}) {
  const dataset = await open(options);
  const pixels = await dataset.read(dataset.paths.map((_, index) => index));
  await dataset.close();
  return { dataset, pixels };
}

/** The pixel in the middle of the only image. */
async function middle(options: Partial<ImageFolderOptions> = {}): Promise<number[]> {
  const { dataset, pixels } = await load(options);
  expect(dataset.count).toBe(1);
  const at = (8 * 16 + 8) * dataset.channels;
  return [...pixels.subarray(at, at + dataset.channels)];
}

function expectNear(received: readonly number[], expected: readonly number[], within: number) {
  expect(received).toHaveLength(expected.length);
  received.forEach((value, index) =>
    expect(Math.abs(value - expected[index]!)).toBeLessThanOrEqual(within),
  );
}

describe('openImageFolder: formats', () => {
  const colour = '#c03050';
  it.each([
    ['png', () => plain(colour).png()],
    ['PNG', () => plain(colour).png({ palette: true })],
    ['jpg', () => plain(colour).jpeg()],
    ['JPEG', () => plain(colour).jpeg({ progressive: true })],
    ['webp', () => plain(colour).webp()],
    ['gif', () => plain(colour).gif()],
    ['avif', () => plain(colour).avif()],
    ['tiff', () => plain(colour).tiff()],
  ])('reads %s', async (extension, picture) => {
    await images.add(`a.${extension}`, await picture().toBuffer());
    expectNear(await middle(), [0xc0, 0x30, 0x50], 4);
  });

  it('lays transparency on white', async () => {
    const glass = { r: 255, g: 0, b: 0, alpha: 0.5 };
    const picture = sharp({ create: { width: 20, height: 20, channels: 4, background: glass } });
    await images.add('a.webp', await picture.webp({ lossless: true }).toBuffer());
    expectNear(await middle(), [255, 127, 127], 1);
  });

  it('reads grey, with alpha, in 16 bits and as colour', async () => {
    const level = 100;
    const grey = sharp(new Uint8Array(400).fill(level), {
      raw: { width: 20, height: 20, channels: 1 },
    });
    await images.add('a.png', await grey.png().toBuffer());
    expect(await middle()).toEqual([level, level, level]);
    expect(await middle({ channels: 1 })).toEqual([level]);
    const half = sharp(new Uint8Array(800).fill(128), {
      raw: { width: 20, height: 20, channels: 2 },
    });
    await images.add('a.png', await half.png().toBuffer());
    expectNear(await middle(), [191, 191, 191], 2);
  });

  it('reads 16 bits of grey and of colour', async () => {
    for (const [channels, space] of [
      [1, 'grey16'],
      [3, 'rgb16'],
    ] as const) {
      const values = new Uint16Array(400 * channels).fill(30_000);
      const raw = { width: 20, height: 20, channels };
      const deep = await sharp(values, { raw }).toColourspace(space).png().toBuffer();
      expect((await sharp(deep).metadata()).depth).toBe('ushort');
      await images.add('a.png', deep);
      expectNear(await middle(), [117, 117, 117], 1);
      expectNear(await middle({ channels: 1 }), [117], 1);
    }
  });

  it('reads CMYK', async () => {
    const print = await plain('#c03050').toColourspace('cmyk').jpeg().toBuffer();
    expect((await sharp(print).metadata()).space).toBe('cmyk');
    await images.add('a.jpg', print);
    expectNear(await middle(), [0xc0, 0x30, 0x50], 20);
  });

  it('takes the first frame of an animation', async () => {
    const frames = await Promise.all(
      ['#ff0000', '#0000ff'].map((paint) => plain(paint).png().toBuffer()),
    );
    const animation = await sharp(frames, { join: { animated: true } })
      .gif()
      .toBuffer();
    expect((await sharp(animation).metadata()).pages).toBe(2);
    await images.add('a.gif', animation);
    expect(await middle()).toEqual([255, 0, 0]);
  });

  it('rasterises a drawing at the size that is needed, without a blur', async () => {
    const half = '<rect width="1" height="2" fill="#00f"/>';
    await images.add(
      'a.svg',
      `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 2 2">${half}</svg>`,
    );
    const { pixels } = await load();
    const row = [...pixels.subarray(0, 48)].filter((_, at) => at % 3 === 0);
    expect(row).toEqual([...Array<number>(8).fill(0), ...Array<number>(8).fill(255)]);
  });

  it('turns pictures upright and cuts the ends off the longer side', async () => {
    // Red, green, blue from left to right; orientation 6 turns it clockwise: from top to bottom.
    const stripes = await sharp({
      create: { width: 96, height: 32, channels: 3, background: '#00ff00' },
    })
      .composite([
        { input: await plain('#ff0000').png().toBuffer(), left: 0, top: 0 },
        { input: await plain('#0000ff').png().toBuffer(), left: 64, top: 0 },
      ])
      .withMetadata({ orientation: 6 })
      .png()
      .toBuffer();
    await images.add('a.png', stripes);
    expect(await middle()).toEqual([0, 255, 0]);
    const { pixels } = await load();
    const corners = [0, 15, 240, 255].map((at) => pixels[3 * at + 1]!);
    corners.forEach((green) => expect(green).toBeGreaterThan(220));
    // The whole of a square picture is seen, so there the turn shows.
    const square = await sharp(stripes).resize(32, 32, { fit: 'fill' }).keepMetadata().toBuffer();
    await images.add('a.png', square);
    const turned = (await load()).pixels;
    expect([...turned.subarray(8 * 3, 8 * 3 + 3)]).toEqual([255, 0, 0]);
    expect([...turned.subarray(248 * 3, 248 * 3 + 3)]).toEqual([0, 0, 255]);
  });
});

describe('openImageFolder: which files', () => {
  it('sorts by path, goes into folders, ignores the rest and dotted names', async () => {
    for (const name of ['b/2.png', 'b.png', 'B.PNG', 'a/z/1.png', '.hidden.png', '.git/x.png']) {
      await images.add(name, await pattern(1));
    }
    await images.add('notes.txt', 'no image');
    const { dataset } = await load();
    expect(dataset.paths).toEqual(['B.PNG', 'a/z/1.png', 'b.png', 'b/2.png']);
    expect(dataset.skipped).toEqual([]);
  });

  it('follows links, but not in circles', async () => {
    await images.add('a/1.png', await pattern(1));
    await symlink(images.path, join(images.path, 'a', 'up'));
    await symlink(join(images.path, 'a'), join(images.path, 'same'));
    await symlink(join(images.path, 'a', '1.png'), join(images.path, 'z.png'));
    await symlink(join(images.path, 'gone'), join(images.path, 'broken.png'));
    const { dataset } = await load();
    expect(dataset.paths).toEqual(['a/1.png', 'z.png']);
    expect(dataset.skipped).toEqual([{ path: 'broken.png', reason: 'not found' }]);
  });

  it('skips what it cannot use, and says why', async () => {
    const good = await pattern(1);
    const damaged = Buffer.from(good);
    damaged.fill(0x55, 60, 200);
    await images.add('damaged.png', damaged);
    await images.add('empty.png', '');
    await images.add('good.png', good);
    await images.add('short.png', good.subarray(0, good.length / 2));
    await images.add('small.png', await plain('#fff', 30, 3).png().toBuffer());
    await images.add('text.jpg', 'this is no picture');
    await images.add('photo.heic', 'unknown');
    const { dataset } = await load();
    expect(dataset.paths).toEqual(['good.png']);
    expect(dataset.skipped.map(({ path, reason }) => `${path}: ${reason}`)).toEqual([
      expect.stringMatching(/^damaged\.png: damaged: \w/),
      'empty.png: empty file',
      'photo.heic: heic files cannot be read; convert it to png or jpeg',
      expect.stringMatching(/^short\.png: damaged: \w/),
      'small.png: too small: 30×3 px, the shorter side needs at least 4',
      'text.jpg: not an image that can be read',
    ]);
    // Also when it comes from the cache.
    const again = await load();
    expect(again.dataset.fromCache).toBe(true);
    expect(again.dataset.skipped).toEqual(dataset.skipped);
  });

  it('enlarges small pictures down to the side that is asked for', async () => {
    await images.add('a.png', await plain('#ff0000', 8).png().toBuffer());
    expect(await middle()).toEqual([255, 0, 0]);
    await expect(open({ minimumSide: 9 })).rejects.toThrow(
      '8×8 px, the shorter side needs at least 9',
    );
  });
});

describe('openImageFolder: the cache', () => {
  const cacheFiles = () => readdir(cache.path);

  it('decodes once', async () => {
    for (const name of [1, 2, 3]) await images.add(`${name}.png`, await pattern(name));
    const first = await load();
    const second = await load();
    expect(first.dataset.fromCache).toBe(false);
    expect(second.dataset.fromCache).toBe(true);
    expect(second.pixels).toEqual(first.pixels);
    expect(second.dataset.fingerprint).toBe(first.dataset.fingerprint);
    expect(await cacheFiles()).toHaveLength(1);
    // 16 px pictures are taken as they are.
    expect(first.pixels.subarray(768, 1536)).toEqual(
      new Uint8Array(
        await sharp(await pattern(2))
          .raw()
          .toBuffer(),
      ),
    );
  });

  it('decodes anew when a file is added, written, removed or touched, and drops the old', async () => {
    const file = await images.add('1.png', await pattern(1));
    const first = await load();
    await images.add('2.png', await pattern(2));
    const added = await load();
    await writeFile(file, await pattern(3));
    const written = await load();
    await utimes(file, 1_000_000, 1_000_000);
    const touched = await load();
    expect([added, written, touched].map(({ dataset }) => dataset.fromCache)).toEqual([
      false,
      false,
      false,
    ]);
    expect(added.dataset.count).toBe(2);
    expect(added.dataset.fingerprint).not.toBe(first.dataset.fingerprint);
    expect(written.dataset.fingerprint).not.toBe(added.dataset.fingerprint);
    // The same pictures, whatever the file system says of their age.
    expect(touched.dataset.fingerprint).toBe(written.dataset.fingerprint);
    expect(await cacheFiles()).toHaveLength(1);
  });

  it('does not mind files of other kinds', async () => {
    await images.add('1.png', await pattern(1));
    await load();
    await images.add('notes.txt', 'new');
    expect((await load()).dataset.fromCache).toBe(true);
  });

  it('says so when the disk is full, and leaves nothing behind', async () => {
    await images.add('1.png', await pattern(1));
    const file = await openFile(join(images.path, '1.png'));
    const handles = Object.getPrototypeOf(file) as { write: () => Promise<unknown> };
    await file.close();
    const full = Object.assign(new Error('ENOSPC: write'), { code: 'ENOSPC' });
    const spy = vi.spyOn(handles, 'write').mockRejectedValue(full);
    await expect(open()).rejects.toThrow(
      /^data: could not write the decoded images to ".+\.images": no space left on the disk\. Make room there, or set GAN_ZOO_CACHE to a folder on another disk\.$/,
    );
    spy.mockRestore();
    expect(await cacheFiles()).toEqual([]);
  });

  it('keeps one file for each set of options', async () => {
    await images.add('1.png', await pattern(1));
    await load();
    await load({ imageSize: 8 });
    await load({ channels: 1 });
    expect(await cacheFiles()).toHaveLength(3);
    expect((await load()).dataset.fromCache).toBe(true);
  });

  it('builds a damaged cache anew', async () => {
    await images.add('1.png', await pattern(1));
    const { dataset, pixels } = await load();
    for (const length of [0, 100, 900]) {
      await truncate(dataset.cachePath, length);
      const again = await load();
      expect(again.dataset.fromCache).toBe(false);
      expect(again.pixels).toEqual(pixels);
    }
  });

  it('can be built by two at once, with any number of workers', async () => {
    for (let name = 0; name < 12; name++) await images.add(`${name}.png`, await pattern(name));
    const all = await Promise.all([load({ workers: 1 }), load({ workers: 5 }), load()]);
    expect(all[1].pixels).toEqual(all[0].pixels);
    expect(all[2].pixels).toEqual(all[0].pixels);
    expect(await cacheFiles()).toHaveLength(1);
  });

  it('goes elsewhere, with a note, when its folder cannot be used', async () => {
    await images.add('1.png', await pattern(1));
    vi.stubEnv('TMPDIR', cache.path);
    vi.stubEnv('TEMP', cache.path);
    const file = await cache.add('file', 'not a folder');
    const wanted = join(file, 'cache');
    const notes: string[] = [];
    const { dataset } = await load({ cacheFolder: wanted, onNote: (note) => notes.push(note) });
    expect(dataset.cachePath.startsWith(join(cache.path, 'gan-zoo'))).toBe(true);
    expect(notes).toEqual([
      `The cache folder "${wanted}" cannot be used (a part of the path is not a folder); ` +
        `decoded images go to "${join(cache.path, 'gan-zoo')}". ` +
        `Set GAN_ZOO_CACHE to choose another folder.`,
    ]);
  });

  it('says so when there is no place at all', async () => {
    await images.add('1.png', await pattern(1));
    const file = await cache.add('file', 'not a folder');
    vi.stubEnv('TMPDIR', file);
    vi.stubEnv('TEMP', file);
    await expect(open({ cacheFolder: join(file, 'cache') })).rejects.toThrow(
      `data: expected a folder for decoded images that can be written to; ` +
        `"${join(file, 'cache')}": a part of the path is not a folder; ` +
        `"${join(file, 'gan-zoo')}": a part of the path is not a folder. ` +
        `Set GAN_ZOO_CACHE to another folder.`,
    );
  });

  it('uses GAN_ZOO_CACHE when no folder is given', async () => {
    await images.add('1.png', await pattern(1));
    vi.stubEnv('GAN_ZOO_CACHE', join(cache.path, 'mine'));
    const dataset = await openImageFolder({ folder: images.path, imageSize: 16 });
    await dataset.close();
    expect(dataset.cachePath.startsWith(join(cache.path, 'mine'))).toBe(true);
  });
});

describe('openImageFolder: progress and stopping', () => {
  it('tells how far it is', async () => {
    for (let name = 0; name < 5; name++) await images.add(`${name}.png`, await pattern(name));
    const seen: string[] = [];
    await load({ onProgress: ({ done, total }) => seen.push(`${done}/${total}`) });
    expect(seen).toEqual(['1/5', '2/5', '3/5', '4/5', '5/5']);
  });

  it('stops when told to and leaves nothing behind', async () => {
    for (let name = 0; name < 9; name++) await images.add(`${name}.png`, await pattern(name));
    const stop = new AbortController();
    const onProgress = ({ done }: { done: number }) => {
      if (done === 3) stop.abort(new Error('stopped by the user'));
    };
    await expect(open({ onProgress, signal: stop.signal })).rejects.toThrow('stopped by the user');
    expect(await readdir(cache.path)).toEqual([]);
  });
});

describe('openImageFolder: what the user can mend', () => {
  it('a missing folder', async () => {
    const folder = join(images.path, 'nowhere');
    await expect(open({ folder })).rejects.toThrow(
      `data: expected a folder of images at "${folder}" (--data): not found. ` +
        `Check the path, or make the images first with the prepare command.`,
    );
  });

  it('a file instead of a folder', async () => {
    const folder = await images.add('a.png', await pattern(1));
    await expect(open({ folder, option: '--domain-a' })).rejects.toThrow(
      `data: expected a folder of images at "${folder}" (--domain-a), received a file. ` +
        `Name the folder that holds it.`,
    );
  });

  it('an empty folder', async () => {
    await expect(open()).rejects.toThrow(
      `data: expected images (png, jpeg, webp, gif, svg, avif, tiff) in "${images.path}" ` +
        `(--data), found nothing. Put images there or name another folder.`,
    );
  });

  it('a folder of other things', async () => {
    await images.add('a.txt', '');
    await images.add('b.txt', '');
    await images.add('c.bmp', '');
    await expect(open()).rejects.toThrow(
      'found 2 files of other kinds and 1 skipped ' +
        '(c.bmp: bmp files cannot be read; convert it to png or jpeg). Put images there',
    );
  });

  it('fewer images than one batch', async () => {
    for (const name of [1, 2, 3]) await images.add(`${name}.png`, await pattern(name));
    for (const name of 'abcd') await images.add(`${name}.png`, '');
    await expect(open({ minimumCount: 64 })).rejects.toThrow(
      `data: expected at least 64 images (one batch) in "${images.path}" (--data), ` +
        `found 3 usable images and 4 skipped (a.png: empty file; b.png: empty file; ` +
        `c.png: empty file; …). Add images or use a --batch-size of at most 3.`,
    );
  });

  it('nothing but damaged images', async () => {
    await images.add('a.png', '');
    await expect(open()).rejects.toThrow(
      `data: expected images in "${images.path}" (--data), ` +
        `found 0 usable images and 1 skipped (a.png: empty file). Add images.`,
    );
  });

  it('an image size that is none', async () => {
    await expect(open({ imageSize: 0.5 })).rejects.toThrow(
      'data: expected an image size of whole pixels of at least 1, received 0.5.',
    );
  });
});
