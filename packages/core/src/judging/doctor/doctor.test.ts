import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createRuntime, hostTensor } from '@gan-zoo/compiler';
import { afterAll, describe, expect, it } from 'vitest';
import {
  conv2d,
  conv2dTranspose,
  dense,
  relu,
  sequential,
  tanh,
  unflatten,
  type Layer,
} from '../../model/layers/index.ts';
import { mlpDiscriminator, mlpGenerator } from '../../model/networks/index.ts';
import { createRandom } from '../../model/random/index.ts';
import { createRunFolder, readMetrics } from '../../training/run/index.ts';
import { noiseBatchTools } from '../../training/batchTools/index.ts';
import { createDoctorObserver } from './doctorObserver.ts';
import type { FindingKind } from './finding.ts';
import { findingsPath, readFindings } from './findingsFile.ts';
import { latents, tinyGan, type TinyGanOptions } from './fixtures/tinyGan.ts';
import { noisePictures, spots, spotsOrHoles, tinySide } from './fixtures/tinyPictures.ts';
import { removeTinyRuns, tinyFolder, trainTiny, type TinyTraining } from './fixtures/trainTiny.ts';

const image = { height: tinySide, width: tinySide, channels: 1 };
const spotGan: TinyGanOptions = {
  generator: mlpGenerator({ latentDim: 4, image, hidden: [32] }) as Layer,
  discriminator: mlpDiscriminator({ image, hidden: [32] }) as Layer,
  real: (first, count) => spots('training', first, count),
  heldBack: (first, count) => spots('heldBack', first, count),
  inputs: latents,
};

afterAll(removeTinyRuns);

/** The one finding of a kind that is still there. */
function activeOf({ findings }: TinyTraining, kind: FindingKind) {
  const found = findings.filter((finding) => finding.kind === kind && finding.status === 'active');
  expect(found, `${kind} among ${findings.map(({ id }) => id).join(', ')}`).toHaveLength(1);
  return found[0]!;
}

describe('a healthy training', () => {
  it('raises nothing, at the balance of both networks too, and logs its measures', async () => {
    const training = await trainTiny(tinyGan(spotGan), { steps: 1200 });
    expect(training.findings).toEqual([]);
    expect(training.lines).toContain('Doctor: healthy');
    const { records } = await readMetrics(training.run.metrics);
    const last = records.filter((record) => record['diversity/fakeImages'] !== undefined).at(-1)!;
    expect(last['contrast/fakeImages']).toBeGreaterThan(0.5);
    expect(last['correlation/fakeImages']).toBeGreaterThan(0.5);
    expect(last['change/fakeImages']).toBeGreaterThan(0.01);
    expect(last['checkerboard/fakeImages']).toBeLessThan(2);
    expect(last['realScore']! - last['fakeScore']!).toBeLessThan(0.05);
  });
});

describe('a training in trouble', () => {
  const strong = { discriminatorLearningRate: 0.01, generatorLearningRate: 1e-5 };

  it('has a discriminator that learns too fast: too strong; a resume finds the same', async () => {
    const whole = await trainTiny(tinyGan(spotGan), { steps: 500, config: strong });
    const finding = activeOf(whole, 'discriminatorTooStrong');
    expect(finding.subject).toBe('discriminator');
    expect(finding.raisedStep - finding.firstStep).toBe(300);
    expect(finding.lastStep).toBe(500);
    expect(finding.measured['gap']).toBeGreaterThan(0.9);
    expect(finding.suggestion).toContain('--augment color,translation,cutout');
    expect(finding.suggestion).toContain('--discriminator-learning-rate 0.005 (now 0.01)');
    expect(whole.lines.join('\n')).toContain(
      `Doctor, step ${finding.raisedStep}: Discriminator too strong (discriminator) since step`,
    );

    const broken = await trainTiny(tinyGan(spotGan), { steps: 500, config: strong, stopAt: 230 });
    expect(broken.findings).toEqual([]);
    const { run } = await trainTiny(tinyGan(spotGan), {
      ...{ steps: 500, config: strong, resume: broken.run },
    });
    expect(await readFile(findingsPath(run), 'utf8')).toBe(
      await readFile(findingsPath(whole.run), 'utf8'),
    );
    const measured = async (metrics: string) =>
      (await readMetrics(metrics)).records.map(
        ({ seconds: _, imagesPerSecond: __, ...rest }) => rest,
      );
    expect(await measured(run.metrics)).toEqual(await measured(whole.run.metrics));
  });

  it('has a discriminator that learns nothing: too weak', async () => {
    const config = { discriminatorLearningRate: 1e-6 };
    const training = await trainTiny(tinyGan(spotGan), { steps: 400, config });
    const finding = activeOf(training, 'discriminatorTooWeak');
    expect(finding.measured['gap']).toBeLessThan(0);
    expect(finding.suggestion).toContain('--discriminator-learning-rate 0.000002');
  });

  it('has a generator that learns nothing: dead', async () => {
    const config = { generatorLearningRate: 0 };
    const training = await trainTiny(tinyGan(spotGan), { steps: 200, config });
    const finding = activeOf(training, 'deadGenerator');
    expect(finding).toMatchObject({ firstStep: 50, raisedStep: 150, severity: 'error' });
    expect(finding.measured['change']).toBe(0);
    expect(finding.explanation).toContain('the samples have not changed since the last look');
  });

  it('has a generator that ignores its latents: mode collapse', async () => {
    const ones = (_first: number, count: number) =>
      hostTensor([count, 4], new Float32Array(4 * count).fill(1));
    const training = await trainTiny(tinyGan({ ...spotGan, inputs: ones }), { steps: 1100 });
    const finding = activeOf(training, 'modeCollapse');
    expect(finding.measured).toMatchObject({ diversity: 0, distinctness: 0 });
    expect(finding.explanation).toContain('one picture whatever its input is');
  });

  it('has transposed convolutions that never overlap: checkerboard', async () => {
    const generator = sequential({
      0: dense({ inUnits: 4, units: 8 * 16 }),
      1: relu(),
      2: unflatten({ height: 4, width: 4, channels: 8 }),
      3: conv2dTranspose({ inChannels: 8, filters: 1, kernelSize: 2, strides: 2 }),
      4: tanh(),
    });
    const config = { generatorLearningRate: 1e-5 };
    const training = await trainTiny(tinyGan({ ...spotGan, generator }), { steps: 1100, config });
    const finding = activeOf(training, 'checkerboard');
    expect(finding.measured['checkerboard']).toBeGreaterThan(3);
  });

  it('has few pictures and a wide discriminator: overfitting', async () => {
    const gan = tinyGan({
      ...spotGan,
      real: (first, count) => noisePictures('training', first, count),
      realCount: 16,
      heldBack: (first, count) => noisePictures('heldBack', first, count),
      discriminator: mlpDiscriminator({ image, hidden: [128] }),
    });
    const training = await trainTiny(gan, { steps: 200 });
    const finding = activeOf(training, 'overfitting');
    expect(finding.measured['overfitting']).toBeGreaterThan(0.6);
    expect(finding.suggestion).toContain('--augment');
  });

  it('translates into negatives that pass for real: colour inversion', async () => {
    const gan = tinyGan({
      ...spotGan,
      generator: sequential({
        0: conv2d({ inChannels: 1, filters: 1, kernelSize: 3, padding: 1, bias: false }),
        1: tanh(),
      }),
      translates: true,
      real: (first, count) => spotsOrHoles('b', first, count),
      heldBack: (first, count) => spotsOrHoles('heldBack', first, count),
      inputs: (first, count) => spotsOrHoles('a', first, count),
      adapt: ({ params, buffers }) => {
        const negative = hostTensor([1, 1, 3, 3], [0, 0, 0, 0, -1.5, 0, 0, 0, 0]);
        expect(Object.keys(params)).toEqual(['0.weight']);
        return { params: { '0.weight': negative }, buffers };
      },
    });
    const training = await trainTiny(gan, { steps: 200 });
    const finding = activeOf(training, 'colourInversion');
    expect(finding.measured['correlation']).toBeLessThan(-0.9);
    expect(finding.explanation).toContain('Translations are negatives of their inputs');
  });

  it('takes steps far too large: NaN', async () => {
    const definition = tinyGan(spotGan);
    const rates = { generatorLearningRate: 1e30, discriminatorLearningRate: 1e30 };
    const config = definition.schema.parse(rates);
    const root = await tinyFolder();
    const run = await createRunFolder({ out: join(root, 'run'), app: 'tiny', root });
    const runtime = await createRuntime({ backend: 'onnx-cpu', threads: 1 });
    const tools = noiseBatchTools(config);
    const lines: string[] = [];
    const doctor = await createDoctorObserver({
      ...{ definition, config, run, runtime, tools, startStep: 0, totalSteps: 10 },
      ...{ stepsPerEpoch: 100, remembered: undefined, rollbacks: [] },
      signal: new AbortController().signal,
      log: (line) => void lines.push(line),
    });
    const state = definition.initState(config, createRandom(0));
    const runner = await runtime.trainStep(definition.createTrainStep(config), state);
    const batches = await definition.openBatches(config, tools);
    for (let step = 1; step <= 5; step++) {
      const { metrics } = await runner.step(await batches.batchAt(step - 1));
      await doctor.step?.({ step, epoch: 0, metrics });
    }
    await runtime.close();
    const [finding, ...others] = await readFindings(run);
    expect(others).toEqual([]);
    expect(finding).toMatchObject({ kind: 'nonFinite', subject: 'training', severity: 'error' });
    expect(Object.values(finding!.measured).every(Number.isFinite)).toBe(false);
    expect(lines[0]).toMatch(/^Doctor, step \d: NaN or infinite values$/);
    expect(finding!.explanation).toMatch(/(Loss|Score) became (NaN|-?Infinity)\./);
  });
});
