import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import sharp from 'sharp';
import { z } from 'zod';
import { avatarCredit, avatarStyles, licenceUrls, type AvatarStyleName } from './avatarStyles.ts';
import { recipeVersion } from './drawAvatar.ts';

/** Name of the file beside the pictures that says how they were made. */
export const manifestName = 'manifest.json';

const manifestSchema = z.object({
  /** Tells a folder of avatars from any other folder with a `manifest.json`. */
  format: z.literal('gan-zoo-avatars'),
  style: z.string(),
  seed: z.number().int(),
  /** Width and height of each picture in pixels. */
  imageSize: z.number().int(),
  /** The largest number of pictures that was asked for. */
  num: z.number().int(),
  /** SPDX name and address of the licence of the drawings. */
  licence: z.object({ name: z.string(), url: z.string() }),
  /** The line that credits the designer. */
  credit: z.string(),
  /** Version of each package that has a say in the bytes, and of this app's own choices. */
  versions: z.record(z.string(), z.string()),
});

/** How the pictures of a folder were made, as stored in its `manifest.json`. */
export type AvatarManifest = z.infer<typeof manifestSchema>;

/**
 * Makes the manifest of a set of avatars for the packages that are installed now.
 *
 * @param set style, seed, size in pixels and number of pictures
 */
export function createManifest(set: {
  style: AvatarStyleName;
  seed: number;
  imageSize: number;
  num: number;
}): AvatarManifest {
  const style = avatarStyles[set.style];
  return {
    format: 'gan-zoo-avatars',
    style: set.style,
    seed: set.seed,
    imageSize: set.imageSize,
    num: set.num,
    licence: { name: style.licence, url: licenceUrls[style.licence] },
    credit: avatarCredit(style),
    versions: {
      recipe: String(recipeVersion),
      '@dicebear/core': packageVersion('@dicebear/core'),
      [style.packageName]: packageVersion(style.packageName),
      sharp: sharp.versions.sharp ?? 'unknown',
      libvips: sharp.versions.vips,
    },
  };
}

/**
 * Reads the text of a manifest.
 *
 * @returns the manifest, or undefined if the text is not one of ours
 */
export function parseManifest(text: string): AvatarManifest | undefined {
  try {
    return manifestSchema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

/**
 * Names what keeps two manifests from describing the same pictures; `num` does not count.
 *
 * @returns lines like `style is micah, asked for lorelei`; none if the sets are the same
 */
export function setDifferences(found: AvatarManifest, wanted: AvatarManifest): string[] {
  return (['style', 'seed', 'imageSize'] as const)
    .filter((key) => found[key] !== wanted[key])
    .map((key) => `${key} is ${found[key]}, asked for ${wanted[key]}`);
}

/**
 * Names the versions in which two manifests differ: their pictures may differ in a few bytes.
 *
 * @returns lines like `sharp was 0.34.0, is 0.35.5`
 */
export function versionDifferences(found: AvatarManifest, wanted: AvatarManifest): string[] {
  const names = new Set([...Object.keys(found.versions), ...Object.keys(wanted.versions)]);
  return [...names]
    .filter((name) => found.versions[name] !== wanted.versions[name])
    .map((n) => `${n} was ${found.versions[n] ?? 'absent'}, is ${wanted.versions[n] ?? 'absent'}`);
}

/** The packages hide their package.json from imports, so it is read beside their entry. */
function packageVersion(name: string): string {
  const entry = createRequire(import.meta.url).resolve(name);
  const text = readFileSync(join(dirname(entry), '..', 'package.json'), 'utf8');
  return z.object({ version: z.string() }).parse(JSON.parse(text)).version;
}
