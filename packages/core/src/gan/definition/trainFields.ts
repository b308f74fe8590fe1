import { z } from 'zod';
import { describeFields } from '../../base/options/configField.ts';
import {
  commonTrainFields,
  fields,
  runtimeFields,
  type BackendChoice,
} from '../../base/options/index.ts';

const output = 'Output options';
const faults = 'Checkpoint and fault options';

/** The option by which a training measures its samples. */
export const kidFields = {
  kid: z.boolean().default(true).meta({
    description:
      'Measure the kernel distance (KID) of the fixed samples to real pictures whenever they are drawn',
    group: output,
  }),
} as const;

const outputFields = {
  ...kidFields,
  plotEverySteps: z.int().min(1).default(20).meta({
    description: 'Log metrics (their mean since the last time) every so many steps',
    unit: 'steps',
    group: output,
  }),
  sampleEverySteps: z
    .int()
    .min(1)
    .meta({
      description: 'Draw the fixed samples every so many steps',
      unit: 'steps',
      defaultText: 'with every checkpoint by epochs or steps',
      group: output,
    })
    .optional(),
  saveEveryEpochs: z.int().min(1).default(10).meta({
    description: 'Save a checkpoint and draw the fixed samples every so many epochs',
    unit: 'epochs',
    group: output,
  }),
  saveEverySteps: z
    .int()
    .min(1)
    .meta({
      description: 'Save a checkpoint also every so many steps',
      unit: 'steps',
      defaultText: 'by epochs and minutes',
      group: output,
    })
    .optional(),
  saveEveryMinutes: z.number().min(0).default(10).meta({
    description: 'Save a checkpoint also when the last one is so old; 0: never',
    unit: 'minutes',
    group: output,
  }),
};

const faultFields = {
  keepLast: z.int().min(1).default(3).meta({
    description: 'Keep so many of the newest checkpoints',
    unit: 'checkpoints',
    group: faults,
  }),
  keepEveryEpochs: z
    .int()
    .min(1)
    .meta({
      description: 'Save, and keep for ever, a checkpoint every so many epochs',
      unit: 'epochs',
      defaultText: 'none',
      group: faults,
    })
    .optional(),
  bestMetric: z
    .string()
    .min(1)
    .meta({
      placeholder: 'metric',
      description: 'Keep the checkpoint with the best value of this metric as best.safetensors',
      defaultText: 'kid, where it is measured',
      group: faults,
    })
    .optional(),
  bestIs: z.enum(['lowest', 'highest']).default('lowest').meta({
    description: 'Which value of that metric is best',
    group: faults,
  }),
  onNan: z.enum(['stop', 'rollback']).default('stop').meta({
    description:
      'At a loss or weight that is no number: stop, or go back to the last checkpoint and on at lower learning rates',
    group: faults,
  }),
  rollbackFactor: z.number().gt(0).max(1).default(0.5).meta({
    description: 'What learning rates are multiplied by when going back',
    group: faults,
  }),
  maxRollbacks: z.int().min(1).default(3).meta({
    description: 'Go back at most so many times',
    group: faults,
  }),
  override: z
    .array(z.string().min(1))
    .meta({
      placeholder: 'option,…',
      description:
        'With --resume: options that may differ from those of the run; data for other pictures, all for any',
      defaultText: 'none',
      group: faults,
    })
    .optional(),
};

/**
 * The options of every `train` command: data, length, output, faults and runtime. An app adds its
 * own and finishes `epochs` and `batchSize` with its defaults.
 */
export const trainFields = {
  ...commonTrainFields,
  minutes: z
    .number()
    .gt(0)
    .meta({
      description: 'Stop after this time, whatever is left',
      unit: 'minutes',
      defaultText: 'no limit',
    })
    .optional(),
  workers: z.int().min(1).max(64).default(4).meta({
    description: 'Pictures decoded at once when the data is first read',
  }),
  heldBackImages: z.int().min(0).default(64).meta({
    description:
      'Pictures that are not trained on, to compare with; at most a tenth of a folder; 0: none',
    unit: 'images',
  }),
  ...outputFields,
  ...faultFields,
  ...runtimeFields,
  epochs: fields.epochs,
} as const;

/** The part of a train configuration that the trainer reads. */
export interface TrainConfig {
  readonly data: string;
  readonly out?: string | undefined;
  readonly epochs: number;
  readonly steps?: number | undefined;
  readonly minutes?: number | undefined;
  readonly batchSize: number;
  readonly workers: number;
  readonly heldBackImages: number;
  readonly resume?: string | undefined;
  readonly override?: readonly string[] | undefined;
  readonly weights?: string | undefined;
  readonly plotEverySteps: number;
  readonly sampleEverySteps?: number | undefined;
  readonly kid: boolean;
  readonly saveEveryEpochs: number;
  readonly saveEverySteps?: number | undefined;
  readonly saveEveryMinutes: number;
  readonly keepLast: number;
  readonly keepEveryEpochs?: number | undefined;
  readonly bestMetric?: string | undefined;
  readonly bestIs: 'lowest' | 'highest';
  readonly onNan: 'stop' | 'rollback';
  readonly rollbackFactor: number;
  readonly maxRollbacks: number;
  readonly backend: BackendChoice;
  readonly threads?: number | undefined;
  readonly seed: number;
}

/** Options of one call: how long, where, and with how many hands. They do not shape the result. */
const callKeys = ['out', 'resume', 'override', 'steps', 'minutes', 'workers'];

/**
 * The options of a train command that say when to stop, look, save and keep, but not what is learnt:
 * they may change at a resume, and checkpoints do not record them. Besides the trainer's own these
 * are an app's options of the group "Output options".
 */
export function optionsOutsideResult(schema: z.ZodObject): ReadonlySet<string> {
  const outputKeys = describeFields(schema)
    .filter(({ group }) => group === output)
    .map(({ key }) => key);
  return new Set([
    ...callKeys,
    ...Object.keys(outputFields),
    ...Object.keys(faultFields),
    ...outputKeys,
  ]);
}

/** The configuration without what does not shape the result: equal states give equal checkpoints. */
export function portableConfig(config: TrainConfig, schema: z.ZodObject): Record<string, unknown> {
  const outside = optionsOutsideResult(schema);
  return Object.fromEntries(
    Object.entries(config).filter(([key, value]) => value !== undefined && !outside.has(key)),
  );
}
