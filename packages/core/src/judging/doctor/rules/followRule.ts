import type { MetricsRecord } from '../../../training/run/index.ts';
import type { Finding, FindingEvent } from '../finding.ts';
import type { Reading, Rule } from './rule.ts';

/** What is known of one rule so far. */
export interface Watch<Memory = unknown> {
  readonly memory: Memory;
  /** Trouble in a row that is not reported yet, or is. */
  readonly streak: { readonly firstStep: number; readonly readings: number } | undefined;
  /** The finding, while it is active. */
  readonly active: Finding | undefined;
  /** The last step that was reported of the active finding. */
  readonly reportedStep: number;
}

/** Before the first record. */
export const freshWatch = <Memory>(rule: Rule<Memory>): Watch<Memory> => ({
  memory: rule.initial,
  streak: undefined,
  active: undefined,
  reportedStep: 0,
});

/**
 * Shows a record to a rule. A finding is raised once, when its trouble has lasted; an update is
 * reported whenever it has lasted twice as long as at the last report, so that a long run writes
 * few lines; it is resolved by the first reading that is fine.
 */
export function followRule<Memory>(
  rule: Rule<Memory>,
  watch: Watch<Memory>,
  record: MetricsRecord,
): { readonly watch: Watch<Memory>; readonly event: FindingEvent | undefined } {
  const { memory, reading } = rule.read(record, watch.memory);
  const next = { ...watch, memory };
  if (reading === undefined) return { watch: next, event: undefined };
  if (next.active !== undefined) return followActive(rule, next, next.active, record.step, reading);
  return followSilent(rule, next, record.step, reading);
}

function followSilent<Memory>(
  rule: Rule<Memory>,
  watch: Watch<Memory>,
  step: number,
  reading: Reading,
): { watch: Watch<Memory>; event: FindingEvent | undefined } {
  if (reading.verdict !== 'trouble') {
    return { watch: { ...watch, streak: undefined }, event: undefined };
  }
  const { firstStep = step, readings = 0 } = watch.streak ?? {};
  const streak = { firstStep, readings: readings + 1 };
  const { patience } = rule;
  if (streak.readings < patience.readings || step - firstStep < patience.steps) {
    return { watch: { ...watch, streak }, event: undefined };
  }
  const finding: Finding = {
    id: `${rule.kind}/${rule.subject}/${firstStep}`,
    kind: rule.kind,
    subject: rule.subject,
    severity: rule.severity,
    status: 'active',
    firstStep,
    lastStep: step,
    raisedStep: step,
    measured: reading.measured,
    explanation: rule.explain(reading.measured),
    suggestion: rule.suggestion,
  };
  return {
    watch: { ...watch, streak, active: finding, reportedStep: step },
    event: { event: 'raised', step, finding },
  };
}

function followActive<Memory>(
  rule: Rule<Memory>,
  watch: Watch<Memory>,
  active: Finding,
  step: number,
  { verdict, measured }: Reading,
): { watch: Watch<Memory>; event: FindingEvent | undefined } {
  if (verdict === 'fine') {
    return {
      watch: { ...watch, streak: undefined, active: undefined },
      event: { event: 'resolved', step, finding: { ...active, status: 'resolved' } },
    };
  }
  const finding: Finding = {
    ...active,
    lastStep: step,
    measured,
    explanation: rule.explain(measured),
  };
  const { firstStep } = finding;
  const isDue = step - firstStep >= 2 * Math.max(1, watch.reportedStep - firstStep);
  return {
    watch: { ...watch, active: finding, reportedStep: isDue ? step : watch.reportedStep },
    event: isDue ? { event: 'updated', step, finding } : undefined,
  };
}
