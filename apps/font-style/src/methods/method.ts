import type { HostTensor, TrainStep, Tree } from '@gan-zoo/compiler';
import type { Random } from '@gan-zoo/core';
import type * as tf from '@tensorflow/tfjs';
import type { Settings } from '../settings.ts';
import type { GlyphPairBatch } from '../glyphData/index.ts';

/** Pairs to draw again and again. */
export interface FixedPairs extends GlyphPairBatch {
  /** For every pair another glyph of its style, of the training part [N, S, S, C]. */
  readonly references: HostTensor<'float32'>;
}

/** A part of a step's batch. */
export type Part = Readonly<Record<string, unknown>>;

/** Where everything random of a training comes from. */
export interface MethodTools {
  readonly random: Random;
  readonly stepsPerEpoch: number;
}

/** How styles are learned: what differs between the methods of this app. */
export interface Method<State, Batch> {
  /** The state before the first step. */
  initState(config: Settings, random: Random): Tree<HostTensor>;
  createTrainStep(config: Settings): TrainStep<State, Batch>;
  /**
   * Makes of a step's pairs its batches, one for each run of the train step.
   *
   * @returns a function of the step and its pairs
   */
  createParts(
    config: Settings,
    tools: MethodTools,
  ): (step: number, pairs: GlyphPairBatch) => Part[];
  /** What {@link draw} reads of the state: averages where there are such. */
  select(state: State): unknown;
  /** What {@link draw} reads besides. */
  sampleInputs(config: Settings, random: Random, pairs: FixedPairs): Part;
  /** Draws the pairs' sources in the styles of their targets [N, S, S, C], in inference mode. */
  draw(config: Settings): (selected: never, inputs: never) => tf.Tensor;
  /** The discriminator's mean verdicts [N] on pairs [N, S, S, 2·C], source first; inference mode. */
  judge(config: Settings): (discriminator: never, pairs: tf.Tensor4D) => tf.Tensor;
}

/** A method whose types are forgotten. */
// The definition only ever hands a method its own state and batches back.
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- unknown is not assignable both ways
export type AnyMethod = Method<any, any>;
