import type { MetricsRecord } from '../../../training/run/index.ts';
import type { FindingKind, Severity } from '../finding.ts';

/** What a rule reads in one record. */
export interface Reading {
  /**
   * `trouble` and `fine` leave a gap between them, so that a measure at the border does not raise
   * and resolve a finding again and again: `between` keeps a finding and begins none.
   */
  readonly verdict: 'trouble' | 'between' | 'fine';
  readonly measured: Readonly<Record<string, number>>;
}

/** How long trouble must last before it is reported. */
export interface Patience {
  /** Readings in a row. */
  readonly readings: number;
  /** Steps from the first to the last of them. */
  readonly steps: number;
}

/**
 * One kind of trouble of one subject: a pure function over the records of `metrics.jsonl`.
 *
 * @typeParam Memory what the rule keeps between records, such as moving averages
 */
export interface Rule<Memory = unknown> {
  readonly kind: FindingKind;
  readonly subject: string;
  readonly severity: Severity;
  readonly patience: Patience;
  readonly initial: Memory;
  /** What a record says; no reading when it says nothing about this trouble. */
  read(
    record: MetricsRecord,
    memory: Memory,
  ): { readonly memory: Memory; readonly reading: Reading | undefined };
  /** What was seen and what it means. */
  explain(measured: Reading['measured']): string;
  /** What to change. */
  readonly suggestion: string;
}

/**
 * A verdict on a measure that is well when large.
 *
 * @param trouble below this there is trouble
 * @param fine from this on all is well
 */
export function tooLow(value: number, trouble: number, fine: number): Reading['verdict'] {
  if (value < trouble) return 'trouble';
  return value >= fine ? 'fine' : 'between';
}

/** As {@link tooLow}, for a measure that is well when small. */
export const tooHigh = (value: number, trouble: number, fine: number): Reading['verdict'] =>
  tooLow(-value, -trouble, -fine);

/** The worst of several verdicts. */
export function worst(...verdicts: readonly Reading['verdict'][]): Reading['verdict'] {
  if (verdicts.includes('trouble')) return 'trouble';
  return verdicts.includes('between') ? 'between' : 'fine';
}

/** A number for a sentence: three digits. */
export const shown = (value: number | undefined): string =>
  value === undefined ? '?' : String(Number(value.toPrecision(3)));
