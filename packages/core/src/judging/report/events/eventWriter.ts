import { mkdirSync, readdirSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';

import { explainFileError } from '../../../base/files/fileErrors.ts';
import { imageEvent, scalarsEvent, sessionStartEvent, versionEvent } from './eventMessages.ts';
import { createRecordFile } from './recordFile.ts';

/** Writes what TensorBoard shows: `tensorboard --logdir <folder>`. */
export interface EventWriter {
  /** The file that is written, absolute. */
  readonly path: string;
  /** Adds numbers of a step, by tag; TensorBoard groups tags by what stands before their `/`. */
  scalars(step: number, values: Readonly<Record<string, number>>): void;
  /** Adds a picture of a step. @param png an encoded PNG file */
  image(step: number, tag: string, png: Uint8Array): void;
  /** Hands everything to the system; it happens by itself at least every 10 s of writing. */
  flush(): void;
  /** Flushes, and waits until the disk has it: do it together with a checkpoint. */
  sync(): void;
}

/** Options of {@link createEventWriter}. */
export interface EventWriterOptions {
  /**
   * Finished steps of the checkpoint that a run goes on from; without it the run is new. Events
   * after it that lie in the folder's older files are dropped by readers, since the run writes them
   * anew.
   */
  readonly startStep?: number | undefined;
  /** Milliseconds since 1970; default `Date.now`. */
  readonly now?: () => number;
  /** Name in the file's name; default this machine's. */
  readonly host?: string;
}

const flushEverySeconds = 10;
const namePattern = /^events\.out\.tfevents\.(\d+)\./;

/**
 * Starts a new event file in a folder, `events.out.tfevents.<seconds>.<host>.<pid>`. Older files
 * stay: readers take them in the order of their names, so that the new one's is always the last.
 *
 * @param folder absolute; is made when it is missing
 * @throws UserError, from any method, when the disk is full or the folder cannot be written
 */
export function createEventWriter(folder: string, options: EventWriterOptions = {}): EventWriter {
  const { startStep, now = Date.now, host = hostname() } = options;
  const seconds = (): number => now() / 1000;
  const guard = <Result>(work: () => Result): Result => {
    try {
      return work();
    } catch (error) {
      throw explainFileError(error, 'write the event files in', folder);
    }
  };
  guard(() => mkdirSync(folder, { recursive: true }));
  const path = join(
    folder,
    guard(() => nextName(folder, seconds(), host)),
  );
  const file = guard(() => createRecordFile(path));
  let flushedAt = seconds();
  const append = (record: Uint8Array): void => {
    file.append(record);
    if (seconds() - flushedAt < flushEverySeconds) return;
    file.flush();
    flushedAt = seconds();
  };
  guard(() => {
    file.append(versionEvent(seconds()));
    if (startStep !== undefined) {
      file.append(sessionStartEvent({ seconds: seconds(), step: startStep + 1 }));
    }
    file.flush();
  });
  return {
    path,
    scalars: (step, values) => {
      if (Object.keys(values).length === 0) return;
      guard(() => append(scalarsEvent({ seconds: seconds(), step }, values)));
    },
    image: (step, tag, png) =>
      guard(() => append(imageEvent({ seconds: seconds(), step }, tag, png))),
    flush: () => guard(() => file.flush()),
    sync: () => guard(() => file.sync()),
  };
}

/** Later than the latest name, even when a resume follows within a second or the clock was set. */
function nextName(folder: string, seconds: number, host: string): string {
  const times = readdirSync(folder).map((name) => Number(namePattern.exec(name)?.[1] ?? 0));
  const time = Math.max(Math.floor(seconds), ...times.map((earlier) => earlier + 1));
  const safeHost = host.replace(/[^\w.-]/g, '_');
  return `events.out.tfevents.${String(time).padStart(10, '0')}.${safeHost}.${process.pid}`;
}
