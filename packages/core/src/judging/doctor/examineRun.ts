import { UserError } from '@gan-zoo/compiler';
import type { WorkContext } from '../../base/console/workContext.ts';
import type { AnyGanDefinition } from '../../gan/definition/index.ts';
import { openNamedRun, readMetrics, readRunConfig, type RunFolder } from '../../training/run/index.ts';
import { loadOwnCheckpoint } from '../../training/trainer/loadRun.ts';
import { findingsAfter, type FindingEvent } from './finding.ts';
import { readFindingEvents } from './findingsFile.ts';
import { formatReport } from './formatReport.ts';
import { nonFiniteWeight } from './measures/finite.ts';
import { patientOf, replayRun } from './replayRun.ts';

/**
 * Prints what the training doctor found, worked out again from the files of a run, finished or not.
 *
 * @param name as the user gave it: a run, or `latest`
 * @throws UserError when there is no such run, or it is another app's
 */
export async function examineRun(
  definition: AnyGanDefinition,
  name: string,
  context: Pick<WorkContext, 'app' | 'workingFolder' | 'print'>,
): Promise<void> {
  const run = await openNamedRun(name, context);
  const { app, config } = await readRunConfig(run);
  if (app !== definition.name) {
    throw new UserError(
      `${run.path}: expected a run of ${definition.name}, received one of ${app}. ` +
        `Use the doctor of ${app}.`,
    );
  }
  const { records } = await readMetrics(run.metrics);
  const patient = patientOf(definition, config);
  const { diagnosis, events } = replayRun(patient, records, await readFindingEvents(run));
  const current = new Map(diagnosis.findings().map((finding) => [finding.id, finding]));
  const noted = findingsAfter(events).map((finding) => current.get(finding.id) ?? finding);
  const findings = [...noted, ...findingsAfter(await checkWeights(run, definition))];
  for (const line of formatReport({ app, path: run.path, records, findings, patient })) {
    context.print(line);
  }
}

/** Looks for NaN in the weights of the last checkpoint, which later versions refuse to write. */
async function checkWeights(run: RunFolder, definition: AnyGanDefinition): Promise<FindingEvent[]> {
  const last = run.latestCheckpoint();
  if (last === undefined) return [];
  const { state, metadata } = await loadOwnCheckpoint(last.path, definition);
  const found = nonFiniteWeight(state);
  if (found === undefined) return [];
  const { diagnosis } = replayRun({ fakes: [], discriminators: [], config: {} }, [], []);
  return [...diagnosis.observe({ step: metadata.step, [found.name]: found.value })];
}
