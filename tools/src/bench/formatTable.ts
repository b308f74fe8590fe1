import { formatBytes } from '@gan-zoo/core';
import type { RowResult } from './measureRow.ts';
import { median, summariseRatios } from './statistics.ts';

/** A measured row with what it is called. */
export interface TableRow extends RowResult {
  readonly title: string;
  readonly batchSize: number;
}

/**
 * Writes the rows as a table, aligned for a terminal or as Markdown.
 *
 * @param peer the other side's name, for the headings; without it the columns of ours stand alone
 */
export function formatTable(
  rows: readonly TableRow[],
  peer: string | undefined,
  markdown: boolean,
): string {
  const headings = ['step', 'batch', 'ours'];
  if (peer !== undefined) headings.push(peer, 'ours / theirs', 'of the rounds');
  headings.push('our memory');
  if (peer !== undefined) headings.push('their memory');
  const cells = rows.map(cellsOf);
  return markdown ? markdownTable(headings, cells) : alignedTable(headings, cells);
}

function cellsOf({ title, batchSize, ours, theirs }: TableRow): string[] {
  const time = (times: readonly number[]): string => `${median(times).toFixed(1)} ms`;
  const first = [title, String(batchSize), time(ours.times)];
  if (theirs === undefined) return [...first, formatBytes(ours.peakBytes)];
  const { median: ratio, smallest, largest } = summariseRatios(ours.times, theirs.times);
  return [
    ...first,
    time(theirs.times),
    ratio.toFixed(2),
    `${smallest.toFixed(2)}–${largest.toFixed(2)}`,
    formatBytes(ours.peakBytes),
    formatBytes(theirs.peakBytes),
  ];
}

function markdownTable(headings: readonly string[], rows: readonly string[][]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  const rule = headings.map((_, column) => (column === 0 ? '---' : '---:'));
  return [line(headings), line(rule), ...rows.map(line)].join('\n');
}

function alignedTable(headings: readonly string[], rows: readonly string[][]): string {
  const lines = [headings, ...rows];
  const widths = headings.map((_, column) =>
    Math.max(...lines.map((cells) => cells[column]!.length)),
  );
  const align = (cell: string, column: number): string =>
    column === 0 ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!);
  return lines.map((cells) => cells.map(align).join('  ')).join('\n');
}
