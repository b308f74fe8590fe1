import { stat } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import { UserError } from '@gan-zoo/compiler';
import { listImageFiles, type SkippedFile } from '../../../data/folders/index.ts';

/** A picture to translate. */
export interface InputFile {
  /** Absolute. */
  readonly path: string;
  /** Relative to what the user named, with `/` on every system. */
  readonly name: string;
}

/** The pictures that `--input` names, and those that it names in vain. */
export interface Inputs {
  readonly files: readonly InputFile[];
  readonly skipped: readonly SkippedFile[];
}

/**
 * Finds pictures: one file, all in a folder and below it, or all that fit a pattern with `*` (within
 * a name), `**` (any folders), `?` and `{one,other}`. What lies in the folder for results is no input.
 *
 * @param input absolute path or pattern
 * @param out absolute folder of the results
 * @throws UserError when there is nothing of the kind
 */
export async function findInputs(input: string, out: string): Promise<Inputs> {
  const found = await stat(input).catch(() => undefined);
  if (found?.isFile() === true) {
    return { files: [{ path: input, name: basename(input) }], skipped: [] };
  }
  const isPattern = found === undefined && /[*?{]/.test(input);
  const folder = isPattern ? fixedPart(input) : input;
  const fits = isPattern ? patternOf(relative(folder, input)) : undefined;
  const listing = await listImageFiles(folder, '--input');
  const isWanted = ({ path }: { readonly path: string }): boolean =>
    (fits?.test(path) ?? true) && !isWithin(resolve(folder, path), out);
  const files = listing.files
    .filter(isWanted)
    .map(({ path }) => ({ path: join(folder, path), name: path }));
  const skipped = listing.skipped.filter(isWanted);
  if (files.length > 0) return { files, skipped };
  throw new UserError(
    `--input: expected pictures at "${input}", found none` +
      `${skipped.length > 0 ? ` that can be read (${skipped[0]!.path}: ${skipped[0]!.reason})` : ''}. ` +
      `Name a picture, a folder of pictures, or a pattern in quotes such as "photos/*.jpg".`,
  );
}

const isWithin = (path: string, folder: string): boolean => path.startsWith(`${folder}${sep}`);

/** The folders of a pattern that come before its first sign. */
function fixedPart(pattern: string): string {
  let folder = pattern;
  while (/[*?{]/.test(folder)) folder = dirname(folder);
  return folder;
}

/** A pattern of relative paths as a regular expression. */
function patternOf(pattern: string): RegExp {
  const signs = pattern.replaceAll(sep, '/').match(/\*\*\/|\*\*|\*|\?|\{[^{}]*\}|[^*?{]|\{/g) ?? [];
  const literal = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
  const parts = signs.map((sign) => {
    if (sign === '**/') return '(?:.*/)?';
    if (sign === '**') return '.*';
    if (sign === '*') return '[^/]*';
    if (sign === '?') return '[^/]';
    if (sign.startsWith('{') && sign.endsWith('}')) {
      return `(?:${sign.slice(1, -1).split(',').map(literal).join('|')})`;
    }
    return literal(sign);
  });
  return new RegExp(`^${parts.join('')}$`);
}
