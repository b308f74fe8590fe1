import { mkdir, rename, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { formatBytes, UserError } from '@gan-zoo/core';
import { folderBytes } from './diskSpace.ts';
import { stage, type Installation } from './installation.ts';
import { isNeeded, moveInto, removeUnneeded } from './neededFiles.ts';
import {
  nvidiaRequirements,
  packageInfo,
  readMetadata,
  versionIn,
  type MainPackage,
  type Requirement,
} from './packages.ts';
import { unpackWheel } from './pip.ts';

/**
 * Fetches a package and those of NVIDIA's that it and they require, as far as they are not there yet,
 * and keeps of them what is needed.
 *
 * @param site the folder of the unpacked wheels
 * @returns their versions by name
 * @throws UserError when pip fails or the disk is full
 */
export async function unpackPackages(
  installation: Installation,
  { name, version, extras }: MainPackage,
  site: string,
): Promise<Record<string, string>> {
  await mkdir(site, { recursive: true });
  const wanted: Requirement[] = [{ name, text: `${name}==${version}` }];
  const versions: Record<string, string> = {};
  // Grows while it is walked through: what is nearer to the main package says which versions will do.
  for (const [index, requirement] of wanted.entries()) {
    if ((await packageInfo(site, requirement.name)) === undefined) {
      await stage(
        installation,
        `Fetching ${requirement.text} (${index + 1} of ${wanted.length})`,
        () => unpackPackage(installation, requirement, site),
        (detail) => detail,
      );
    }
    const metadata = await readMetadata((await packageInfo(site, requirement.name))!);
    versions[requirement.name] = versionIn(metadata);
    for (const next of nvidiaRequirements(metadata, index === 0 ? extras : [])) {
      if (!wanted.some((other) => other.name === next.name)) wanted.push(next);
    }
  }
  return versions;
}

/** The metadata is moved last, so that it tells that the package is there whole. */
async function unpackPackage(
  installation: Installation,
  { name, text }: Requirement,
  site: string,
): Promise<string> {
  const { temporary, signal } = installation;
  const fresh = join(temporary, 'wheel');
  await rm(fresh, { recursive: true, force: true });
  await unpackWheel(installation, text, fresh);
  signal.throwIfAborted();
  const before = await folderBytes(fresh);
  await removeUnneeded(fresh, (path) => isNeeded(name, path));
  const after = await folderBytes(fresh);
  const info = await packageInfo(fresh, name);
  if (info === undefined) {
    throw new UserError(
      `gpu: expected pip to unpack ${text}, found nothing of that name. ` +
        'Check the package index that pip uses (pip config list).',
    );
  }
  const version = versionIn(await readMetadata(info));
  const aside = join(temporary, 'info');
  await rename(info, aside);
  await moveInto(fresh, site);
  await rename(aside, join(site, basename(info)));
  return `version ${version}, ${formatBytes(after)} kept of ${formatBytes(before)}`;
}
