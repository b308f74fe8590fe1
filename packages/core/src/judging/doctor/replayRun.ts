import type { MetricsRecord } from '../../training/run/index.ts';
import { createDiagnosis, type Diagnosis } from './diagnosis.ts';
import type { AnyGanDefinition } from '../../gan/definition/definition.ts';
import type { FindingEvent } from './finding.ts';
import type { AnyConfig } from './rules/advice.ts';
import type { Patient } from './rules/index.ts';

/** A diagnosis that has seen the past of a run. */
export interface Replay {
  readonly diagnosis: Diagnosis;
  /** Everything that happened to findings until now, in order. */
  readonly events: readonly FindingEvent[];
}

/**
 * Works out from a run's records what the doctor said while it trained. What the doctor saw
 * between two records, NaN in single steps or weights, is taken from its own notes.
 *
 * @param records of `metrics.jsonl`, up to the step to continue from
 * @param noted events of `findings.jsonl`
 */
export function replayRun(
  patient: Patient,
  records: readonly MetricsRecord[],
  noted: readonly FindingEvent[],
): Replay {
  const diagnosis = createDiagnosis(patient);
  const events = records.flatMap((record) => diagnosis.observe(record));
  const known = new Set(events.map(({ finding }) => finding.id));
  const others = noted.filter(
    ({ finding }) => finding.kind === 'nonFinite' && !known.has(finding.id),
  );
  // Sorting keeps the order of events of one step.
  return { diagnosis, events: [...events, ...others].sort((a, b) => a.step - b.step) };
}

/** A GAN as the rules see it. */
export const patientOf = (
  { sample, discriminators }: Pick<AnyGanDefinition, 'sample' | 'discriminators'>,
  config: AnyConfig,
): Patient => ({ fakes: sample.fakes, discriminators, config });
