import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { tensorflowVersion, type NativeComponent } from '@gan-zoo/compiler';
import { packageVersion } from '@gan-zoo/core';

/** The package that a component is about, with those of its extras that hold NVIDIA's libraries. */
export interface MainPackage {
  readonly name: string;
  readonly version: string;
  readonly extras: readonly string[];
}

/** A package that has to be there. */
export interface Requirement {
  /** Its normal name, see {@link normalName}. */
  readonly name: string;
  /** For pip: the name with the versions that will do, `nvidia-cufft~=12.0`. */
  readonly text: string;
}

/** The package of a component. */
export function mainPackage(component: NativeComponent): MainPackage {
  switch (component) {
    case 'tensorflow-cpu':
      return { name: 'tensorflow-cpu', version: tensorflowVersion, extras: [] };
    case 'tensorflow-cuda':
      return { name: 'tensorflow', version: tensorflowVersion, extras: ['and-cuda'] };
    case 'onnx-cuda': {
      // Its provider fits the library of exactly this version.
      const version = packageVersion('onnxruntime-node')!;
      return { name: 'onnxruntime-gpu', version, extras: ['cuda', 'cudnn'] };
    }
  }
}

/**
 * NVIDIA's packages that a package requires; those of Python are of no use here.
 *
 * @param metadata the text of the package's file METADATA
 * @param extras the extras that are wanted
 */
export function nvidiaRequirements(metadata: string, extras: readonly string[]): Requirement[] {
  return [...metadata.matchAll(/^Requires-Dist: *(nvidia[\w.-]*) *([^;\r\n]*)(;.*)?$/gim)].flatMap(
    ([, name, versions, marker]) => {
      const extra = /\bextra *== *["']([^"']+)["']/.exec(marker ?? '')?.[1];
      if (extra !== undefined && !extras.includes(extra)) return [];
      const text = `${name}${versions!.replaceAll(/[\s()]/g, '')}`;
      return [{ name: normalName(name!), text }];
    },
  );
}

/** The name of a package as an index compares it: `nvidia_cuBLAS` is `nvidia-cublas`. */
export const normalName = (name: string): string => name.toLowerCase().replaceAll(/[-_.]+/g, '-');

/**
 * The folder of a package's metadata among unpacked wheels; undefined when there is none.
 *
 * @param name the package's normal name
 */
export async function packageInfo(site: string, name: string): Promise<string | undefined> {
  if (!existsSync(site)) return undefined;
  const found = (await readdir(site)).find(
    (entry) => entry.endsWith('.dist-info') && normalName(entry.split('-')[0]!) === name,
  );
  return found === undefined ? undefined : join(site, found);
}

/** The text of a package's metadata. */
export const readMetadata = (info: string): Promise<string> =>
  readFile(join(info, 'METADATA'), 'utf8');

/** The version that a package's metadata states. */
export const versionIn = (metadata: string): string =>
  /^Version: *(\S+)/m.exec(metadata)?.[1] ?? 'unknown';
