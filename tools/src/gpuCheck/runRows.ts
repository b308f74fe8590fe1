import { reasonOf } from './reasons.ts';
import type { FinishedRow, PlannedRow } from './row.ts';
import type { RowLimit } from './runChild.ts';

/** How rows are run. */
export interface RunOptions {
  /** Time for all of them. */
  readonly seconds: number;
  /** How many of those that may run at the same time do. */
  readonly concurrency: number;
  readonly signal: AbortSignal;
  /** Why a row is pointless, asked when it is its turn; undefined: it is not. */
  whyNot(row: PlannedRow): string | undefined;
  onRow?(row: FinishedRow): void;
  /** Seconds since any moment. Default: this process's clock. */
  readonly now?: () => number;
}

/**
 * Runs rows in their order, those that may at the same time together, and never for longer than the
 * time that there is. A row gets its share of what is left; what it does not use goes to those after
 * it. A row without a result says why.
 *
 * @throws the signal's reason when the user interrupts
 */
export async function runRows(
  rows: readonly PlannedRow[],
  options: RunOptions,
): Promise<readonly FinishedRow[]> {
  const { now = () => performance.now() / 1000, concurrency, signal } = options;
  const end = now() + options.seconds;
  const finished = new Array<FinishedRow>(rows.length);
  const runOne = async (index: number): Promise<void> => {
    const row = rows[index]!;
    const { section, labels } = row;
    const without = (note: string): FinishedRow => ({
      ...{ section, labels, cells: undefined, note, disagrees: false },
    });
    const why = options.whyNot(row);
    const rest = rows.slice(index).filter((each) => options.whyNot(each) === undefined);
    const seconds = why === undefined ? shareOf(row, rest, end - now(), concurrency) : 0;
    const result =
      why !== undefined
        ? without(why)
        : seconds === undefined
          ? without('no time left')
          : await runWithin(row, limitsOf(row, seconds, end - now()), signal).catch(
              (error: unknown) => {
                signal.throwIfAborted();
                return without((error as Error).message);
              },
            );
    finished[index] = result;
    options.onRow?.(result);
  };
  for (let index = 0; index < rows.length;) {
    const count = countTogether(rows.slice(index));
    await inLanes(index, count, concurrency, runOne);
    index += count;
  }
  return finished;
}

/** How many rows from the first on may run at the same time: those of one table. */
function countTogether(rows: readonly PlannedRow[]): number {
  const others = rows.findIndex(
    ({ isParallel, section }) => isParallel !== true || section !== rows[0]!.section,
  );
  return others === -1 ? rows.length : Math.max(1, others);
}

/**
 * The seconds that a row may take.
 *
 * @param rest the row and those after it
 * @returns undefined when less than its minimum is left
 */
export function shareOf(
  row: PlannedRow,
  rest: readonly PlannedRow[],
  remaining: number,
  concurrency: number,
): number | undefined {
  if (remaining < row.minimumSeconds) return undefined;
  const weightOf = ({ seconds, isParallel }: PlannedRow): number =>
    isParallel === true ? seconds / concurrency : seconds;
  const total = rest.reduce((sum, each) => sum + weightOf(each), 0);
  return Math.min(
    remaining,
    Math.max(row.minimumSeconds, (remaining * row.seconds) / (total || 1)),
  );
}

/**
 * A machine may be slower than a row's seconds suppose; those after it then get less. What a row needs
 * at least to be worth beginning is far from what it may need.
 */
const limitsOf = (
  { minimumSeconds }: PlannedRow,
  seconds: number,
  remaining: number,
): Omit<RowLimit, 'signal'> => ({
  seconds,
  longestSeconds: Math.min(remaining, Math.max(2 * seconds, 4 * minimumSeconds)),
});

/** @throws Error with the reason in words */
async function runWithin(
  row: PlannedRow,
  limits: Omit<RowLimit, 'signal'>,
  signal: AbortSignal,
): Promise<FinishedRow> {
  const { section, labels } = row;
  const over = new AbortController();
  const timer = setTimeout(() => over.abort(), 1000 * limits.longestSeconds);
  const limit = { ...limits, signal: AbortSignal.any([signal, over.signal]) };
  try {
    const { cells, note = '', disagrees = false } = await row.run(limit);
    return { section, labels, cells, note, disagrees };
  } catch (error) {
    throw new Error(reasonOf(error, limit), { cause: error });
  } finally {
    clearTimeout(timer);
  }
}

/** Runs tasks of consecutive numbers, so many at a time. */
async function inLanes(
  first: number,
  count: number,
  lanes: number,
  run: (index: number) => Promise<void>,
): Promise<void> {
  let next = first;
  const lane = async (): Promise<void> => {
    while (next < first + count) await run(next++);
  };
  await Promise.all(Array.from({ length: lanes }, lane));
}
