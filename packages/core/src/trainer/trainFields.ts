import { z } from 'zod';
import { commonTrainFields, fields, runtimeFields, type BackendChoice } from '../cli/index.ts';

const output = 'Output options';

/**
 * The options of every `train` command: data, length, output and runtime. An app adds its own and
 * finishes `epochs` and `batchSize` with its defaults.
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
      defaultText: 'with every checkpoint',
      group: output,
    })
    .optional(),
  saveEveryEpochs: z.int().min(1).default(10).meta({
    description: 'Save a checkpoint and draw the fixed samples every so many epochs',
    unit: 'epochs',
    group: output,
  }),
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
  readonly resume?: string | undefined;
  readonly weights?: string | undefined;
  readonly plotEverySteps: number;
  readonly sampleEverySteps?: number | undefined;
  readonly saveEveryEpochs: number;
  readonly backend: BackendChoice;
  readonly threads?: number | undefined;
  readonly seed: number;
}
