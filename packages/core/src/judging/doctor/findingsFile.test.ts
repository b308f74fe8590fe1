import { appendFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  encodeMetrics,
  runFolderAt,
  type MetricsRecord,
  type RunFolder,
} from '../../training/run/index.ts';
import type { ObserverPlace } from '../../training/trainer/observer.ts';
import { continueDiagnosis } from './continueDiagnosis.ts';
import { createDiagnosis } from './diagnosis.ts';
import {
  appendFindingEvents,
  findingsPath,
  readFindingEvents,
  readFindings,
  writeFindingEvents,
} from './findingsFile.ts';
import { tinyGan, latents } from './fixtures/tinyGan.ts';
import { spots } from './fixtures/tinyPictures.ts';
import { mlpDiscriminator, mlpGenerator } from '../../model/networks/index.ts';
import { patientOf } from './replayRun.ts';

const image = { height: 8, width: 8, channels: 1 };
const definition = tinyGan({
  generator: mlpGenerator({ latentDim: 4, image, hidden: [4] }),
  discriminator: mlpDiscriminator({ image, hidden: [4] }),
  real: (first, count) => spots('training', first, count),
  heldBack: (first, count) => spots('heldBack', first, count),
  inputs: latents,
});
const config = definition.schema.parse({});

/** A discriminator that is too strong from step 20 on, and NaN at one step. */
const records = (last: number, nanAt?: number): MetricsRecord[] =>
  Array.from({ length: last / 20 }, (_, index) => ({
    step: 20 * (index + 1),
    realScore: 0.99,
    fakeScore: 0.01,
    ...(20 * (index + 1) === nanAt ? { generatorLoss: NaN } : {}),
  }));
const eventsOf = (given: readonly MetricsRecord[]) => {
  const diagnosis = createDiagnosis(patientOf(definition, config));
  return given.flatMap((record) => diagnosis.observe(record));
};

let run: RunFolder;
beforeEach(async () => {
  run = runFolderAt(await mkdtemp(join(tmpdir(), 'gan-zoo-findings-')));
});
afterEach(() => rm(run.path, { recursive: true, force: true }));

describe('findings.jsonl', () => {
  it('keeps events, NaN too, and tells the last state of each finding', async () => {
    expect(await readFindings(run)).toEqual([]);
    const events = eventsOf(records(700, 400));
    appendFindingEvents(run, events.slice(0, 2));
    appendFindingEvents(run, events.slice(2));
    expect(await readFindingEvents(run)).toEqual(events);
    expect(events.map(({ event }) => event)).toEqual(['raised', 'raised', 'resolved', 'updated']);
    expect(
      (await readFindings(run)).map(({ kind, status, lastStep }) => [kind, status, lastStep]),
    ).toEqual([
      ['discriminatorTooStrong', 'active', 620],
      ['nonFinite', 'resolved', 400],
    ]);
    expect((await readFindings(run))[1]!.measured['generatorLoss']).toBeNaN();
  });

  it('does without a line that a power cut has torn, and names one that is no finding', async () => {
    const events = eventsOf(records(400));
    appendFindingEvents(run, events);
    await appendFile(findingsPath(run), '{"event":"rai');
    expect(await readFindingEvents(run)).toEqual(events);
    await writeFile(findingsPath(run), '{"event":"raised"}\n');
    await expect(readFindings(run)).rejects.toThrow(
      `${findingsPath(run)}, line 1: expected a finding of the doctor, received ` +
        `"{\\"event\\":\\"raised\\"}". Remove the line; the command doctor works it out again.`,
    );
  });
});

describe('continueDiagnosis', () => {
  const continueAt = (startStep: number, rollbacks: ObserverPlace['rollbacks'] = []) =>
    continueDiagnosis({ definition, config, run, startStep, rollbacks });

  it('forgets what was noted after the checkpoint, and goes on to the same findings', async () => {
    const whole = eventsOf(records(700));
    await writeFindingEvents(run, whole);
    await writeFile(
      run.metrics,
      records(700)
        .map((record) => `${encodeMetrics(record)}\n`)
        .join(''),
    );
    const diagnosis = await continueAt(500);
    expect(await readFindingEvents(run)).toEqual(whole.slice(0, 1));
    for (const record of records(700).filter(({ step }) => step > 500)) {
      appendFindingEvents(run, diagnosis.observe(record));
    }
    expect(await readFindingEvents(run)).toEqual(whole);
  });

  it('keeps a NaN that a rollback has undone, as resolved', async () => {
    const [raised] = createDiagnosis(patientOf(definition, config)).observe({
      step: 37,
      loss: NaN,
    });
    await writeFindingEvents(run, [raised!]);
    await continueAt(20, [{ from: 37, to: 20, factor: 0.5, cause: 'loss' }]);
    const events = await readFindingEvents(run);
    expect(events.map(({ event, step }) => [event, step])).toEqual([
      ['raised', 37],
      ['resolved', 37],
    ]);
    await continueAt(20);
    expect(await readFindingEvents(run)).toEqual(events);
  });

  it('learns from a rollback of a NaN that it did not see', async () => {
    await continueAt(20, [{ from: 37, to: 20, factor: 0.5, cause: 'generator/params/0.weight' }]);
    const [finding, ...others] = await readFindings(run);
    expect(others).toEqual([]);
    expect(finding).toMatchObject({ kind: 'nonFinite', status: 'resolved', firstStep: 37 });
    expect(finding!.measured).toEqual({ 'generator/params/0.weight': NaN });
  });

  it('begins a new run with an empty file: somebody looks', async () => {
    await continueAt(0);
    expect(await readFile(findingsPath(run), 'utf8')).toBe('');
  });
});
