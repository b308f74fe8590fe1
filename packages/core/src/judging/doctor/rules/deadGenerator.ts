import { advise, inWords, scaleRate, switchOn, type AnyConfig } from './advice.ts';
import { lookPatience, measuresIn, warmupSteps } from './looks.ts';
import { shown, tooLow, worst, type Reading, type Rule } from './rule.ts';

/**
 * Shares of the data's contrast below which samples are blank. Untrained DCGANs have 0.008, runs
 * that go anywhere 0.2 and more after 250 steps.
 */
export const blankContrast = { trouble: 0.05, fine: 0.08 } as const;

/**
 * Changes below this are none: living generators move by 0.02 to 0.5 between looks, and by some
 * 0.001 even at the end of a decay of the learning rate to 0.
 */
export const stillChange = { trouble: 1e-4, fine: 1e-3 } as const;

/**
 * Samples that are blank, or stay as they are while training goes on. Batch norm's running
 * statistics may still move the samples of a generator whose weights do not change.
 *
 * @param subject name of the drawn pictures
 */
export function deadGenerator(subject: string, config: AnyConfig): Rule<undefined> {
  const warmup = warmupSteps(config);
  return {
    kind: 'deadGenerator',
    subject,
    severity: 'error',
    patience: lookPatience,
    initial: undefined,
    read: (record, memory) => {
      const found = measuresIn(record, subject, ['contrast', 'change']);
      if (found === undefined) return { memory, reading: undefined };
      const { step, contrast = 1, change } = found;
      const verdict = worst(
        step < warmup ? 'fine' : tooLow(contrast, blankContrast.trouble, blankContrast.fine),
        change === undefined ? 'fine' : tooLow(change, stillChange.trouble, stillChange.fine),
      );
      const measured = { contrast, ...(change === undefined ? {} : { change }) };
      return { memory, reading: { verdict, measured } };
    },
    explain,
    suggestion: advise(config, [
      scaleRate('generator', 2),
      scaleRate('discriminator', 0.5),
      switchOn('instanceNoise'),
      switchOn('labelSmoothing'),
      inWords('another seed'),
      inWords('a new start: what saturated rarely comes back'),
    ]),
  };
}

function explain({ contrast = 1, change = 1 }: Reading['measured']): string {
  const isStill = change < stillChange.fine;
  const isBlank = contrast < blankContrast.fine;
  const still = `the samples have not changed since the last look (by ${shown(change)} of what real pictures differ)`;
  const blank = `the samples are blank (${shown(100 * contrast)} % of the contrast of real pictures)`;
  const seen = [...(isBlank ? [blank] : []), ...(isStill ? [still] : [])].join(' and ');
  return (
    `While training goes on, ${seen}. The generator's units are saturated or no gradient ` +
    `reaches them.`
  );
}
