import type { AnyConfig } from './advice.ts';
import { checkerboard } from './checkerboard.ts';
import { colourInversion, type InvertibleFakes } from './colourInversion.ts';
import { deadGenerator } from './deadGenerator.ts';
import { modeCollapse } from './modeCollapse.ts';
import { nonFinite } from './nonFinite.ts';
import { overfitting } from './overfitting.ts';
import type { Rule } from './rule.ts';
import { scoreRules, type ScoredDiscriminator } from './scores.ts';

/** What the rules need to know of a GAN; a definition's fakes and discriminators fit. */
export interface Patient {
  readonly fakes: readonly InvertibleFakes[];
  readonly discriminators: readonly ScoredDiscriminator[];
  /** The run's resolved configuration: suggestions name its options and their values. */
  readonly config: AnyConfig;
}

/** All rules for a GAN, the gravest first. */
export function rulesFor({ fakes, discriminators, config }: Patient): Rule[] {
  const rules = [
    nonFinite(config),
    ...scoreRules(discriminators, config),
    ...fakes.flatMap((fake) => [
      deadGenerator(fake.name, config),
      modeCollapse(fake.name, config),
      colourInversion(fake, config),
      checkerboard(fake.name, config),
    ]),
    ...discriminators.map(({ name }) => overfitting(name, config)),
  ];
  // Each rule only ever gets its own memory back.
  return rules as unknown as Rule[];
}
