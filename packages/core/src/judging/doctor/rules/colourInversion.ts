import { advise, inWords, scale, scaleRate, switchOn, type AnyConfig } from './advice.ts';
import { lookPatience, measuresIn } from './looks.ts';
import { shown, tooLow, type Rule } from './rule.ts';

/**
 * Correlations below which one picture is the negative of the other. Unrelated pictures of one
 * layout are at 0 and above; 0.5 is the usual line between a loose and a close relation.
 */
export const inverted = { trouble: -0.5, fine: -0.3 } as const;

/** What the rule needs to know of drawn fakes. */
export interface InvertibleFakes {
  readonly name: string;
  readonly from?: string;
}

/** Translations that are negatives of their inputs, or samples that are negatives of the data. */
export function colourInversion(
  { name: subject, from }: InvertibleFakes,
  config: AnyConfig,
): Rule<undefined> {
  return {
    kind: 'colourInversion',
    subject,
    severity: 'warning',
    patience: lookPatience,
    initial: undefined,
    read: (record, memory) => {
      const found = measuresIn(record, subject, ['correlation']);
      if (found === undefined) return { memory, reading: undefined };
      const { correlation = 0 } = found;
      const verdict = tooLow(correlation, inverted.trouble, inverted.fine);
      return { memory, reading: { verdict, measured: { correlation } } };
    },
    explain: ({ correlation }) =>
      from === undefined
        ? `The mean sample is a negative of the mean real picture: correlation ${shown(correlation)}. ` +
          `Light and dark are exchanged.`
        : `Translations are negatives of their inputs: correlation ${shown(correlation)} with ` +
          `${from}. The way back undoes it, so a cycle loss cannot object.`,
    suggestion: advise(
      config,
      from === undefined
        ? [
            inWords('another seed'),
            scaleRate('generator', 0.5),
            switchOn('instanceNoise'),
            inWords('a new start with pictures whose range is -1 to 1'),
          ]
        : [
            switchOn('lambdaIdentity'),
            scale('lambdaIdentity', 2),
            inWords('another seed'),
            inWords('a new start: an inversion rarely turns back'),
          ],
    ),
  };
}
