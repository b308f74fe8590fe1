import { describe, expect, it } from 'vitest';
import type { MetricsRecord } from '../../../training/run/index.ts';
import { createDiagnosis } from '../diagnosis.ts';
import type { FindingKind } from '../finding.ts';
import type { Patient } from './index.ts';
import { shown, tooHigh, tooLow, worst } from './rule.ts';

const patient: Patient = {
  fakes: [{ name: 'fakes' }],
  discriminators: [
    { name: 'd', fakes: 'fakes', realScore: 'realScore', fakeScore: 'fakeScore' },
    { name: 'critic', fakes: 'fakes' },
  ],
  config: { augment: [], labelSmoothing: 0, discriminatorLearningRate: 2e-4 },
};

/** What happened, as `step event kind`. */
function follow(records: readonly MetricsRecord[], options: Partial<Patient> = {}): string[] {
  const diagnosis = createDiagnosis({ ...patient, ...options });
  return records.flatMap((record) =>
    diagnosis.observe(record).map(({ step, event, finding }) => `${step} ${event} ${finding.kind}`),
  );
}

/** Records at steps `every`, 2·`every`, …, `last`. */
const every = (steps: number, last: number, valuesAt: (step: number) => Record<string, number>) =>
  Array.from({ length: last / steps }, (_, index) => {
    const step = (index + 1) * steps;
    return { step, ...valuesAt(step) };
  });

const scores = (realScore: number, fakeScore: number) => ({ realScore, fakeScore });
/** The measures of a healthy look, with some replaced. */
const look = (values: Record<string, number>) => ({
  ...{
    'diversity/fakes': 0.9,
    'distinctness/fakes': 0.8,
    'contrast/fakes': 1,
    'change/fakes': 0.2,
  },
  ...{ 'checkerboard/fakes': 1, 'correlation/fakes': 0.5 },
  ...values,
});

describe('verdicts', () => {
  it('leave a gap between trouble and fine', () => {
    expect([0.1, 0.2, 0.3].map((value) => tooLow(value, 0.2, 0.3))).toEqual([
      ...['trouble', 'between', 'fine'],
    ]);
    expect([0.1, 0.25, 0.4].map((value) => tooHigh(value, 0.3, 0.2))).toEqual([
      ...['fine', 'between', 'trouble'],
    ]);
    expect(worst('fine', 'between')).toBe('between');
    expect(worst('between', 'trouble', 'fine')).toBe('trouble');
    expect(shown(0.123456)).toBe('0.123');
  });
});

describe('discriminator too strong', () => {
  it('needs 300 steps of it, is raised once, updated seldom and resolved', () => {
    const records = every(20, 2000, (step) =>
      step <= 1600 ? scores(0.99, 0.01) : scores(0.7, 0.3),
    );
    expect(follow(records)).toEqual([
      '320 raised discriminatorTooStrong',
      '620 updated discriminatorTooStrong',
      '1220 updated discriminatorTooStrong',
      '1640 resolved discriminatorTooStrong',
    ]);
  });

  it('is not raised by single batches, nor near the border', () => {
    expect(
      follow(every(20, 1000, (step) => (step % 200 === 0 ? scores(0.4, 0.6) : scores(1, 0)))),
    ).toEqual([]);
    expect(follow(every(20, 1000, () => scores(0.93, 0.05)))).toEqual([]);
  });

  it('counts in what label smoothing asks for', () => {
    const smoothed = every(20, 400, () => scores(0.89, 0.01));
    expect(follow(smoothed)).toEqual([]);
    const config = { ...patient.config, labelSmoothing: 0.1 };
    expect(follow(smoothed, { config })).toEqual(['320 raised discriminatorTooStrong']);
  });

  it('says nothing of critics without scores', () => {
    const records = every(20, 1000, () => scores(1, 0));
    const [, critic] = patient.discriminators;
    expect(follow(records, { discriminators: [critic!] })).toEqual([]);
  });

  it('averages over steps, not records', () => {
    const diagnosis = createDiagnosis(patient);
    diagnosis.observe({ step: 100, ...scores(0.5, 0.5) });
    diagnosis.observe({ step: 300, ...scores(1, 0) });
    for (let step = 400; step <= 900; step += 100) diagnosis.observe({ step, ...scores(1, 0) });
    // 200 steps of weight 1 − e⁻², then 100 of 1 − e⁻¹ each: gap > 0.9 from step 400 on.
    expect(diagnosis.findings()[0]).toMatchObject({
      firstStep: 400,
      raisedStep: 700,
      lastStep: 900,
    });
    expect(diagnosis.findings()[0]!.measured['gap']).toBeCloseTo(1 - Math.exp(-8), 9);
  });
});

describe('discriminator too weak', () => {
  const blind = (step: number) => ({ ...scores(0.5, 0.49), ...(step % 100 === 0 ? unlike : {}) });
  const unlike = look({ 'contrast/fakes': 0.3 });

  it('is raised while samples differ from the data, or are not known', () => {
    expect(follow(every(20, 400, blind))).toEqual(['320 raised discriminatorTooWeak']);
    expect(follow(every(20, 400, () => scores(0.5, 0.49)))).toEqual([
      '320 raised discriminatorTooWeak',
    ]);
  });

  it('is no trouble where samples may be as good as real, unless D is misled', () => {
    const good = (gap: number) => (step: number) => ({
      ...scores(0.5, 0.5 - gap),
      ...(step % 40 === 20 ? look({}) : {}),
    });
    expect(follow(every(20, 1000, good(0.01)))).toEqual([]);
    expect(follow(every(20, 400, good(-0.2)))).toEqual(['320 raised discriminatorTooWeak']);
  });
});

describe('rules of samples', () => {
  const cases: [FindingKind, string, Record<string, number>, number][] = [
    ['modeCollapse', 'alike from the start', { 'diversity/fakes': 0.05 }, 1200],
    ['modeCollapse', 'copies of a few', { 'distinctness/fakes': 0.05 }, 1200],
    ['deadGenerator', 'blank', { 'contrast/fakes': 0.01, 'diversity/fakes': 0 }, 1200],
    ['deadGenerator', 'still', { 'change/fakes': 0 }, 300],
    ['colourInversion', 'negatives', { 'correlation/fakes': -0.8 }, 300],
    ['checkerboard', 'patterned', { 'checkerboard/fakes': 4 }, 1200],
  ];
  it.each(cases)(
    'raise %s (%s) after three looks, and after the warm-up',
    (kind, _, values, at) => {
      const raised = follow(every(100, 1300, () => look(values)));
      expect(raised.filter((line) => line.includes('raised'))).toEqual([`${at} raised ${kind}`]);
      const turned = every(100, 1600, (step) => look(step <= 1300 ? values : {}));
      expect(follow(turned).at(-1)).toBe(`1400 resolved ${kind}`);
    },
  );

  it('wait for as many updates of G, where it has one in several steps', () => {
    const config = { ...patient.config, generatorEverySteps: 5 };
    const alike = every(500, 7000, () => look({ 'diversity/fakes': 0.05 }));
    expect(follow(alike, { config })[0]).toBe('6000 raised modeCollapse');
  });

  it('do not speak of one or two looks, nor of the first one', () => {
    const records = every(100, 2400, (step) =>
      look(
        step % 300 === 0
          ? {}
          : { 'diversity/fakes': 0.01, 'change/fakes': 0, 'checkerboard/fakes': 9 },
      ),
    );
    expect(follow(records)).toEqual([]);
    const zero = { step: 0, ...look({ 'change/fakes': 0, 'correlation/fakes': -1 }) };
    expect(follow([zero, zero, zero])).toEqual([]);
  });

  it('find a fall of diversity within three looks, from wherever it came', () => {
    const records = every(100, 900, (step) => look({ 'diversity/fakes': step <= 300 ? 0.8 : 0.3 }));
    expect(follow(records).slice(0, 1)).toEqual(['600 raised modeCollapse']);
    const diagnosis = createDiagnosis(patient);
    for (const record of records) diagnosis.observe(record);
    const [finding] = diagnosis.findings();
    expect(finding).toMatchObject({
      id: 'modeCollapse/fakes/400',
      status: 'active',
      lastStep: 900,
    });
    expect(finding!.explanation).toBe(
      'The samples have become alike: they differ by 30 % of what real pictures differ, after 80 % ' +
        'at best. The generator draws fewer and fewer different pictures.',
    );
    // A first noise of twice the data's diversity is no peak to fall from.
    const noisy = every(100, 900, (step) => look({ 'diversity/fakes': step <= 300 ? 2 : 0.7 }));
    expect(follow(noisy)).toEqual([]);
  });
});

describe('overfitting', () => {
  const judged = (ratio: number, error: number) =>
    every(100, 500, () => ({ 'overfitting/d': ratio, 'overfittingError/d': error }));

  it('must be certain by two standard errors', () => {
    expect(follow(judged(0.9, 0.1))[0]).toBe('300 raised overfitting');
    expect(follow(judged(0.9, 0.3))).toEqual([]);
    expect(follow(judged(0.45, 0.01))).toEqual([]);
  });
});

describe('NaN', () => {
  it('is raised by any metric at once, and resolved by the next finite record', () => {
    expect(
      follow([
        { step: 3, loss: 1 },
        { step: 4, loss: NaN },
        { step: 5, loss: 1 },
      ]),
    ).toEqual([...['4 raised nonFinite', '5 resolved nonFinite']]);
    // The clock may have stood still.
    expect(follow([{ step: 3, loss: 1, imagesPerSecond: Infinity }])).toEqual([]);
  });

  it('leaves no trace in the averages of verdicts', () => {
    const records = every(20, 400, (step) => (step === 100 ? scores(NaN, 0) : scores(0.99, 0.01)));
    expect(follow(records)).toContain('320 raised discriminatorTooStrong');
  });
});

describe('suggestions', () => {
  const suggestionFor = (config: Patient['config']): string => {
    const diagnosis = createDiagnosis({ ...patient, config });
    for (const record of every(20, 400, () => scores(1, 0))) diagnosis.observe(record);
    return diagnosis.findings()[0]!.suggestion;
  };

  it('name options that the app has and does not use yet, with values', () => {
    expect(suggestionFor(patient.config)).toBe(
      'Try, one at a time: --augment color,translation,cutout; --label-smoothing 0.1; ' +
        '--discriminator-learning-rate 0.0001 (now 0.0002); more pictures.',
    );
    const busy = { augment: ['color'], labelSmoothing: 0.1, r1Gamma: 0, learningRate: 0.01 };
    expect(suggestionFor({ ...busy, spectralNorm: false, discriminatorEverySteps: 1 })).toBe(
      'Try, one at a time: --learning-rate 0.005 (now 0.01); --r1-gamma 10; --spectral-norm; ' +
        '--discriminator-every-steps 2; more pictures.',
    );
    expect(suggestionFor({ generatorEverySteps: 5 })).toBe(
      'Try, one at a time: --generator-every-steps 1 (now 5); more pictures.',
    );
  });

  it('know what to do about NaN', () => {
    const diagnosis = createDiagnosis({
      ...patient,
      config: { onNan: 'stop', learningRate: 0.02 },
    });
    const [raised] = diagnosis.observe({ step: 9, loss: Infinity });
    expect(raised!.finding.suggestion).toBe(
      'Try, one at a time: --resume from the last checkpoint before it; --on-nan rollback; ' +
        '--learning-rate 0.01 (now 0.02).',
    );
  });
});
