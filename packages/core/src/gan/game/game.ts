import type { HostTensor, Tree } from '@gan-zoo/compiler';
import type * as tf from '@tensorflow/tfjs';
import type { Optimizer } from '../../model/optimizers/index.ts';
import type { RememberedBy } from './gameState.ts';
import type { AnyNetwork, Score } from './network.ts';
import type { Player } from './player.ts';

export type { AnyNetwork, Score } from './network.ts';

/** A game's networks by name: `generator`, `discriminator`. */
export type Networks = Readonly<Record<string, AnyNetwork>>;

/** The networks of a turn, each to be applied like a function. */
export type Players<N extends Networks> = { readonly [Name in keyof N]: Player<N[Name]> };

/** What a turn is about: its loss alone, or with what there is to log and to remember. */
export type Outcome<Memory> =
  | tf.Tensor
  | {
      /** Scalar, minimised by the networks that the turn trains. */
      readonly loss: tf.Tensor;
      /**
       * Scalars to log besides `<turn>Loss`, or in its place; one that is undefined is not logged.
       * Default: none.
       */
      readonly metrics?: Readonly<Record<string, tf.Tensor | undefined>>;
      /** What the next turns and steps find in the game's memory. Default: nothing changes. */
      readonly remember?: Partial<Memory>;
      /**
       * What the later turns of this step find in their batch: pictures that were drawn before an
       * update. No part of the state. Default: nothing.
       */
      readonly pass?: Readonly<Record<string, tf.Tensor>>;
    };

/** One update of a game: who learns, and what it costs them, as the paper writes it. */
export interface Turn<N extends Networks, Batch, Memory> {
  /** The networks that are trained; all others are constants but for their running statistics. */
  readonly trains: readonly (keyof N & string)[];
  /**
   * The loss. A network is applied by calling it; a discriminator that is shown pictures by `judge`
   * or `sees` gets the views, scores and penalties that the options ask for.
   */
  readonly loss: (networks: Players<N>, batch: Batch, memory: Memory) => Outcome<Memory>;
}

/**
 * A GAN as its paper states it. Everything else is the same for all of them and stands in core:
 * gradients, running statistics, optimizers and their rates, accumulation, averages, regularisers of
 * the discriminator, the names of metrics.
 *
 * @typeParam Batch what every turn finds in its part of a batch
 * @typeParam Memory what the game keeps from turn to turn and step to step
 */
export interface Game<N extends Networks, Batch, Memory> {
  readonly networks: N;
  /** By name, in the order in which they are played within a step. */
  readonly turns: Readonly<Record<string, Turn<N, Batch, Memory>>>;
  /** The networks that pictures are drawn with, of which `--ema-decay` keeps an average. */
  readonly averaged?: readonly (keyof N & string)[];
  /** Absent where verdicts have no scale, as for Wasserstein. */
  readonly score?: Score | undefined;
  /** Whether a discriminator sees real and fake pictures one after the other. Default: true. */
  readonly separately?: boolean;
  /** Parameters that are trained, by network, where that is not all of them. */
  readonly trained?: Readonly<Partial<Record<keyof N & string, (parameter: string) => boolean>>>;
  /** The memory before the first step. Default: nothing. */
  readonly memory?: () => Readonly<Record<string, Tree<HostTensor>>>;
  /**
   * Whose names optimizers and averages have in the state where a turn trains several networks: see
   * `readRemembered`. By network it keeps the same names whichever turn trains them. Default: turn.
   */
  readonly rememberedBy?: RememberedBy;
  /** Makes an optimizer of a learning rate. Default: Adam with `--beta1`. */
  readonly optimizer?: (learningRate: number) => Optimizer;
}

/** A game whose types are forgotten: what core's generic code takes. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- players are contravariant
export type AnyGame = Game<any, any, any>;

/**
 * States a game with everything inferred but what a batch holds, which its kind knows, and what is
 * remembered: `gameOf<ImageBatch>()({ networks, turns })`.
 */
export const gameOf =
  <Batch, Memory = object>() =>
  <N extends Networks>(game: Game<N, Batch, Memory>): Game<N, Batch, Memory> =>
    game;
