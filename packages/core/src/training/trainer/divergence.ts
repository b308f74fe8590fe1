import { flattenTree, UserError, type HostTensor, type Tree } from '@gan-zoo/compiler';
import type { RunFolder } from '../run/index.ts';
import type { Rollback } from './trainPosition.ts';
import type { TrainConfig } from '../../gan/definition/trainFields.ts';

/** A loss or weight became NaN or infinite: from here on the training learns nothing. */
export class DivergedError extends UserError {
  override name = 'DivergedError';
  /** The step that made it. */
  readonly step: number;
  /** The metric or the tensor. */
  readonly quantity: string;
  /** NaN or infinite. */
  readonly value: number;

  constructor(message: string, step: number, quantity: string, value: number) {
    super(message);
    this.step = step;
    this.quantity = quantity;
    this.value = value;
  }
}

/** @throws DivergedError when a metric of a step is NaN or infinite */
export function assertFiniteMetrics(
  metrics: Readonly<Record<string, number>>,
  step: number,
  run: RunFolder,
): void {
  const bad = Object.entries(metrics).find(([, value]) => !Number.isFinite(value));
  if (bad !== undefined) throw diverged(...bad, step, run);
}

/**
 * Looks at every number of a state; done before it is saved, so that a checkpoint is always good.
 *
 * @throws DivergedError when a number is NaN or infinite
 */
export function assertFiniteState(state: Tree<HostTensor>, step: number, run: RunFolder): void {
  for (const { path, leaf } of flattenTree<HostTensor>(state)) {
    if (leaf.dtype !== 'float32') continue;
    const bad = firstNonFinite(leaf.data);
    if (bad !== undefined) throw diverged(path, bad, step, run);
  }
}

function firstNonFinite(values: ArrayLike<number>): number | undefined {
  for (let at = 0; at < values.length; at++) {
    if (!Number.isFinite(values[at])) return values[at];
  }
  return undefined;
}

function diverged(quantity: string, value: number, step: number, run: RunFolder): DivergedError {
  const last = run.latestCheckpoint();
  const advice =
    last === undefined
      ? 'There is no checkpoint yet: start again with lower learning rates'
      : `The last checkpoint is ${last.path}: continue from it with lower learning rates`;
  return new DivergedError(
    `training: ${quantity} became ${value} at step ${step}. ${advice}. ` +
      'With --on-nan rollback that happens by itself.',
    step,
    quantity,
    value,
  );
}

const learningRateKey = /(^l|L)earningRate$/;

/** Options of a configuration that are learning rates. */
const learningRatesOf = (config: TrainConfig): [string, number][] =>
  Object.entries(config).filter(
    (entry): entry is [string, number] =>
      learningRateKey.test(entry[0]) && typeof entry[1] === 'number',
  );

/** What learning rates are multiplied by after these rollbacks. */
export const rateFactor = (rollbacks: readonly Rollback[]): number =>
  rollbacks.reduce((product, { factor }) => product * factor, 1);

/** The configuration with every option named `…LearningRate` lowered as the rollbacks ask. */
export function withLoweredRates(config: TrainConfig, rollbacks: readonly Rollback[]): TrainConfig {
  const factor = rateFactor(rollbacks);
  const lowered = learningRatesOf(config).map(([key, rate]) => [key, rate * factor] as const);
  if (rollbacks.length === 0) return config;
  return { ...config, ...(Object.fromEntries(lowered) as Partial<TrainConfig>) };
}

/**
 * Decides about going back after a divergence.
 *
 * @param to the step to go back to
 * @param before the rollbacks so far
 * @throws UserError when all are used up, or no option is a learning rate
 */
export function nextRollback(
  config: TrainConfig,
  error: DivergedError,
  to: number,
  before: readonly Rollback[],
): Rollback {
  if (learningRatesOf(config).length === 0) {
    throw new UserError(
      `${error.message} --on-nan rollback: expected an option that is a learning rate, found none.`,
      { cause: error },
    );
  }
  if (before.length >= config.maxRollbacks) {
    throw new UserError(
      `${error.message.replace(/ With --on-nan.*$/, '')} Going back ${before.length} times did not help ` +
        '(--max-rollbacks).',
      { cause: error },
    );
  }
  return { from: error.step, to, factor: config.rollbackFactor, cause: error.quantity };
}
