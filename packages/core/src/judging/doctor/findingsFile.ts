import { closeSync, fsyncSync, openSync, writeSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { UserError } from '@gan-zoo/compiler';
import { z } from 'zod';
import { explainFileError, writeFileAtomically } from '../../base/files/index.ts';
import { type RunFolder } from '../../training/run/index.ts';
import { findingKinds, findingsAfter, type Finding, type FindingEvent } from './finding.ts';

/** JSON knows no NaN and Infinity, so these are texts in the file. */
const anyNumber = z.union([
  z.number(),
  z.enum(['NaN', 'Infinity', '-Infinity']).transform((text) => Number(text)),
]);

const eventSchema = z.object({
  event: z.enum(['raised', 'updated', 'resolved']),
  step: z.number(),
  finding: z.object({
    id: z.string(),
    kind: z.enum(findingKinds),
    subject: z.string(),
    severity: z.enum(['error', 'warning']),
    status: z.enum(['active', 'resolved']),
    firstStep: z.number(),
    lastStep: z.number(),
    raisedStep: z.number(),
    measured: z.record(z.string(), anyNumber),
    explanation: z.string(),
    suggestion: z.string(),
  }),
});

/** `findings.jsonl` of a run: one line per event, the last line of an id is its present state. */
export const findingsPath = (run: RunFolder): string => run.file('findings.jsonl');

/**
 * The findings of a run, each in its last written state, in the order in which they were raised.
 * A run without the file has none.
 *
 * @throws UserError when the file cannot be read or a line is not an event
 */
export async function readFindings(run: RunFolder): Promise<Finding[]> {
  return findingsAfter(await readFindingEvents(run));
}

/**
 * All events of a run's `findings.jsonl`; a line without line break, left by a power cut, is left out.
 *
 * @throws UserError as {@link readFindings}
 */
export async function readFindingEvents(run: RunFolder): Promise<FindingEvent[]> {
  const path = findingsPath(run);
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '';
    throw explainFileError(error, 'read the findings', path);
  });
  return text
    .split('\n')
    .slice(0, -1)
    .map((line, index) => {
      const parsed = eventSchema.safeParse(parseJson(line));
      if (parsed.success) return parsed.data;
      throw new UserError(
        `${path}, line ${index + 1}: expected a finding of the doctor, received ` +
          `${JSON.stringify(line.slice(0, 60))}. Remove the line; the command doctor works it out again.`,
      );
    });
}

/**
 * Adds events to a run's `findings.jsonl` and waits until the disk has them: there are few.
 *
 * @throws UserError when the disk is full or the file cannot be written
 */
export function appendFindingEvents(run: RunFolder, events: readonly FindingEvent[]): void {
  if (events.length === 0) return;
  const path = findingsPath(run);
  try {
    const file = openSync(path, 'a');
    try {
      writeSync(file, encodeEvents(events));
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
  } catch (error) {
    throw explainFileError(error, 'write the findings', path);
  }
}

/**
 * Replaces a run's `findings.jsonl`: a resumed run starts from what it knew at its checkpoint.
 *
 * @throws UserError as {@link appendFindingEvents}
 */
export async function writeFindingEvents(
  run: RunFolder,
  events: readonly FindingEvent[],
): Promise<void> {
  await writeFileAtomically(findingsPath(run), encodeEvents(events), 'the findings');
}

const encodeEvents = (events: readonly FindingEvent[]): string =>
  events
    .map((event) => {
      const line = JSON.stringify(event, (_key, value: unknown) =>
        typeof value === 'number' && !Number.isFinite(value) ? String(value) : value,
      );
      return `${line}\n`;
    })
    .join('');

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
