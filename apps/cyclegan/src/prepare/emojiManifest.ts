import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { z } from 'zod';
import { flatPackage, solidPackage, versionOf } from './emojiPairs.ts';

/** Name of the file beside the folders that says how the pictures were made. */
export const manifestName = 'manifest.json';

/** Raised when emoji are drawn or split in another way. */
const recipeVersion = '1';

const manifestSchema = z.object({
  /** Tells this folder from any other with a `manifest.json`. */
  format: z.literal('gan-zoo-emoji'),
  seed: z.int(),
  /** Side of the pictures in pixels. */
  imageSize: z.int(),
  background: z.string(),
  skinTones: z.boolean(),
  /** Whether the two styles of an emoji are side by side in one file. */
  paired: z.boolean().default(false),
  /** Emoji asked for to test by. */
  testCount: z.int(),
  /** Emoji by what they are for: `trainA`, `trainB` and `test`, or `train` and `test`. */
  counts: z.record(z.string(), z.int()),
  /** Emoji that were not used, and why. */
  leftOut: z.array(z.object({ name: z.string(), reason: z.string() })),
  credits: z.array(z.string()),
  /** Version of each package that has a say in the bytes, and of this app's own choices. */
  versions: z.record(z.string(), z.string()),
});

/** How the pictures of a folder were made, as stored in its `manifest.json`. */
export type EmojiManifest = z.infer<typeof manifestSchema>;

/** What decides how the emoji look and how they are split. */
export type EmojiRecipe = Pick<
  EmojiManifest,
  'seed' | 'imageSize' | 'background' | 'skinTones' | 'paired' | 'testCount' | 'versions'
>;

/** Who drew the emoji, one line for each style. */
export const credits: readonly string[] = [
  `A, flat: Fluent Emoji by Microsoft Corporation ` +
    `(https://github.com/microsoft/fluentui-emoji), MIT, from ${flatPackage}; rasterised.`,
  `B, 3D: Fluent Emoji by Microsoft Corporation ` +
    `(https://github.com/microsoft/fluentui-emoji), MIT, from ${solidPackage} by LobeHub, MIT; ` +
    `resized, on a plain background.`,
];

/** Versions of everything that the pictures depend on. */
export async function recipeVersions(): Promise<Record<string, string>> {
  return {
    recipe: recipeVersion,
    [flatPackage]: await versionOf(flatPackage),
    [solidPackage]: await versionOf(solidPackage),
    sharp: sharp.versions.sharp ?? 'unknown',
    libvips: sharp.versions.vips,
  };
}

/** Reads a folder's manifest; undefined when it has none, or another program's. */
export async function readManifest(folder: string): Promise<EmojiManifest | undefined> {
  try {
    const text = await readFile(join(folder, manifestName), 'utf8');
    return manifestSchema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

/**
 * Names what keeps a folder from being what is asked for.
 *
 * @returns lines like `imageSize is 128, asked for 256`; none if nothing does
 */
export function recipeDifferences(found: EmojiRecipe, wanted: EmojiRecipe): string[] {
  const keys = ['paired', 'seed', 'imageSize', 'background', 'skinTones', 'testCount'] as const;
  const options = keys
    .filter((key) => found[key] !== wanted[key])
    .map((key) => `${key} is ${found[key]}, asked for ${wanted[key]}`);
  const names = new Set([...Object.keys(found.versions), ...Object.keys(wanted.versions)]);
  const versions = [...names]
    .filter((name) => found.versions[name] !== wanted.versions[name])
    .map(
      (name) =>
        `${name} was ${found.versions[name] ?? 'absent'}, is ${wanted.versions[name] ?? 'absent'}`,
    );
  return [...options, ...versions];
}
