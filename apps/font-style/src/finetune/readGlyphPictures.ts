import { basename, extname, join } from 'node:path';
import {
  listImageFiles,
  mapInOrder,
  UserError,
  type CommandContext,
  type SkippedFile,
} from '@gan-zoo/core';
import { isBlank, readGlyphPicture } from '@gan-zoo/fonts';

/** Pictures of single characters, made alike. */
export interface GlyphPictures {
  /** By character: grey levels [S, S], ink 0 on paper 255. */
  readonly pictures: ReadonlyMap<string, Uint8Array>;
  /** How many had light ink on dark paper, and were inverted. */
  readonly inverted: number;
  readonly skipped: readonly SkippedFile[];
}

/**
 * Reads a folder of pictures that are named by their characters: `天.png`, `u5929.png`,
 * `U+5929.png`; see {@link readGlyphPicture}.
 *
 * @param folder absolute path
 * @param imageSize side of the results in pixels
 * @throws UserError when there is no such folder, or no picture in it can be used
 */
export async function readGlyphPictures(
  folder: string,
  imageSize: number,
  { signal }: Pick<CommandContext, 'signal'>,
): Promise<GlyphPictures> {
  const listing = await listImageFiles(folder, '--glyphs');
  const skipped = [...listing.skipped];
  const pictures = new Map<string, Uint8Array>();
  let inverted = 0;
  const read = mapInOrder(
    listing.files,
    async ({ path }) => ({ path, result: await readOne(join(folder, path), imageSize) }),
    { workers: 8, signal },
  );
  for await (const { path, result } of read) {
    if ('reason' in result) skipped.push({ path, reason: result.reason });
    else if (pictures.has(result.character)) {
      skipped.push({ path, reason: `another picture of ${result.character}` });
    } else {
      pictures.set(result.character, result.pixels);
      if (result.isInverted) inverted++;
    }
  }
  if (pictures.size > 0) return { pictures, inverted, skipped };
  const [first] = skipped;
  throw new UserError(
    `--glyphs: expected pictures named by their characters in ${folder}, such as 天.png or ` +
      `u5929.png, received none that can be used` +
      (first === undefined ? '.' : ` (${first.path}: ${first.reason}).`),
  );
}

/** The character that a file is named by, if it is. */
export function characterOf(path: string): string | undefined {
  const name = basename(path, extname(path)).normalize('NFC');
  const code = /^u\+?([0-9a-f]{4,6})$/i.exec(name)?.[1];
  const codepoint = code === undefined ? undefined : Number.parseInt(code, 16);
  if (codepoint !== undefined) {
    return codepoint <= 0x10ffff ? String.fromCodePoint(codepoint) : undefined;
  }
  return [...name].length === 1 ? name : undefined;
}

type ReadPicture =
  | { readonly character: string; readonly pixels: Uint8Array; readonly isInverted: boolean }
  | { readonly reason: string };

async function readOne(path: string, imageSize: number): Promise<ReadPicture> {
  const character = characterOf(path);
  if (character === undefined) return { reason: 'its name is no single character' };
  try {
    const { pixels, isInverted } = await readGlyphPicture(path, imageSize);
    if (isBlank(pixels)) return { reason: 'it shows no ink' };
    return { character, pixels, isInverted };
  } catch (error) {
    const reason = error instanceof Error ? error.message.split('\n', 1)[0]! : String(error);
    return { reason: `it cannot be read: ${reason}` };
  }
}
