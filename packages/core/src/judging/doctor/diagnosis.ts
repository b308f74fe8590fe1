import type { MetricsRecord } from '../../training/run/index.ts';
import { findingsAfter, type Finding, type FindingEvent } from './finding.ts';
import { followRule, freshWatch, type Watch } from './rules/followRule.ts';
import { rulesFor, type Patient } from './rules/index.ts';

/** Follows a training through its records. */
export interface Diagnosis {
  /** Shows the next record of `metrics.jsonl`; returns what happened to findings. */
  observe(record: MetricsRecord): readonly FindingEvent[];
  /** All findings so far, resolved ones too, in the order in which they were raised. */
  findings(): readonly Finding[];
}

/**
 * Starts a diagnosis. It depends on the records alone: shown the same records, whether during the
 * training, after a resume or years later, it comes to the same findings.
 *
 * @param patient the GAN's fakes, discriminators and configuration
 */
export function createDiagnosis(patient: Patient): Diagnosis {
  const rules = rulesFor(patient);
  const watches: Watch[] = rules.map(freshWatch);
  const events: FindingEvent[] = [];
  return {
    observe: (record) => {
      const happened = rules.flatMap((rule, index) => {
        const { watch, event } = followRule(rule, watches[index]!, record);
        watches[index] = watch;
        return event ?? [];
      });
      events.push(...happened);
      return happened;
    },
    findings: () => {
      // Between two reports of a finding only its watch knows how long it has lasted.
      const active = watches.flatMap(({ active }) => active ?? []);
      const current = new Map(active.map((finding) => [finding.id, finding]));
      return findingsAfter(events).map((finding) => current.get(finding.id) ?? finding);
    },
  };
}
