import { UserError } from '@gan-zoo/compiler';
import { z } from 'zod';
import { defineCommand, type Command } from '../cli/index.ts';
import { fields } from '../../base/options/index.ts';
import {
  findingsAfter,
  formatReport,
  nonFiniteWeight,
  patientOf,
  readFindingEvents,
  replayRun,
  type FindingEvent,
} from '../../judging/doctor/index.ts';
import {
  openNamedRun,
  readMetrics,
  readRunConfig,
  type RunFolder,
} from '../../training/run/index.ts';
import type { AnyGanDefinition } from '../../gan/definition/definition.ts';
import { loadOwnCheckpoint } from '../../training/trainer/loadRun.ts';

/**
 * The command `doctor` of an app: what the training doctor found, worked out again from the files
 * of a run, finished or not. It ends with exit code 0 whatever it finds; a script reads the word
 * `healthy`, or the run's `findings.jsonl`.
 */
export function doctorCommand(definition: AnyGanDefinition): Command {
  return defineCommand({
    name: 'doctor',
    description: 'Says what is wrong with a training, and what to change',
    schema: z.object({
      run: fields.run.default('latest').meta({
        placeholder: 'run',
        description: 'Run folder, or latest',
      }),
    }),
    examples: ['--run latest'],
    run: async ({ run: name }, context) => {
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
    },
  });
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
