import { UsageError, type BackendChoice } from '@gan-zoo/core';
import type { Config } from '../config.ts';
import { configSchema } from '../configSchema.ts';
import { settingsOf, type Settings } from '../settings.ts';

/** Options of a fine-tuning that are those of a training; absent ones are the run's. */
export interface TrainingOptions {
  readonly out?: string | undefined;
  readonly epochs?: number | undefined;
  readonly steps?: number | undefined;
  readonly minutes?: number | undefined;
  readonly batchSize?: number | undefined;
  readonly generatorLearningRate?: number | undefined;
  readonly discriminatorLearningRate?: number | undefined;
  readonly freezeEncoder?: boolean | undefined;
  readonly kid: boolean;
  readonly backend: BackendChoice;
  readonly threads?: number | undefined;
  readonly seed: number;
}

const trainingKeys = [
  ...['out', 'epochs', 'steps', 'minutes', 'batchSize', 'freezeEncoder', 'kid'],
  ...['generatorLearningRate', 'discriminatorLearningRate', 'backend', 'threads', 'seed'],
] as readonly (keyof TrainingOptions)[];

/** Steps, and rates that fit them, of a new style when nothing else is said. */
const newStyle = { steps: 400, generatorLearningRate: 5e-4, discriminatorLearningRate: 2e-4 };

/**
 * The run's configuration with what is given in its place.
 *
 * @throws UsageError for combinations that cannot work
 */
export function finetuneConfig(
  run: Settings,
  own: Partial<Config>,
  options: TrainingOptions,
): Settings {
  const given = trainingKeys
    .filter((key) => options[key] !== undefined)
    .map((key) => [key, options[key]]);
  const parsed = configSchema.safeParse({
    ...{ ...run, out: undefined, steps: undefined, minutes: undefined },
    ...{ ...own, ...Object.fromEntries(given) },
  });
  if (parsed.success) return settingsOf(parsed.data);
  const problems = parsed.error.issues.map(({ path, message }) => `${flagOf(path[0])}: ${message}`);
  throw new UsageError(`${problems.join('.\n')}.`);
}

/**
 * What a new style is trained with, as far as it differs from the run: its rates fall to 0 over a
 * few hundred steps.
 *
 * @param place where the style stands behind those of the run, which decides its slot
 * @param training glyphs to learn from
 */
export function newStyleConfig(
  { method, emaDecay, batchSize, firstSlot }: Settings,
  options: TrainingOptions,
  { place, training }: { readonly place: number; readonly training: number },
): Partial<Config> {
  const stepsPerEpoch = Math.floor(training / (options.batchSize ?? batchSize));
  const length =
    options.epochs === undefined
      ? lengthOf(options.steps ?? newStyle.steps, stepsPerEpoch)
      : { steps: options.steps, epochs: options.epochs };
  const steps = Math.min(length.steps ?? Infinity, length.epochs * stepsPerEpoch);
  const isZi2zi = method === 'zi2zi';
  return {
    ...{ styles: undefined, schedule: 'cosine', shuffleFromEpoch: undefined },
    ...{ constantEpochs: undefined, decayEveryEpochs: undefined, decayFactor: undefined },
    ...{ ...newStyle, ...length, lowestLearningRate: undefined, warmupSteps: 0 },
    ...(isZi2zi ? { freezeEncoder: true, embedding: 'learned', firstSlot: firstSlot + place } : {}),
    // Averages over more than the last steps would remember the beginning.
    emaDecay: emaDecay === 0 ? 0 : Math.min(emaDecay, Math.max(0.5, 1 - 20 / steps)),
  };
}

/** As many epochs as the steps take, so that schedules end with them. */
const lengthOf = (steps: number, stepsPerEpoch: number) => ({
  steps,
  epochs: Math.ceil(steps / stepsPerEpoch),
});

const flagOf = (key: PropertyKey | undefined): string =>
  `--${String(key).replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
