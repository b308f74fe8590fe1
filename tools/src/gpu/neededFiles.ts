import { readdir, rename, rm, rmdir } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** Files of a wheel that are kept, by package; every other one only Python needs. */
const kept: Readonly<Record<string, RegExp>> = {
  tensorflow: /^tensorflow\/(libtensorflow_[^/]*\.so[^/]*|include\/.*|THIRD_PARTY[^/]*)$/,
  'onnxruntime-gpu':
    /^onnxruntime\/(capi\/libonnxruntime_providers_(cuda|shared)\.so|LICENSE|ThirdParty[^/]*|Privacy[^/]*)$/,
};

/** What NVIDIA's packages have for compilers and for Python. */
const development = /\/include\/|\.(py|pyc|pyi|a|h|hpp|cuh)$/;

/**
 * Whether a file of a wheel is needed to build and to load the libraries, or is its licence.
 *
 * @param name the package's normal name, `nvidia-cublas`
 * @param path the file's path in the wheel, with slashes
 */
export function isNeeded(name: string, path: string): boolean {
  if (/^[^/]+\.dist-info\//.test(path)) return true;
  const rule = kept[name === 'tensorflow-cpu' ? 'tensorflow' : name];
  return rule === undefined ? !development.test(path) : rule.test(path);
}

/** Removes every file for which the predicate is false, and the folders that get empty. */
export async function removeUnneeded(
  folder: string,
  needs: (path: string) => boolean,
  prefix = '',
): Promise<void> {
  const entries = await readdir(folder, { withFileTypes: true });
  let left = entries.length;
  for (const entry of entries) {
    const path = join(folder, entry.name);
    const name = `${prefix}${entry.name}`;
    if (entry.isDirectory()) await removeUnneeded(path, needs, `${name}/`);
    else if (!needs(name)) await rm(path);
    if (!existsSync(path)) left--;
  }
  if (left === 0) await rmdir(folder);
}

/** Moves all of a folder into another, replacing files and joining folders. */
export async function moveInto(from: string, to: string): Promise<void> {
  for (const entry of await readdir(from, { withFileTypes: true })) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)];
    if (entry.isDirectory() && existsSync(target)) await moveInto(source, target);
    else await rename(source, target);
  }
}
