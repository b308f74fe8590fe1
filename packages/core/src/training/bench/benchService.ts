import { readFileSync } from 'node:fs';
import { UserError } from '@gan-zoo/compiler';

/** One kind of step that an app can be timed with. */
export interface BenchKind {
  /** `discriminator` */
  readonly name: string;
  /** For tables: `D step`. */
  readonly title: string;
}

/** The first line of a process that waits to be timed: what it can do, and with what. */
export interface BenchHello {
  /** The app, or the peer that it is compared with. */
  readonly name: string;
  /** What computes, in words: versions, backend, library. */
  readonly engine: string;
  readonly threads: number | undefined;
  readonly kinds: readonly BenchKind[];
  /** The resolved configuration; a peer builds the same networks from it. */
  readonly config: Readonly<Record<string, unknown>>;
  /** Absolute path of the app's steps for its peer, if it has one. */
  readonly peerScript?: string | undefined;
}

/** What the parent may ask, one JSON object a line. */
export type BenchRequest =
  { readonly prepare: string } | { readonly run: number } | { readonly memory: true };

/** What the answers hold, one JSON object a line. */
export interface BenchAnswer {
  /** To `prepare`: how the kind is computed, where there was a choice. */
  readonly prepared?: string;
  /** To `run`: time of one step, the mean over the steps that were asked for. */
  readonly milliseconds?: number;
  /** To `memory`: the most memory that this process has held. */
  readonly peakBytes?: number;
}

/** What a process that is timed has to be able to do. */
export interface Measurable {
  /** Makes a kind ready and warms it up; called before anything is timed. */
  prepare(kind: string): Promise<string>;
  /** Runs so many steps of the prepared kind; resolves to milliseconds per step. */
  run(steps: number): Promise<number>;
}

/**
 * Serves measurements until the requests end: says hello, then answers line by line. The parent
 * decides who runs when, so that two processes can be timed in turns.
 *
 * @param lines requests, one JSON object each, such as the lines of stdin
 * @param print writes a line
 * @throws UserError for a line that is no request
 */
export async function serveMeasurements(
  hello: BenchHello,
  measurable: Measurable,
  lines: AsyncIterable<string>,
  print: (line: string) => void,
): Promise<void> {
  print(JSON.stringify(hello));
  for await (const line of lines) print(JSON.stringify(await answer(measurable, line)));
}

async function answer(measurable: Measurable, line: string): Promise<BenchAnswer> {
  const request = parseRequest(line);
  if ('prepare' in request) return { prepared: await measurable.prepare(request.prepare) };
  if ('run' in request) return { milliseconds: await measurable.run(request.run) };
  return { peakBytes: peakMemory() };
}

function parseRequest(line: string): BenchRequest {
  try {
    const request = JSON.parse(line) as Partial<Record<'prepare' | 'run' | 'memory', unknown>>;
    if (typeof request.prepare === 'string') return { prepare: request.prepare };
    if (typeof request.run === 'number' && request.run >= 1) return { run: request.run };
    if (request.memory === true) return { memory: true };
  } catch {
    // Told below.
  }
  throw new UserError(
    `bench: expected a line {"prepare": kind}, {"run": steps} or {"memory": true}, received ${line}.`,
  );
}

/**
 * The most physical memory that this process has held so far, in bytes: all of it, with the
 * JavaScript engine, ONNX Runtime and their libraries.
 */
export function peakMemory(): number {
  try {
    // Unlike getrusage's figure this one does not begin with what the parent held at the fork.
    const peak = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1];
    if (peak !== undefined) return 1024 * Number(peak);
  } catch {
    // Not Linux.
  }
  return 1024 * process.resourceUsage().maxRSS;
}
