import { formatBytes, formatDuration, formatRate } from '@gan-zoo/core';
import type { ProgramReport } from './dataProgram.ts';
import type { TrainingWait } from './trainingWait.ts';

/** Everything that was measured. */
export interface Measurements {
  readonly batchSize: number;
  /** Batches that each process read. */
  readonly batches: number;
  /** The first time the folder was opened. */
  readonly decode: ProgramReport;
  /** Batches alone. */
  readonly stream: ProgramReport;
  /** Batches of processes that ran at once. */
  readonly together: readonly ProgramReport[];
  readonly training?: TrainingWait & { readonly trainSteps: number };
}

/** Writes the measurements as a table, aligned for a terminal or as Markdown. */
export function reportRows(measured: Measurements, markdown: boolean): string {
  const { decode, stream, together, training } = measured;
  const images = measured.batches * measured.batchSize;
  const memory = ({ peakBytes, growthBytes }: ProgramReport): string[] => [
    formatBytes(peakBytes),
    `${growthBytes < 0 ? '−' : ''}${formatBytes(Math.abs(growthBytes))}`,
  ];
  const rate = (count: number, seconds: number): string[] => [
    String(count),
    formatDuration(seconds),
    formatRate(count / seconds, 'images'),
  ];
  const rows = [
    ['work', 'images', 'time', 'rate', 'memory', 'growth'],
    ['decode once', ...rate(decode.count, decode.openSeconds), ...memory(decode)],
    ['open again', ...rate(stream.count, stream.openSeconds), '', ''],
    ['batches alone', ...rate(images, stream.batchSeconds), ...memory(stream)],
    ...together.map((one, at) => [
      `batches, ${at + 1} of ${together.length} at once`,
      ...rate(images, one.batchSeconds),
      ...memory(one),
    ]),
  ];
  const lines = markdown ? markdownLines(rows) : alignedLines(rows);
  lines.push('', `Cache: ${formatBytes(decode.cacheBytes)} on disk`);
  if (training !== undefined) {
    const { trainSteps, waitedSeconds, totalSeconds } = training;
    lines.push(
      `Training: ${trainSteps} steps waited ${(1000 * waitedSeconds).toFixed(0)} ms for data ` +
        `(${formatDuration(totalSeconds)} in all)`,
    );
  }
  return lines.join('\n');
}

function markdownLines(rows: readonly (readonly string[])[]): string[] {
  const [headings = [], ...others] = rows;
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  const rule = headings.map((_, column) => (column === 0 ? '---' : '--:'));
  return [line(headings), line(rule), ...others.map(line)];
}

function alignedLines(rows: readonly (readonly string[])[]): string[] {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  return rows.map((row) =>
    row
      .map((cell, at) => (at === 0 ? cell.padEnd(widths[at]!) : cell.padStart(widths[at]!)))
      .join('  ')
      .trimEnd(),
  );
}
