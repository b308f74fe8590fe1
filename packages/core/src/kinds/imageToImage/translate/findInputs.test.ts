import { writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { findInputs } from './findInputs.ts';
import { testPlace, type TestPlace } from '../fixtures/testPlace.ts';

let place: TestPlace;
beforeAll(async () => {
  place = await testPlace();
  for (const name of ['one.png', 'two.jpg', 'deep/er/three.png', 'deep/x[1].png', 'out/old.png']) {
    await place.picture(name, { width: 4, height: 4 });
  }
  await writeFile(place.here('photo.heic'), 'x');
});
afterAll(() => place.remove());

const found = async (input: string) => {
  const { files, skipped } = await findInputs(place.here(input), place.here('out'));
  return [...files.map(({ name }) => name), ...skipped.map(({ path }) => `! ${path}`)];
};

it('takes one file under its own name', async () => {
  expect(await findInputs(place.here('deep/er/three.png'), place.here('out'))).toEqual({
    files: [{ path: place.here('deep/er/three.png'), name: 'three.png' }],
    skipped: [],
  });
  expect(await found('deep/x[1].png')).toEqual(['x[1].png']);
});

it('takes a folder and all below it, but no earlier results', async () => {
  expect(await found('.')).toEqual([
    'deep/er/three.png',
    'deep/x[1].png',
    'one.png',
    'two.jpg',
    '! photo.heic',
  ]);
});

it('takes patterns', async () => {
  expect(await found('*.png')).toEqual(['one.png']);
  expect(await found('*.{png,jpg}')).toEqual(['one.png', 'two.jpg']);
  expect(await found('**/*.png')).toEqual(['deep/er/three.png', 'deep/x[1].png', 'one.png']);
  expect(await found('deep/**')).toEqual(['er/three.png', 'x[1].png']);
  expect(await found('d*p/?[1].png')).toEqual(['deep/x[1].png']);
});

it('says when there is nothing', async () => {
  await expect(found('*.webp')).rejects.toThrow(
    `--input: expected pictures at "${place.here('*.webp')}", found none. ` +
      'Name a picture, a folder of pictures, or a pattern in quotes such as "photos/*.jpg".',
  );
  await expect(found('*.heic')).rejects.toThrow(
    'found none that can be read (photo.heic: heic files cannot be read; convert it to png or jpeg).',
  );
  await expect(found('nowhere')).rejects.toThrow('(--input)');
});
