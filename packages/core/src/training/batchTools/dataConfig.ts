import type { TrainConfig } from '../../gan/definition/index.ts';

/** The part of a configuration that decides which pictures come when. */
export type DataConfig = Pick<TrainConfig, 'batchSize' | 'seed'> & {
  /** How many pictures training leaves out; default none. */
  readonly heldBackImages?: number | undefined;
};
