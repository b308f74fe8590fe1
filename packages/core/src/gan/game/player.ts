import type * as tf from '@tensorflow/tfjs';
import type { Module } from '../../model/layers/index.ts';
import type { ViewInputs } from '../../model/regularisers/index.ts';

/** The two kinds of pictures that a discriminator tells apart. */
export type PictureKind = 'real' | 'fake';

/** Verdicts on real and fake pictures, as losses take them. */
export interface JudgedLogits {
  readonly realLogits: tf.Tensor;
  readonly fakeLogits: tf.Tensor;
}

/** Dropout's masks by layer. */
export type Masks<Leaf = tf.Tensor> = Readonly<Record<string, Leaf>>;

/** A network in a turn: applied by calling it, in training mode, with the batch's dropout masks. */
export interface PlayerOf<Inputs extends readonly tf.Tensor[], Output> {
  (...inputs: Inputs): Output;
  /** Applies it with other dropout masks than the batch's for this network. */
  masked(masks: Masks, ...inputs: Inputs): Output;
  /**
   * The same network with its statistics as they were before the turn, and without a trace in them:
   * for a result that a later turn of the step computes again, and that the original program
   * computes once.
   */
  readonly peek: PlayerOf<Inputs, Output>;
  /** The same network held constant: a loss reaches its inputs through it, but does not train it. */
  readonly held: PlayerOf<Inputs, Output>;
  /**
   * A part of it as a network: a module whose parameters and statistics are among its own, under the
   * same names, such as the encoder of an encoder with decoder.
   */
  part<In extends readonly tf.Tensor[], Out>(module: Module<In, Out>): (...inputs: In) => Out;
  /**
   * Applies it to several batches, as one where its norm does not mix pictures: the same numbers in
   * less time.
   */
  each(batches: readonly tf.Tensor[]): tf.Tensor[];
  /**
   * Judges pictures as a discriminator: through the views that the options ask for. What it saw first
   * of each kind is what scores and penalties are of.
   */
  sees(kind: PictureKind, pictures: tf.Tensor): Output;
  /** Judges both kinds of pictures, or fakes alone. Several maps of logits come as [N, logits]. */
  judge(pictures: { readonly real: tf.Tensor; readonly fake: tf.Tensor }): JudgedLogits;
  judge(pictures: {
    readonly real?: tf.Tensor | undefined;
    readonly fake: tf.Tensor;
  }): Pick<JudgedLogits, 'fakeLogits'> & Partial<JudgedLogits>;
}

/** The player that a module becomes in a turn. */
export type Player<M> =
  M extends Module<infer Inputs, infer Output> ? PlayerOf<Inputs, Output> : never;

/** What a turn's part of a batch says about one discriminator. */
export interface JudgeInputs<Leaf = tf.Tensor> {
  readonly views?: Readonly<Partial<Record<PictureKind, ViewInputs<Leaf>>>> | undefined;
  /** Scalar weight of R1, in the turns that compute it. */
  readonly r1Weight?: Leaf | undefined;
  /** Places [N, 1, 1, 1] between real and fake pictures, for the gradient penalty. */
  readonly alpha?: Leaf | undefined;
}
