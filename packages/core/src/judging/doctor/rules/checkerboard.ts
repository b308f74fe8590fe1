import { advise, inWords, scaleRate, switchOn, type AnyConfig } from './advice.ts';
import { lookPatience, measuresIn, warmupSteps } from './looks.ts';
import { shown, tooHigh, type Rule } from './rule.ts';

/**
 * How many times the pattern of real pictures (or what can be seen of one) is too much. Healthy
 * runs of a DCGAN end at 0.9 to 1.2; from 2 on, 2 % of the range, a grid shows in flat areas.
 */
export const patterned = { trouble: 2, fine: 1.5 } as const;

/** A pattern of the upsampling's period in the samples, which the data do not have. */
export function checkerboard(subject: string, config: AnyConfig): Rule<undefined> {
  const warmup = warmupSteps(config);
  return {
    kind: 'checkerboard',
    subject,
    severity: 'warning',
    patience: lookPatience,
    initial: undefined,
    read: (record, memory) => {
      const found = measuresIn(record, subject, ['checkerboard']);
      if (found === undefined) return { memory, reading: undefined };
      const { checkerboard: times = 0 } = found;
      const verdict =
        record.step < warmup ? 'between' : tooHigh(times, patterned.trouble, patterned.fine);
      return { memory, reading: { verdict, measured: { checkerboard: times } } };
    },
    explain: ({ checkerboard: times }) =>
      `The samples have a pattern that repeats every 2 or 3 pixels, ${shown(times)} times as strong ` +
      `as in real pictures. Transposed convolutions leave it where their kernels overlap unevenly.`,
    suggestion: advise(config, [
      inWords('longer training: it fades while the generator still learns'),
      scaleRate('generator', 0.5),
      switchOn('emaDecay'),
      inWords('kernels whose size is a multiple of the stride, or upsampling before a convolution'),
    ]),
  };
}
