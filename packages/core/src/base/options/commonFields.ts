import { backendNames, type BackendName } from '@gan-zoo/compiler/backendNames';
import { z } from 'zod';

/** A value of `--backend`: where the networks compute; `auto` takes the fastest that starts. */
export type BackendChoice = BackendName | 'auto';

const runtime = 'Runtime options';
const path = (placeholder: string, description: string) =>
  z.string().min(1).meta({ placeholder, description });

/**
 * The vocabulary that all apps share, one zod field per flag. Fields without a default are for the
 * app to finish: `epochs: fields.epochs.default(100)`, `resume: fields.resume.optional()`.
 */
export const fields = {
  /** `--data <folder>` */
  data: path('folder', 'Folder of training pictures, nested or not'),
  /** `--out <path>` */
  out: path('path', 'Where to write the result'),
  /** `--run <run folder>` */
  run: path('run folder', 'Run folder, or one of its checkpoints, to take the networks from'),
  /** `--resume <run>` */
  resume: path('run', 'Run folder or checkpoint to continue, or latest'),
  /** `--weights <file>` */
  weights: path('file', 'Initial weights: .safetensors, or .pth of PyTorch'),
  /** `--epochs <n>`: passes over the data. */
  epochs: z.int().min(1).describe('Passes over the data'),
  /** `--steps <n>`: calls of the train step. */
  steps: z.int().min(1).describe('Train steps after which to stop'),
  /** `--batch-size <n>` */
  batchSize: z.int().min(1).meta({ description: 'Pictures per train step', unit: 'images' }),
  /** `--num <n>` */
  num: z.int().min(1).meta({ description: 'How many to make', unit: 'images' }),
  /** `--seed <n>`, 0 … 2³² − 1. */
  seed: z.int().min(0).max(0xffffffff).meta({
    description: 'Start of all random numbers; the same seed gives the same result',
    group: runtime,
  }),
  /** `--backend <name>` */
  backend: z.enum(['auto', ...backendNames]).meta({
    description: 'Where the networks compute',
    group: runtime,
  }),
  /** `--threads <n>` */
  threads: z.int().min(1).max(1024).meta({
    description: 'Threads that compute',
    defaultText: 'physical cores',
    group: runtime,
  }),
} as const;

/** `--backend` (onnx-cpu), `--threads` (physical cores) and `--seed` (0) for any command. */
export const runtimeFields = {
  backend: fields.backend.default('onnx-cpu'),
  threads: fields.threads.optional(),
  seed: fields.seed.default(0),
} as const;

/**
 * What every `train` command has, besides {@link runtimeFields}. Epochs and batch size have no
 * common default: `z.object({...commonTrainFields, epochs: fields.epochs.default(100), …})`.
 */
export const commonTrainFields = {
  data: fields.data,
  out: fields.out
    .describe('Run folder to create')
    .meta({ placeholder: 'path', defaultText: 'runs/<app>/<time>-<preset>' })
    .optional(),
  epochs: fields.epochs,
  steps: fields.steps.meta({ defaultText: 'all epochs' }).optional(),
  batchSize: fields.batchSize,
  resume: fields.resume.optional(),
  weights: fields.weights.optional(),
} as const;
