import type { Failure } from './checkCall.ts';
import { expectationOf } from './expectations.ts';

/** What became of a kernel's calls. */
export interface KernelRow {
  readonly kernel: string;
  /** What tfjs-node's own kernel does wrong, where ours stands in for it. */
  readonly mended?: string | undefined;
  readonly calls: number;
  readonly failures: readonly Failure[];
}

/** The failures of a row that nothing explains. */
export const unexpectedFailures = ({ failures }: KernelRow): readonly Failure[] =>
  failures.filter(({ call }) => expectationOf(call) === undefined);

/** How many of a row's calls were refused, with an error. */
const refused = ({ failures }: KernelRow): number =>
  failures.filter(({ size }) => size === undefined).length;

/**
 * Why calls of a kernel fail, in words: the first error and the largest difference that nobody
 * expects, then the reasons of those that are expected; before them what has been mended.
 */
export function reasonsOf(row: KernelRow): string {
  const unexpected = unexpectedFailures(row);
  const error = unexpected.find(({ size }) => size === undefined);
  const largest = unexpected
    .filter(({ size }) => size !== undefined)
    .sort((a, b) => b.size! - a.size!)[0];
  const expected = row.failures
    .map(({ call }) => expectationOf(call))
    .filter((reason) => reason !== undefined);
  return [
    ...(row.mended === undefined ? [] : [`mended: tfjs-node ${row.mended}`]),
    ...(error === undefined ? [] : [error.reason]),
    ...(largest === undefined ? [] : [differenceOf(largest)]),
    ...new Set(expected.map((reason) => `as expected: ${reason}`)),
  ].join('; ');
}

const differenceOf = ({ size, reason }: Failure): string =>
  size === Infinity ? reason : `${reason} (${size!.toExponential(1)} of the largest value)`;

const headings = 'kernel,calls,equal to tfjs-cpu,differ,refused,reason'.split(',');

/** Writes the rows as a table, aligned for a terminal or as Markdown, with a last row of sums. */
export function formatKernelTable(rows: readonly KernelRow[], markdown: boolean): string {
  const sums: KernelRow = {
    kernel: 'all',
    calls: rows.reduce((sum, { calls }) => sum + calls, 0),
    failures: rows.flatMap(({ failures }) => failures),
  };
  const lines = [...rows.map((row) => [...cellsOf(row), reasonsOf(row)]), [...cellsOf(sums), '']];
  return markdown ? markdownTable(lines) : alignedTable(lines);
}

function cellsOf(row: KernelRow): string[] {
  const { kernel, calls, failures } = row;
  const equal = calls - failures.length;
  const counts = [calls, equal, failures.length - refused(row), refused(row)];
  return [kernel, ...counts.map(String)];
}

/** Columns of figures stand to the right. */
const isFigure = (column: number): boolean => column >= 1 && column <= 4;

function markdownTable(rows: readonly string[][]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  const rule = headings.map((_, column) => (isFigure(column) ? '---:' : '---'));
  const escaped = rows.map((cells) => cells.map((cell) => cell.replaceAll('|', '\\|')));
  return [line(headings), line(rule), ...escaped.map(line)].join('\n');
}

function alignedTable(rows: readonly string[][]): string {
  const lines = [headings, ...rows];
  const widths = headings.map((_, column) =>
    Math.max(...lines.map((cells) => cells[column]!.length)),
  );
  const align = (cell: string, column: number): string =>
    isFigure(column) ? cell.padStart(widths[column]!) : cell.padEnd(widths[column]!);
  return lines.map((cells) => cells.map(align).join('  ').trimEnd()).join('\n');
}
