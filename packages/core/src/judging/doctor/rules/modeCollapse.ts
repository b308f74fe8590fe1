import { advise, augment, inWords, scale, scaleRate, switchOn, type AnyConfig } from './advice.ts';
import { blankContrast } from './deadGenerator.ts';
import { lookPatience, measuresIn, warmupSteps } from './looks.ts';
import { shown, tooLow, worst, type Reading, type Rule } from './rule.ts';

/**
 * Shares of the data's diversity and distinctness below which samples are alike. Collapsed runs of a
 * DCGAN stay below 0.03; healthy ones pass 0.1 within 500 steps and end above 0.6.
 */
export const alike = { trouble: 0.1, fine: 0.15 } as const;

/** A fall to this share of the highest diversity so far, which counts as 1 at most. */
export const fall = { trouble: 0.5, fine: 0.6 } as const;

/** Where a run once was before it can fall. */
const fallFrom = 0.2;

interface Peak {
  readonly diversity: number;
}

/**
 * Samples that are alike: they never became diverse, or their diversity fell. Blank samples are
 * the dead generator's matter.
 *
 * @param subject name of the drawn pictures
 */
export function modeCollapse(subject: string, config: AnyConfig): Rule<Peak> {
  const warmup = warmupSteps(config);
  return {
    kind: 'modeCollapse',
    subject,
    severity: 'error',
    patience: lookPatience,
    initial: { diversity: 0 },
    read: (record, memory) => {
      const found = measuresIn(record, subject, ['diversity', 'distinctness', 'contrast']);
      if (found === undefined) return { memory, reading: undefined };
      const { step, diversity = 1, distinctness = 1, contrast = 1 } = found;
      const peak = Math.max(memory.diversity, Math.min(1, diversity));
      const verdict =
        contrast < blankContrast.trouble
          ? 'between'
          : worst(
              ...(step < warmup
                ? []
                : [
                    tooLow(diversity, alike.trouble, alike.fine),
                    tooLow(distinctness, alike.trouble, alike.fine),
                  ]),
              fallVerdict(diversity, peak),
            );
      return {
        memory: { diversity: peak },
        reading: { verdict, measured: { diversity, distinctness, highestDiversity: peak } },
      };
    },
    explain,
    suggestion: advise(config, [
      augment,
      switchOn('instanceNoise'),
      switchOn('r1Gamma'),
      scaleRate('discriminator', 0.5),
      scaleRate('generator', 0.5),
      switchOn('spectralNorm'),
      scale('batchSize', 2),
      inWords('a checkpoint from before the collapse'),
    ]),
  };
}

const fallVerdict = (diversity: number, peak: number): Reading['verdict'] =>
  peak < fallFrom ? 'fine' : tooLow(diversity, fall.trouble * peak, fall.fine * peak);

function explain({ diversity = 0, distinctness = 0, highestDiversity = 0 }: Reading['measured']) {
  const percent = (share: number): string => `${shown(100 * share)} %`;
  if (diversity < fall.fine * highestDiversity && highestDiversity >= fallFrom) {
    return (
      `The samples have become alike: they differ by ${percent(diversity)} of what real pictures ` +
      `differ, after ${percent(highestDiversity)} at best. The generator draws fewer and fewer ` +
      `different pictures.`
    );
  }
  if (diversity < alike.fine) {
    return (
      `The samples are alike: they differ by ${percent(diversity)} of what real pictures differ. ` +
      `The generator draws one picture whatever its input is.`
    );
  }
  return (
    `The samples are copies of a few pictures: the nearest two differ by ${percent(distinctness)} ` +
    `of what they do among real pictures.`
  );
}
