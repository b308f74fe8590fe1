import { readdir, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { UserError } from '@gan-zoo/core';
import { z } from 'zod';

/** Packages that the emoji come from. */
export const flatPackage = '@iconify-json/fluent-emoji-flat';
export const solidPackage = '@lobehub/fluent-emoji-3d';

/** One emoji in both styles. */
export interface EmojiPair {
  /** Name in words, `waving-hand`; different for every emoji. */
  readonly name: string;
  /** Unicode code points in hexadecimal, joined by `-`, without variation selectors. */
  readonly codepoints: string;
  /** The flat drawing as SVG. */
  readonly flatSvg: string;
  /** Path of the 3D picture (webp). */
  readonly solidPath: string;
}

const iconsSchema = z.object({
  width: z.number().default(16),
  height: z.number().default(16),
  icons: z.record(
    z.string(),
    z.object({ body: z.string(), width: z.number().optional(), height: z.number().optional() }),
  ),
});
const namesSchema = z.record(z.string(), z.string());

/** The five skin tones. */
const TONE = /^1f3f[b-f]$/;

/** U+FE0F asks for colour; the two packages disagree on where it stands. */
const withoutSelectors = (codepoints: string): string =>
  codepoints
    .split('-')
    .filter((codepoint) => codepoint !== 'fe0f')
    .join('-');

/** Whether an emoji has a skin tone that was chosen. */
export const hasSkinTone = ({ codepoints }: Pick<EmojiPair, 'codepoints'>): boolean =>
  codepoints.split('-').some((codepoint) => TONE.test(codepoint));

/**
 * What an emoji is without its skin tone and its gender: variants of it look much alike.
 *
 * @returns code points; U+200D, ♀ and ♂ are left out, man and woman become person
 */
export const kindOf = ({ codepoints }: Pick<EmojiPair, 'codepoints'>): string =>
  codepoints
    .split('-')
    .filter((codepoint) => !TONE.test(codepoint) && !['200d', '2640', '2642'].includes(codepoint))
    .map((codepoint) => (['1f468', '1f469'].includes(codepoint) ? '1f9d1' : codepoint))
    .join('-');

/**
 * An emoji's name without the side that it looks to: mirrored in training, the left one is the
 * right one.
 */
export const sidelessName = ({ name }: Pick<EmojiPair, 'name'>): string =>
  name.replace(/\b(left|right)\b/g, 'side');

/**
 * Lists the emoji that both installed packages draw, sorted by name.
 *
 * @throws UserError when a package is not installed or is another one than expected
 */
export async function listEmojiPairs(): Promise<EmojiPair[]> {
  const flatFolder = packageFolder(flatPackage);
  const icons = await readJson(join(flatFolder, 'icons.json'), iconsSchema);
  const names = await readJson(join(flatFolder, 'chars.json'), namesSchema);
  const solidFolder = join(packageFolder(solidPackage), 'assets');
  const solid = new Map<string, string>();
  for (const file of await readdir(solidFolder)) {
    if (file.endsWith('.webp')) solid.set(withoutSelectors(file.slice(0, -5)), file);
  }
  const pairs = new Map<string, EmojiPair>();
  for (const [written, name] of Object.entries(names)) {
    const codepoints = withoutSelectors(written);
    const file = solid.get(codepoints);
    const icon = icons.icons[name];
    if (file === undefined || icon === undefined) continue;
    const { width = icons.width, height = icons.height } = icon;
    const flatSvg = svgOf(icon.body, width, height);
    pairs.set(name, { name, codepoints, flatSvg, solidPath: join(solidFolder, file) });
  }
  return [...pairs.values()].sort((left, right) => (left.name < right.name ? -1 : 1));
}

const svgOf = (body: string, width: number, height: number): string =>
  `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" ` +
  `width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">${body}</svg>`;

function packageFolder(name: string): string {
  try {
    return dirname(createRequire(import.meta.url).resolve(`${name}/package.json`));
  } catch {
    throw new UserError(
      `prepare: expected the package ${name}, which holds emoji, to be installed. ` +
        `Run npm install, or train on your own folders with --domain-a and --domain-b.`,
    );
  }
}

async function readJson<Schema extends z.ZodType>(
  path: string,
  schema: Schema,
): Promise<z.output<Schema>> {
  const parsed = schema.safeParse(JSON.parse(await readFile(path, 'utf8')));
  if (parsed.success) return parsed.data;
  throw new UserError(
    `prepare: expected emoji in ${path}, received other content. Run npm install again.`,
  );
}

/** Version of an installed package. */
export async function versionOf(name: string): Promise<string> {
  const path = join(packageFolder(name), 'package.json');
  return (await readJson(path, z.object({ version: z.string() }))).version;
}
