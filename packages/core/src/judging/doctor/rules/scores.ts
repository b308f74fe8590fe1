import type { MetricsRecord } from '../../../training/run/index.ts';
import type { FindingKind } from '../finding.ts';
import {
  advise,
  augment,
  everySecondStep,
  everyStep,
  inWords,
  scaleRate,
  switchOn,
  type AnyConfig,
} from './advice.ts';
import { measuresIn } from './looks.ts';
import { shown, tooHigh, tooLow, type Reading, type Rule } from './rule.ts';

/** Steps over which a verdict is averaged: verdicts on single batches swing by tenths. */
export const averagedSteps = 100;

/** How long a balance must be lost. Healthy runs lose it for up to 200 steps at their start. */
export const imbalancedSteps = 300;

/**
 * The gap between the verdicts on real and fake pictures from which D is too strong: losses of D
 * below 0.1, where the gradient that G gets has all but vanished. Runs that end well stay below
 * 0.85 once they have begun.
 */
export const strongGap = { trouble: 0.9, fine: 0.85 } as const;

/**
 * The gap below which D is no better than tossing a coin. That is also how a training ends that has
 * succeeded: it is trouble only while the samples are unlike the data by {@link alikeWithin}.
 */
export const weakGap = { trouble: 0.05, fine: 0.1 } as const;

/** A D that takes fakes for real by this much is misled, whatever the samples look like. */
export const misledGap = -0.1;

/** Diversity and contrast as shares of the data's, within which samples may be as good as real. */
export const alikeWithin = { least: 0.6, most: 1 / 0.6 } as const;

/** What the rules need to know of a discriminator. */
export interface ScoredDiscriminator {
  readonly name: string;
  /** Name of the drawn pictures that it is to take for fakes. */
  readonly fakes: string;
  readonly realScore?: string;
  readonly fakeScore?: string;
}

/** Moving averages of both verdicts. */
interface Averages {
  readonly step: number;
  readonly realScore: number;
  readonly fakeScore: number;
}

interface Memory {
  readonly averages: Averages | undefined;
  /** Whether the samples of the last look may be as good as real; unknown before the first. */
  readonly looksAlike: boolean | undefined;
}

/**
 * Discriminators out of balance. The gap is (real − fake) / (1 − label smoothing), both verdicts
 * averaged over about {@link averagedSteps} steps with weights e^(−age / {@link averagedSteps});
 * 1 is a D that is never wrong, 0 one that guesses. Wasserstein critics have no such verdicts.
 */
export function scoreRules(
  discriminators: readonly ScoredDiscriminator[],
  config: AnyConfig,
): Rule<Memory>[] {
  const smoothing = config['labelSmoothing'];
  const target = 1 - (typeof smoothing === 'number' ? smoothing : 0);
  return discriminators.flatMap((discriminator) => {
    const { name, realScore, fakeScore } = discriminator;
    if (realScore === undefined || fakeScore === undefined) return [];
    const rule = (
      kind: FindingKind,
      verdict: (gap: number, looksAlike: boolean | undefined) => Reading['verdict'],
      words: Pick<Rule, 'explain' | 'suggestion'>,
    ): Rule<Memory> => ({
      kind,
      subject: name,
      severity: 'warning',
      patience: { readings: 3, steps: imbalancedSteps },
      initial: { averages: undefined, looksAlike: undefined },
      read: (record, before) => {
        const averages = average(before.averages, record, realScore, fakeScore);
        const looksAlike = alike(record, discriminator.fakes) ?? before.looksAlike;
        const memory = { averages, looksAlike };
        if (averages === undefined || averages === before.averages) {
          return { memory, reading: undefined };
        }
        const scores = { realScore: averages.realScore, fakeScore: averages.fakeScore };
        const gap = (scores.realScore - scores.fakeScore) / target;
        const reading = { verdict: verdict(gap, looksAlike), measured: { ...scores, gap } };
        return { memory, reading };
      },
      ...words,
    });
    return [
      rule(
        'discriminatorTooStrong',
        (gap) => tooHigh(gap, strongGap.trouble, strongGap.fine),
        strongWords(config),
      ),
      rule('discriminatorTooWeak', weakVerdict, weakWords(config)),
    ];
  });
}

function weakVerdict(gap: number, looksAlike: boolean | undefined): Reading['verdict'] {
  const verdict = tooLow(gap, weakGap.trouble, weakGap.fine);
  return verdict === 'trouble' && looksAlike === true && gap > misledGap ? 'fine' : verdict;
}

/** Whether a look's samples may be as good as real; undefined when the record has no look. */
function alike(record: MetricsRecord, fakes: string): boolean | undefined {
  const found = measuresIn(record, fakes, ['diversity', 'contrast']);
  if (found === undefined) return undefined;
  const { diversity = 1, contrast = 1 } = found;
  return [diversity, contrast].every(
    (share) => share >= alikeWithin.least && share <= alikeWithin.most,
  );
}

/** Averages with weight 1 − e^(−steps / averagedSteps) for what a record adds. */
function average(
  memory: Averages | undefined,
  record: MetricsRecord,
  realName: string,
  fakeName: string,
): Averages | undefined {
  const realScore = record[realName];
  const fakeScore = record[fakeName];
  if (realScore === undefined || fakeScore === undefined) return memory;
  // What is no number would stay in the average for ever; it is a finding of its own.
  if (!Number.isFinite(realScore + fakeScore)) return memory;
  const { step } = record;
  if (memory === undefined) return { step, realScore, fakeScore };
  const weight = 1 - Math.exp(-(step - memory.step) / averagedSteps);
  return {
    step,
    realScore: memory.realScore + weight * (realScore - memory.realScore),
    fakeScore: memory.fakeScore + weight * (fakeScore - memory.fakeScore),
  };
}

const strongWords = (config: AnyConfig): Pick<Rule, 'explain' | 'suggestion'> => ({
  explain: ({ realScore, fakeScore }) =>
    `The discriminator is all but certain of every picture: ${shown(realScore)} for real ones, ` +
    `${shown(fakeScore)} for fakes (1 is real). The generator hardly learns from such verdicts.`,
  suggestion: advise(config, [
    augment,
    switchOn('labelSmoothing'),
    switchOn('instanceNoise'),
    scaleRate('discriminator', 0.5),
    switchOn('r1Gamma'),
    switchOn('spectralNorm'),
    everyStep('generatorEverySteps'),
    everySecondStep('discriminatorEverySteps'),
    inWords('more pictures'),
  ]),
});

const weakWords = (config: AnyConfig): Pick<Rule, 'explain' | 'suggestion'> => ({
  explain: ({ realScore, fakeScore }) =>
    `The discriminator does not tell real pictures from fakes: ${shown(realScore)} for real ones, ` +
    `${shown(fakeScore)} for fakes (1 is real). Unless the samples look as good as real ` +
    `pictures, what it teaches the generator is noise.`,
  suggestion: advise(config, [
    scaleRate('discriminator', 2),
    everyStep('discriminatorEverySteps'),
    scaleRate('generator', 0.5),
    inWords('a wider discriminator'),
  ]),
});
