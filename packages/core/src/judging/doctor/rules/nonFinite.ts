import { nonFiniteMetric } from '../measures/finite.ts';
import { advise, inWords, rollback, scaleRate, switchOn, type AnyConfig } from './advice.ts';
import type { Rule } from './rule.ts';

/** NaN or infinity in a metric (or a weight, which the observer reports as a metric of its path). */
export function nonFinite(config: AnyConfig): Rule<undefined> {
  return {
    kind: 'nonFinite',
    subject: 'training',
    severity: 'error',
    // One is enough: it spreads through all weights within two steps.
    patience: { readings: 1, steps: 0 },
    initial: undefined,
    read: (record, memory) => {
      const { seconds: _seconds, imagesPerSecond: _rate, ...metrics } = record;
      const found = nonFiniteMetric(metrics);
      return {
        memory,
        reading:
          found === undefined
            ? { verdict: 'fine', measured: {} }
            : { verdict: 'trouble', measured: { [found.name]: found.value } },
      };
    },
    explain: (measured) => {
      const [[name, value] = ['a metric', NaN]] = Object.entries(measured);
      return (
        `${name} became ${value}. From then on every weight that it reaches is lost: ` +
        `the update was too large, or a loss left the range of its numbers.`
      );
    },
    suggestion: advise(config, [
      inWords('--resume from the last checkpoint before it'),
      rollback,
      scaleRate('discriminator', 0.5),
      scaleRate('generator', 0.5),
      switchOn('spectralNorm'),
    ]),
  };
}
