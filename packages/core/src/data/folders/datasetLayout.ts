import { readdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { UserError } from '@gan-zoo/compiler';
import { shortReason } from '../../base/files/systemErrors.ts';

/** Unpaired domains in the layout of CycleGAN's data sets. */
export interface UnpairedLayout {
  readonly kind: 'unpaired';
  readonly trainA: string;
  readonly trainB: string;
  /** There are none when nothing was put aside for tests. */
  readonly testA?: string;
  readonly testB?: string;
}

/** Pairs side by side in the layout of pix2pix's data sets. */
export interface SideBySideLayout {
  readonly kind: 'sideBySide';
  readonly train: string;
  readonly test?: string;
  readonly validation?: string;
}

/** Paths of the folders of a published data set. */
export type DatasetLayout = UnpairedLayout | SideBySideLayout;

/**
 * Recognises a data set in its published layout: folders `trainA` and `trainB`, perhaps `testA` and
 * `testB` (CycleGAN), or a folder `train` of pictures side by side, perhaps `test` and `val`
 * (pix2pix).
 *
 * @param folder the folder that holds them
 * @param option the flag that named it, for messages; default `--data`
 * @throws UserError when it is neither, or a folder is missing
 */
export async function findDatasetLayout(folder: string, option = '--data'): Promise<DatasetLayout> {
  const names = await folderNames(folder, option);
  const path = (name: string): string => join(folder, name);
  if (names.has('trainA') || names.has('trainB')) {
    for (const [missing, other] of [['trainA', 'trainB'] as const, ['trainB', 'trainA'] as const]) {
      if (!names.has(missing)) throw missingPartner(folder, option, missing, other);
    }
    if (names.has('testA') !== names.has('testB')) {
      const [missing, other] = names.has('testA') ? ['testB', 'testA'] : ['testA', 'testB'];
      throw missingPartner(folder, option, missing!, other!);
    }
    return {
      kind: 'unpaired',
      ...{ trainA: path('trainA'), trainB: path('trainB') },
      ...(names.has('testA') ? { testA: path('testA'), testB: path('testB') } : {}),
    };
  }
  if (!names.has('train')) throw unknownLayout(folder, option, names);
  return {
    kind: 'sideBySide',
    train: path('train'),
    ...(names.has('test') ? { test: path('test') } : {}),
    ...(names.has('val') ? { validation: path('val') } : {}),
  };
}

async function folderNames(folder: string, option: string): Promise<Set<string>> {
  const entries = await readdir(folder, { withFileTypes: true }).catch((error: unknown) => {
    throw new UserError(
      `data: expected a folder with trainA and trainB at "${resolve(folder)}" (${option}): ` +
        `${shortReason(error)}. Check the path, or make the pictures first with the prepare command.`,
    );
  });
  const folders = entries.filter((entry) => entry.isDirectory() || entry.isSymbolicLink());
  return new Set(folders.map(({ name }) => name));
}

const missingPartner = (folder: string, option: string, missing: string, other: string) =>
  new UserError(
    `data: expected ${missing} beside ${other} in "${resolve(folder)}" (${option}), found no ` +
      `folder of that name. Add it, or name both domains with --domain-a and --domain-b.`,
  );

function unknownLayout(folder: string, option: string, names: ReadonlySet<string>): UserError {
  const shown = [...names].sort().slice(0, 5).join(', ');
  const found = shown === '' ? 'no folders in it' : `the folders ${shown}`;
  return new UserError(
    `data: expected folders trainA and trainB, or train with pictures side by side, in ` +
      `"${resolve(folder)}" (${option}), found ${found}. ` +
      `Name both domains with --domain-a and --domain-b.`,
  );
}
