import { basename } from 'node:path';
import { openFont, openFonts, type Font, type FontFileOptions } from '@gan-zoo/fonts';

/** A font to draw; it is opened when its turn comes, because outlines take much memory. */
export interface FontChoice {
  /** Lower case letters, digits and hyphens. */
  readonly id: string;
  readonly name: string;
  /** Package and version, or files. */
  readonly origin: string;
  /** Known for sure, such as `OFL-1.1`. */
  readonly licence?: string | undefined;
  /** Licence files beside it. */
  readonly licenceFiles: readonly string[];
  /** Its files, in the order in which they are searched. */
  readonly paths: readonly string[];
  /** What else its glyphs depend on. */
  readonly drawnAs: FontFileOptions;
}

/**
 * Opens a chosen font.
 *
 * @throws FontError as `openFont`
 */
export const openChoice = ({ paths, drawnAs }: FontChoice): Promise<Font> =>
  openFont(paths, drawnAs);

/**
 * Finds the fonts at paths of the user's own; see `openFonts` for how files become fonts.
 *
 * @param taken ids in use
 * @throws FontError as `openFonts`
 */
export async function findOwnFonts(
  paths: readonly string[],
  options: FontFileOptions,
  taken: ReadonlySet<string> = new Set(),
): Promise<readonly FontChoice[]> {
  const used = new Set(taken);
  return (await openFonts(paths, options)).map(({ name, paths: files }) => {
    const id = unusedId(name, used);
    used.add(id);
    const [first] = files;
    return {
      ...{ id, name, licenceFiles: [] },
      origin:
        files.length === 1 ? basename(first!) : `${basename(first!)} and ${files.length - 1} more`,
      ...{ paths: files, drawnAs: options },
    };
  });
}

/** An id for a font of that name: lower case letters, digits and hyphens, none of those in use. */
export function unusedId(name: string, used: ReadonlySet<string>): string {
  const base =
    name
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, '-')
      .replace(/^-|-$/g, '') || 'font';
  for (let number = 1; ; number++) {
    const id = number === 1 ? base : `${base}-${number}`;
    if (!used.has(id)) return id;
  }
}
