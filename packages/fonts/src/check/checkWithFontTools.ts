import { fileURLToPath } from 'node:url';
import { isFullWidth } from '../trace/glyphWidth.ts';
import type { FontToCheck, IndependentCheck } from './fontToCheck.ts';
import { findTool, runTool } from './runTool.ts';

// From the package's folder, since building copies no Python.
const script = fileURLToPath(new URL('../../src/check/checkFont.py', import.meta.url));
const pythons = ['python3', '/usr/bin/python3'];

/** What the script prints. */
interface Findings {
  readonly version: string;
  readonly tables: readonly string[];
  readonly glyphs: number;
  readonly drawn: number;
  readonly problems: readonly string[];
}

/**
 * Lets fontTools parse all tables and compare checksums, characters, advance widths, names and the
 * number of glyphs, and draws every character's outline.
 */
export async function checkWithFontTools(
  font: FontToCheck,
  signal?: AbortSignal,
): Promise<IndependentCheck> {
  const python = await findTool(pythons, ['-c', 'import fontTools']);
  if (python === undefined) {
    const summary = 'not checked: python3 with fontTools is not installed';
    return { tool: 'fontTools', isDone: false, summary, problems: [] };
  }
  const input = JSON.stringify(expectedOf(font));
  const run = runTool(python, [script, font.path], { input, signal });
  const printed = await run.catch((error: unknown) => {
    signal?.throwIfAborted();
    return error as Error;
  });
  if (printed instanceof Error) {
    const problems = [printed.message.trim().split('\n').at(-1)!];
    return { tool: 'fontTools', isDone: true, summary: 'cannot read the font', problems };
  }
  const { version, tables, glyphs, drawn, problems } = JSON.parse(printed) as Findings;
  const summary = `${version} read ${tables.length} tables and ${glyphs} glyphs, and drew ${drawn} characters`;
  return { tool: 'fontTools', isDone: true, summary, problems };
}

/** Numbers of the fields in the table `name`. */
const nameIds = { copyright: 0, family: 1, designer: 9, license: 13, licenseUrl: 14 } as const;

function expectedOf({ outlines, names }: FontToCheck) {
  const texts = Object.entries(nameIds).flatMap(([key, id]) => {
    const text = names[key as keyof typeof nameIds];
    return text === undefined ? [] : [[id, text] as const];
  });
  const isWide = outlines.some(({ codepoint }) => isFullWidth(codepoint));
  return {
    glyphs: outlines.map(({ codepoint, advanceWidth }) => [codepoint, advanceWidth]),
    // The box for missing characters, the space, and where there are such the wide space.
    glyphCount: outlines.length + (isWide ? 3 : 2),
    names: Object.fromEntries(texts),
  };
}
