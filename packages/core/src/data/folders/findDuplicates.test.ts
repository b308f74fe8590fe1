import sharp from 'sharp';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findDuplicates } from './findDuplicates.ts';
import { groupSimilar, type ImageLook } from './groupSimilar.ts';
import { testFolder, type TestFolder } from './testFolder.ts';

let images: TestFolder;
beforeEach(async () => void (images = await testFolder()));
afterEach(() => images.remove());

/** A drawing of circles in places that follow from the seed. */
function drawing(seed: number, paint = '#aa3322'): Promise<Buffer> {
  let state = seed * 7919 + 13;
  const next = () => (state = (state * 48271) % 2147483647) % 128;
  const circles = Array.from(
    { length: 8 },
    () => `<circle cx="${next()}" cy="${next()}" r="${12 + (next() % 16)}" fill="${paint}"/>`,
  );
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="128" height="128">${circles.join('')}</svg>`;
  return sharp(Buffer.from(svg)).flatten({ background: '#ffffff' }).png().toBuffer();
}

describe('findDuplicates', () => {
  it('groups other sizes, formats and qualities of a picture', async () => {
    for (let seed = 0; seed < 20; seed++) await images.add(`${seed}.png`, await drawing(seed));
    const original = sharp(await drawing(3));
    await images.add('copies/small.webp', await original.clone().resize(60).webp().toBuffer());
    await images.add('copies/poor.jpg', await original.clone().jpeg({ quality: 40 }).toBuffer());
    await images.add('copies/same.png', await drawing(11));
    await images.add('copies/broken.png', 'no picture');
    const seen: number[] = [];
    const found = await findDuplicates({
      folder: images.path,
      onProgress: ({ done, total }) => seen.push(done / total),
    });
    expect(found.groups).toEqual([
      ['11.png', 'copies/same.png'],
      ['3.png', 'copies/poor.jpg', 'copies/small.webp'],
    ]);
    expect(found.compared).toBe(23);
    expect(found.skipped.map(({ path }) => path)).toEqual(['copies/broken.png']);
    expect(seen).toHaveLength(24);
    expect(seen.at(-1)).toBe(1);
  });

  it('tells colours apart unless it is told not to', async () => {
    await images.add('red.png', await drawing(1, '#aa3322'));
    await images.add('green.png', await drawing(1, '#227733'));
    const folder = images.path;
    expect((await findDuplicates({ folder })).groups).toEqual([]);
    expect((await findDuplicates({ folder, colourTolerance: 255 })).groups).toEqual([
      ['green.png', 'red.png'],
    ]);
  });

  it('compares only the files that are named', async () => {
    for (const name of 'abc') await images.add(`${name}.png`, await drawing(1));
    const found = await findDuplicates({ folder: images.path, files: ['a.png', 'c.png'] });
    expect(found.groups).toEqual([['a.png', 'c.png']]);
  });

  it('refuses a threshold that is out of range', async () => {
    await expect(findDuplicates({ folder: images.path, threshold: 16 })).rejects.toThrow(
      'duplicates: expected a threshold of whole bits from 0 to 15, received 16. ' +
        '4 finds copies of other sizes and qualities.',
    );
  });
});

describe('groupSimilar', () => {
  const colours = new Uint8Array(3);
  const bitsOf = (value: number) => value.toString(2).replaceAll('0', '').length;
  const distance = (left: ImageLook, right: ImageLook) =>
    bitsOf((left.low ^ right.low) >>> 0) + bitsOf((left.high ^ right.high) >>> 0);

  /** Clusters: random bits, and copies of them with up to 8 bits turned. */
  function looks(): ImageLook[] {
    let state = 99;
    const next = () => (state = (state * 48271) % 2147483647);
    const found: ImageLook[] = [];
    for (let index = 0; index < 400; index++) {
      const base = index % 4 === 0 ? undefined : found[index - (index % 4)];
      let low = base?.low ?? (next() << 8) ^ next();
      let high = base?.high ?? (next() << 8) ^ next();
      for (let turned = next() % 9; base !== undefined && turned > 0; turned--) {
        const bit = next() % 64;
        if (bit < 32) low ^= 1 << bit;
        else high ^= 1 << (bit - 32);
      }
      found.push({ path: `${index}`, low, high, colours });
    }
    return found;
  }

  it.each([0, 1, 4, 6, 15])('finds what comparing all pairs finds, at %i bits', (threshold) => {
    const all = looks();
    const groupOf = all.map((_, index) => index);
    for (let left = 0; left < all.length; left++) {
      for (let right = 0; right < left; right++) {
        if (distance(all[left]!, all[right]!) > threshold) continue;
        const [from, to] = [groupOf[left]!, groupOf[right]!];
        groupOf.forEach((group, index) => {
          if (group === from) groupOf[index] = to;
        });
      }
    }
    const expected = [...new Set(groupOf)]
      .map((group) => all.filter((_, index) => groupOf[index] === group).map(({ path }) => path))
      .filter((group) => group.length > 1);
    const sorted = (groups: string[][]) => groups.map((group) => group.sort().join()).sort();
    expect(expected.length).toBeGreaterThan(0);
    expect(sorted(groupSimilar(all, threshold, 255))).toEqual(sorted(expected));
  });
});
