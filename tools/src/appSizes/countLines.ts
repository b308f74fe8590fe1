import { readFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';

/** Lines of code: neither blank nor comment. Strings that hold comment marks are rare enough. */
export function countLines(source: string): number {
  const withoutComments = source.replace(/\/\*[\s\S]*?\*\//g, '').replace(/^\s*\/\/.*$/gm, '');
  return withoutComments.split('\n').filter((line) => line.trim() !== '').length;
}

/** What is not an app's statement of its GAN: tests, benchmarks, fixtures, data, the demo. */
const outside =
  /(\.test\.ts|\.d\.ts)$|(^|\/)(bench|fixtures|prepare)(\/|\w*\.ts$)|(^|\/)demo\w*\.ts$/;

/** A file with its lines of code. */
export interface CountedFile {
  /** Relative to the folder that was counted. */
  readonly path: string;
  readonly lines: number;
}

/**
 * Counts what an app says of its GAN: its networks, game, options, presets, command line.
 *
 * @param folder `src` of an app, absolute
 * @returns the files, the longest first
 */
export async function countApp(folder: string): Promise<CountedFile[]> {
  const paths = (await readdir(folder, { recursive: true })).map((path) =>
    path.replaceAll('\\', '/'),
  );
  return paths
    .filter((path) => path.endsWith('.ts') && !outside.test(path))
    .map((path) => ({ path, lines: countLines(readFileSync(join(folder, path), 'utf8')) }))
    .sort((a, b) => b.lines - a.lines || a.path.localeCompare(b.path));
}

/** The lines of all files. */
export const sumOf = (files: readonly CountedFile[]): number =>
  files.reduce((sum, { lines }) => sum + lines, 0);
