import { access, readdir, readFile, writeFile } from 'node:fs/promises';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { testPlace, type TestPlace } from './fixtures/testPlace.ts';
import { oneWay, twoWays } from './fixtures/tinyTranslations.ts';
import { translateCommand } from './translateCommand.ts';

let place: TestPlace;
beforeAll(async () => {
  place = await testPlace();
  await place.checkpoint('colour.safetensors', twoWays);
  await place.checkpoint('mixed.safetensors', twoWays, { channelsB: 1 });
  await place.checkpoint('pairs.safetensors', oneWay, { channelsA: 1 });
});
afterAll(() => place.remove());

const commands = {
  twoWays: translateCommand(twoWays.definition, ['--run latest --direction b-to-a --input x']),
  oneWay: translateCommand(oneWay.definition, ['--run latest --no-dropout --input x']),
};

const translate = (words: string, command = commands.twoWays) =>
  place.call(command, [...words.split(' '), '--threads', '1']);

const shapeOf = async (name: string) => {
  const { width, height, channels, orientation } = await sharp(place.here(name)).metadata();
  return { width, height, channels, orientation };
};

const pixelsOf = (name: string): Promise<Buffer> => sharp(place.here(name)).raw().toBuffer();

const opacityOf = (name: string): Promise<Buffer> =>
  sharp(place.here(name)).extractChannel('alpha').raw().toBuffer();

describe('translate', () => {
  it('translates a folder: any size, upright, with its opacity and names', async () => {
    await place.picture('in/a.jpg', { width: 37, height: 21 });
    await place.picture('in/a.webp', { width: 20, height: 50 });
    await place.picture('in/sub/turned.jpg', { width: 40, height: 24, orientation: 6 });
    await place.picture('in/clear.png', { width: 18, height: 16, alpha: 64 });
    await writeFile(place.here('in/broken.png'), 'no picture');
    const whole = await place.picture('in/cut.png', { width: 30, height: 30 });
    await writeFile(whole, (await readFile(whole)).subarray(0, 60));
    const { code, stdout, stderr } = await translate(
      '--run colour.safetensors --input in --out out --compare',
    );
    expect(code).toBe(0);
    expect(stdout).toBe(`${place.here('out')}\n`);
    expect(stderr).toContain('Skipped broken.png: the file contains unsupported image format');
    expect(stderr).toContain('Skipped cut.png: ');
    expect(stderr).toContain('Translated 4 pictures, skipped 2 that cannot be read');
    expect((await readdir(place.here('out'), { recursive: true })).sort()).toEqual([
      ...['a.jpg.png', 'a.webp.png', 'clear.png', 'compare', 'compare/a.jpg.png'],
      ...['compare/a.webp.png', 'compare/clear.png', 'compare/sub', 'compare/sub/turned.png'],
      ...['sub', 'sub/turned.png'],
    ]);
    expect(await shapeOf('out/a.jpg.png')).toMatchObject({ width: 37, height: 21, channels: 3 });
    expect(await shapeOf('out/sub/turned.png')).toEqual({
      ...{ width: 24, height: 40, channels: 3, orientation: undefined },
    });
    expect(await shapeOf('out/clear.png')).toMatchObject({ width: 18, height: 16, channels: 4 });
    const opacity = await opacityOf('out/clear.png');
    expect([opacity[0], opacity[17]]).toEqual([64, 255]);
    // Three columns and four margins of 2 px.
    expect(await shapeOf('out/compare/a.jpg.png')).toMatchObject({ width: 3 * 37 + 8, height: 25 });
  });

  it('writes nothing over unless it is told to', async () => {
    await place.picture('one.png', { width: 16, height: 16 });
    const words = '--run colour.safetensors --input one.png --out again';
    expect((await translate(words)).code).toBe(0);
    const { code, stderr } = await translate(words);
    expect(code).toBe(1);
    expect(stderr).toContain(
      `--out: expected no results of the same names, found 1 (${place.here('again/one.png')}). ` +
        'Nothing was changed. Choose another --out, or replace them with --overwrite.',
    );
    expect((await translate(`${words} --overwrite`)).code).toBe(0);
    await expect(access(place.here('again/compare'))).rejects.toThrow('ENOENT');
  });

  it('takes each direction with its channels', async () => {
    await place.picture('c.png', { width: 16, height: 20, alpha: 9 });
    await translate('--run mixed.safetensors --input c.png --out grey --compare');
    expect(await shapeOf('grey/c.png')).toMatchObject({ channels: 2, width: 16, height: 20 });
    expect(new Set(await opacityOf('grey/c.png'))).toEqual(new Set([9, 255]));
    await translate('--run mixed.safetensors --direction b-to-a --input c.png --out coloured');
    expect(await shapeOf('coloured/c.png')).toMatchObject({ channels: 4 });
    await translate('--run colour.safetensors --input c.png --out there');
    await translate('--run colour.safetensors --direction b-to-a --input c.png --out back');
    expect(await pixelsOf('there/c.png')).not.toEqual(await pixelsOf('back/c.png'));
  });

  it('translates large pictures in tiles', async () => {
    await place.picture('large.png', { width: 150, height: 70 });
    const { code } = await translate(
      '--run colour.safetensors --input large.png --out tiled --max-pixels 4096 --tile-size 64 --tile-overlap 16',
    );
    expect(code).toBe(0);
    expect(await shapeOf('tiled/large.png')).toMatchObject({ width: 150, height: 70 });
  });

  it('takes the only direction of a run, with dropout that follows from the seed', async () => {
    await place.picture('in.png', { width: 70, height: 60 });
    const once = (out: string, options = '') => {
      const words = `--run pairs.safetensors --input in.png --out ${out}${options}`;
      return translate(words, commands.oneWay);
    };
    const { code, stderr } = await once('one', ' --compare');
    expect({ code, stderr }).toMatchObject({ code: 0 });
    expect(stderr).toContain('Translating b-to-a with step 7');
    expect(await shapeOf('one/in.png')).toMatchObject({ width: 70, height: 60, channels: 1 });
    // Nothing leads back: two columns.
    expect(await shapeOf('one/compare/in.png')).toMatchObject({ width: 2 * 70 + 6 });
    await once('again');
    await once('other', ' --seed 1');
    await once('none', ' --no-dropout');
    await once('none-other', ' --no-dropout --seed 1');
    const drawn = await pixelsOf('one/in.png');
    expect(await pixelsOf('again/in.png')).toEqual(drawn);
    expect(await pixelsOf('other/in.png')).not.toEqual(drawn);
    expect(await pixelsOf('none/in.png')).not.toEqual(drawn);
    expect(await pixelsOf('none-other/in.png')).toEqual(await pixelsOf('none/in.png'));
    const turned = await once('no', ' --direction a-to-b');
    expect([turned.code, turned.stderr]).toEqual([2, expect.stringContaining('--direction')]);
    const plain = await translate('--run colour.safetensors --input in.png --out no --no-dropout');
    expect([plain.code, plain.stderr]).toEqual([2, expect.stringContaining('--no-dropout')]);
  });

  it('needs one thing to translate with', async () => {
    const both = await translate('--weights x.pth --run x --input c.png --out no');
    expect([both.code, both.stderr]).toEqual([
      2,
      expect.stringContaining('both say what to translate with'),
    ]);
    const turned = await translate('--weights x.pth --direction a-to-b --input c.png --out no');
    expect(turned.stderr).toContain('a single generator leads one way');
    const neither = await translate('--input c.png --out no');
    expect([neither.code, neither.stderr]).toEqual([
      2,
      expect.stringContaining('expected --run or --weights, received neither.'),
    ]);
  });

  it('fails when nothing could be read', async () => {
    await writeFile(place.here('bad.png'), 'x');
    const { code, stderr } = await translate('--run colour.safetensors --input bad.png --out none');
    expect(code).toBe(1);
    expect(stderr).toContain(
      '--input: expected pictures that can be read at "bad.png", all 1 failed. ' +
        'Convert them to png or jpeg.',
    );
    const missing = await translate('--run nowhere --input bad.png --out none');
    expect([missing.code, missing.stderr]).toEqual([1, expect.stringContaining('nowhere')]);
  });
});
