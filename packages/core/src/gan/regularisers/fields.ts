import { z } from 'zod';
import { augmentations, type Augmentation } from '../../model/regularisers/augmentations.ts';

const regularisation = 'Regularisation options';
const scheduling = 'Schedule options';

/** Ways in which learning rates change, as the option `schedule` names them. */
export const scheduleNames = ['constant', 'linearDecay', 'stepDecay', 'cosine'] as const;

/**
 * The options of regularisers and schedules that every app spreads into its config schema. With the
 * defaults nothing of it happens: the train step is the published one, operation for operation.
 * Finish the schema with `.superRefine(refuseRegulariserMistakes)`.
 */
export const regulariserFields = {
  augment: z
    .array(z.enum(['none', ...augmentations]))
    .default([])
    .meta({
      description:
        'Show D real and fake pictures through random changes (DiffAugment); none: as they are',
      defaultText: 'none',
      group: regularisation,
    }),
  labelSmoothing: z.number().min(0).lt(1).default(0).meta({
    description: 'Ask D for 1 less this on real pictures, so that it stays unsure; usual: 0.1',
    group: regularisation,
  }),
  instanceNoise: z.number().min(0).max(2).default(0).meta({
    description:
      'Standard deviation of noise on all that D sees, of a range of -1 to 1; usual: 0.1',
    group: regularisation,
  }),
  instanceNoiseSteps: z.int().min(1).default(5000).meta({
    description: 'Steps in which the noise fades to nothing',
    unit: 'steps',
    group: regularisation,
  }),
  r1Gamma: z.number().min(0).default(0).meta({
    description: "Weight of R1: half of it times D's squared gradient at real pictures; usual: 10",
    group: regularisation,
  }),
  r1EverySteps: z.int().min(1).default(16).meta({
    description: 'Compute R1 in every so many updates of D, as many times as strong',
    unit: 'updates',
    group: regularisation,
  }),
  spectralNorm: z.boolean().default(false).meta({
    description:
      "Divide D's weights by their largest singular value, in place of its normalisation",
    group: regularisation,
  }),
  emaDecay: z.number().min(0).lt(1).default(0).meta({
    description:
      'Draw with an average of the generator that keeps this share at each step; 0: none',
    group: regularisation,
  }),
  accumulationSteps: z
    .int()
    .min(1)
    .default(1)
    .meta({
      description:
        'Compute a batch in so many parts and add up their gradients: less memory for the same ' +
        'update; batch norm sees the parts',
      unit: 'parts',
      group: regularisation,
    }),
  schedule: z.enum(scheduleNames).default('constant').meta({
    description: 'How learning rates change over all epochs',
    group: scheduling,
  }),
  warmupSteps: z.int().min(0).default(0).meta({
    description: 'Steps in which learning rates rise from 0',
    unit: 'steps',
    group: scheduling,
  }),
  constantEpochs: z
    .int()
    .min(0)
    .meta({
      description: 'linearDecay: epochs before the rates begin to fall',
      unit: 'epochs',
      defaultText: 'half of the epochs',
      group: scheduling,
    })
    .optional(),
  decayEveryEpochs: z
    .int()
    .min(1)
    .meta({
      description: 'stepDecay: epochs from one fall to the next',
      unit: 'epochs',
      defaultText: 'a quarter of the epochs',
      group: scheduling,
    })
    .optional(),
  decayFactor: z
    .number()
    .gt(0)
    .lt(1)
    .meta({
      description: 'stepDecay: what is left of the rates at each fall',
      defaultText: '0.5',
      group: scheduling,
    })
    .optional(),
  lowestLearningRate: z
    .number()
    .min(0)
    .max(1)
    .meta({
      description: 'stepDecay and cosine: where the fall ends',
      defaultText: '0',
      group: scheduling,
    })
    .optional(),
} as const;

/** The part of a config that {@link regulariserFields} make. */
export type RegulariserConfig = z.output<z.ZodObject<typeof regulariserFields>>;

/** The augmentations that a config asks for. */
export const augmentationsOf = ({ augment }: Pick<RegulariserConfig, 'augment'>): Augmentation[] =>
  augmentations.filter((kind) => augment.includes(kind));

/** What {@link refuseRegulariserMistakes} reads. */
export type CheckedConfig = RegulariserConfig & {
  readonly epochs: number;
  readonly batchSize: number;
};

/** What zod hands to a refinement, as far as it is needed. */
export interface RefinementContext {
  addIssue(issue: { code: 'custom'; message: string; path: string[] }): void;
}

/** Which schedules read an option that only some read. */
const readers = {
  constantEpochs: ['linearDecay'],
  decayEveryEpochs: ['stepDecay'],
  decayFactor: ['stepDecay'],
  lowestLearningRate: ['stepDecay', 'cosine'],
} as const satisfies Partial<
  Record<keyof RegulariserConfig, readonly RegulariserConfig['schedule'][]>
>;

/**
 * Refuses combinations that make no sense, each with its reason: a refinement for the schema of an
 * app that spreads {@link regulariserFields}.
 */
export function refuseRegulariserMistakes(config: CheckedConfig, context: RefinementContext): void {
  const refuse = (key: keyof RegulariserConfig, message: string): void =>
    context.addIssue({ code: 'custom', path: [key], message });
  const { augment, accumulationSteps, batchSize, schedule, constantEpochs, epochs } = config;
  if (augment.length > 1 && augment.includes('none')) {
    refuse('augment', 'expected none alone, or changes without none');
  }
  if (batchSize % accumulationSteps !== 0) {
    refuse(
      'accumulationSteps',
      `expected a divisor of the batch size ${batchSize}, because all parts have to be alike`,
    );
  }
  for (const [key, kinds] of Object.entries(readers)) {
    const option = key as keyof typeof readers;
    if (config[option] === undefined || (kinds as readonly string[]).includes(schedule)) continue;
    refuse(option, `expected it only with --schedule ${kinds.join(' or ')}, not ${schedule}`);
  }
  if (schedule === 'linearDecay' && constantEpochs !== undefined && constantEpochs >= epochs) {
    refuse('constantEpochs', `expected fewer than all ${epochs} epochs, or nothing ever falls`);
  }
}
