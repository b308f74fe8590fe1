import { advise, augment, inWords, scale, switchOn, type AnyConfig } from './advice.ts';
import { lookPatience, measuresIn } from './looks.ts';
import { shown, tooHigh, type Rule } from './rule.ts';

/**
 * r_v, less two standard errors, from which D knows its pictures by heart: held-back pictures are
 * then judged nearer to fakes than to training pictures. The paper steers its heuristics to 0.6.
 */
export const byHeart = { trouble: 0.5, fine: 0.4 } as const;

/** A discriminator that has learned its training pictures by heart. */
export function overfitting(subject: string, config: AnyConfig): Rule<undefined> {
  return {
    kind: 'overfitting',
    subject,
    severity: 'warning',
    patience: lookPatience,
    initial: undefined,
    read: (record, memory) => {
      const found = measuresIn(record, subject, ['overfitting', 'overfittingError']);
      if (found === undefined) return { memory, reading: undefined };
      const { overfitting: ratio = 0, overfittingError: error = 0 } = found;
      const verdict = tooHigh(ratio - 2 * error, byHeart.trouble, byHeart.fine);
      const measured = { overfitting: ratio, overfittingError: error };
      return { memory, reading: { verdict, measured } };
    },
    explain: ({ overfitting: ratio = 0, overfittingError: error }) =>
      `The discriminator knows its training pictures by heart: on pictures that it never saw it ` +
      `has gone ${shown(100 * ratio)} % of the way (± ${shown(100 * (error ?? 0))} %) from its ` +
      `verdict on training pictures to that on fakes. What it teaches no longer holds in general.`,
    suggestion: advise(config, [
      augment,
      inWords('more pictures'),
      switchOn('r1Gamma'),
      scale('r1Gamma', 2),
      switchOn('instanceNoise'),
      inWords('a narrower discriminator'),
      inWords('an earlier checkpoint'),
    ]),
  };
}
