import { z } from 'zod';
import { type RefinementContext, regulariserFields } from '../gan/regularisers/index.ts';
import { hasLabels, hasPenalty, lossNames, type LossName } from './objective.ts';

const objective = 'Objective options';
const optimization = 'Optimization options';

const rate = z.number().gt(0).max(1);
const everySteps = z.int().min(1).default(1);

/** The options of every game of a generator against a discriminator, whatever they look at. */
export const gameFields = {
  ...regulariserFields,
  loss: z.enum(lossNames).default('bce').meta({
    description: 'The adversarial game',
    group: objective,
  }),
  lambdaPenalty: z.number().min(0).default(10).meta({
    description: 'Weight of the gradient penalty of wgan-gp',
    group: objective,
  }),
  clipWeights: z.number().min(0).default(0).meta({
    description:
      "Keep D's weights between minus this and this; wgan publishes 0.01; 0: as they are",
    group: objective,
  }),
  generatorLearningRate: rate
    .default(2e-4)
    .meta({ description: "Adam's rate for generators", group: optimization }),
  discriminatorLearningRate: rate
    .default(2e-4)
    .meta({ description: "Adam's rate for discriminators", group: optimization }),
  beta1: z.number().min(0).lt(1).default(0.5).meta({
    description: "Decay of Adam's first moment",
    group: optimization,
  }),
  discriminatorEverySteps: everySteps.meta({
    description: 'Train the discriminator every so many steps',
    unit: 'steps',
    group: optimization,
  }),
  generatorEverySteps: everySteps.meta({
    description: 'Train the generator every so many steps',
    unit: 'steps',
    group: optimization,
  }),
} as const;

/** What {@link refuseGameMistakes} reads. */
export interface CheckedGameConfig {
  readonly loss: LossName;
  readonly labelSmoothing: number;
  readonly clipWeights: number;
}

/**
 * Refuses options of a game that do not go together, each with its reason.
 *
 * @param normsBatches whether D has a norm that mixes the pictures of a batch, and the options
 *   without which it has none
 */
export function refuseGameMistakes(
  { loss, labelSmoothing, clipWeights }: CheckedGameConfig,
  context: RefinementContext,
  normsBatches: false | string,
): void {
  const refuse = (key: string, message: string): void =>
    context.addIssue({ code: 'custom', path: [key], message });
  if (hasPenalty(loss) && normsBatches !== false) {
    refuse(
      'loss',
      `expected ${normsBatches} with ${loss}: the gradient penalty is one per picture, and batch ` +
        `norm mixes the pictures of a batch`,
    );
  }
  if (labelSmoothing > 0 && !hasLabels(loss)) {
    refuse('labelSmoothing', `expected 0 with --loss ${loss}, which has no labels to smooth`);
  }
  if (clipWeights > 0 && hasPenalty(loss)) {
    refuse('clipWeights', `expected 0 with --loss ${loss}, whose penalty stands in for it`);
  }
}

/** Fields with other defaults, each of its own type: what an app changes of its kind's. */
export function withDefaults<Shape extends z.ZodRawShape>(
  fields: Shape,
  defaults: { readonly [Key in keyof Shape]?: z.output<Shape[Key]> },
): Shape {
  const changed = Object.entries(defaults).map(([key, value]) => [
    key,
    (fields[key] as unknown as z.ZodType).default(value),
  ]);
  return { ...fields, ...(Object.fromEntries(changed) as Partial<Shape>) };
}
