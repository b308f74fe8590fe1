import { readMetrics } from '../../training/run/index.ts';
import type { ObserverPlace } from '../../training/trainer/observer.ts';
import type { Rollback } from '../../training/trainer/trainPosition.ts';
import { createDiagnosis, type Diagnosis } from './diagnosis.ts';
import { findingsAfter, type FindingEvent } from './finding.ts';
import { readFindingEvents, writeFindingEvents } from './findingsFile.ts';
import { patientOf, replayRun } from './replayRun.ts';

/**
 * Works out what the doctor knew where a training starts or goes on, and makes `findings.jsonl` say
 * just that: what a killed process noted of later steps will be seen again.
 */
export async function continueDiagnosis(
  place: Pick<ObserverPlace, 'definition' | 'config' | 'run' | 'startStep' | 'rollbacks'>,
): Promise<Diagnosis> {
  const { definition, config, run, startStep, rollbacks } = place;
  const { records } = await readMetrics(run.metrics);
  const past = records.filter(({ step }) => step <= startStep);
  const noted = await readFindingEvents(run);
  const { diagnosis, events } = replayRun(patientOf(definition, { ...config }), past, noted);
  const all = [...events, ...unnoted(rollbacks, events)];
  all.push(...endedByReturn(all, startStep));
  all.sort((a, b) => a.step - b.step);
  // An empty file says that the doctor looks and has found nothing.
  await writeFindingEvents(run, all);
  return diagnosis;
}

/** Causes of rollbacks that the doctor did not see, such as a weight that was NaN. */
function unnoted(
  rollbacks: readonly Rollback[],
  events: readonly FindingEvent[],
): readonly FindingEvent[] {
  const noted = new Set(
    events.flatMap(({ finding }) => (finding.kind === 'nonFinite' ? [finding.firstStep] : [])),
  );
  return rollbacks
    .filter(({ from }) => !noted.has(from))
    .flatMap(({ from, cause }) =>
      createDiagnosis({ fakes: [], discriminators: [], config: {} }).observe({
        step: from,
        [cause]: NaN,
      }),
    );
}

/** A checkpoint has finite weights: going back to it ends every NaN of a later step. */
function endedByReturn(events: readonly FindingEvent[], startStep: number): FindingEvent[] {
  return findingsAfter(events)
    .filter(
      ({ kind, status, firstStep }) =>
        kind === 'nonFinite' && status === 'active' && firstStep > startStep,
    )
    .map((finding) => ({
      event: 'resolved',
      step: finding.lastStep,
      finding: { ...finding, status: 'resolved' },
    }));
}
