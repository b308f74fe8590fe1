import { setTimeout } from 'node:timers/promises';
import { startMeasured, type MeasuredProcess, type ProgramCall } from './measuredProcess.ts';

/** How one row of the table is measured. */
export interface RowOptions {
  readonly kind: string;
  readonly rounds: number;
  readonly stepsPerRound: number;
  readonly ours: ProgramCall;
  readonly theirs?: ProgramCall | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Called after each round with its number from 1. */
  readonly onRound?: (round: number) => void;
}

/** One program's part of a row. */
export interface SideResult {
  /** Milliseconds per step, one figure a round. */
  readonly times: readonly number[];
  readonly peakBytes: number;
  /** How it was computed, where the program had a choice. */
  readonly variant: string;
}

export interface RowResult {
  readonly ours: SideResult;
  readonly theirs?: SideResult;
}

/** Worker threads spin for a moment after their work; the other side must not share cores with them. */
const pauseMilliseconds = 100;

/**
 * Measures one kind of step: both programs in fresh processes, so that their memory is that of this
 * kind alone; both warmed up before the first round; then in turns, ours and theirs in each round.
 */
export async function measureRow(options: RowOptions): Promise<RowResult> {
  const { kind, rounds, stepsPerRound, signal, onRound } = options;
  const started: MeasuredProcess[] = [];
  try {
    const variants: string[] = [];
    for (const call of [options.ours, options.theirs]) {
      if (call === undefined) continue;
      const side = await startMeasured(call, signal);
      started.push(side);
      variants.push(await side.prepare(kind));
    }
    const times = started.map((): number[] => []);
    for (let round = 1; round <= rounds; round++) {
      for (const [index, side] of started.entries()) {
        await setTimeout(pauseMilliseconds, undefined, { ...(signal && { signal }) });
        times[index]!.push(await side.run(stepsPerRound));
      }
      onRound?.(round);
    }
    const results: SideResult[] = [];
    for (const [index, side] of started.entries()) {
      results.push({
        times: times[index]!,
        variant: variants[index]!,
        peakBytes: await side.peakBytes(),
      });
    }
    const [ours, theirs] = results;
    return { ours: ours!, ...(theirs === undefined ? {} : { theirs }) };
  } finally {
    await Promise.all(started.map((side) => side.close()));
  }
}
