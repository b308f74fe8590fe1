import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findDatasetLayout } from './datasetLayout.ts';
import { testFolder, type TestFolder } from './testFolder.ts';

let data: TestFolder;
beforeEach(async () => void (data = await testFolder()));
afterEach(() => data.remove());

const make = async (...names: string[]) => {
  for (const name of names) await mkdir(join(data.path, name));
};
const inside = (name: string) => join(data.path, name);

describe('findDatasetLayout', () => {
  it("knows CycleGAN's, with and without tests", async () => {
    await make('trainA', 'trainB');
    const train = { kind: 'unpaired', trainA: inside('trainA'), trainB: inside('trainB') };
    expect(await findDatasetLayout(data.path)).toEqual(train);
    await make('testA', 'testB');
    const test = { testA: inside('testA'), testB: inside('testB') };
    expect(await findDatasetLayout(data.path)).toEqual({ ...train, ...test });
  });

  it("knows pix2pix's", async () => {
    await make('train', 'val');
    const found = { kind: 'sideBySide', train: inside('train'), validation: inside('val') };
    expect(await findDatasetLayout(data.path)).toEqual(found);
    await make('test');
    expect(await findDatasetLayout(data.path)).toEqual({ ...found, test: inside('test') });
  });

  it.each([
    [['trainA'], 'trainB', 'trainA'],
    [['trainB', 'testB'], 'trainA', 'trainB'],
    [['trainA', 'trainB', 'testA'], 'testB', 'testA'],
    [['trainA', 'trainB', 'testB'], 'testA', 'testB'],
  ])('says what is missing beside %s', async (names, missing, other) => {
    await make(...names);
    await expect(findDatasetLayout(data.path)).rejects.toThrow(
      `data: expected ${missing} beside ${other} in "${data.path}" (--data), found no folder of ` +
        `that name. Add it, or name both domains with --domain-a and --domain-b.`,
    );
  });

  it('says what else it found', async () => {
    await expect(findDatasetLayout(data.path, '--folder')).rejects.toThrow(
      `data: expected folders trainA and trainB, or train with pictures side by side, in ` +
        `"${data.path}" (--folder), found no folders in it. ` +
        `Name both domains with --domain-a and --domain-b.`,
    );
    await make('photos', 'cats');
    await data.add('trainA', 'a file');
    await expect(findDatasetLayout(data.path)).rejects.toThrow('found the folders cats, photos.');
  });

  it('says when there is no such folder', async () => {
    await expect(findDatasetLayout(inside('nowhere'))).rejects.toThrow(
      `data: expected a folder with trainA and trainB at "${inside('nowhere')}" (--data): not ` +
        `found. Check the path, or make the pictures first with the prepare command.`,
    );
  });
});
