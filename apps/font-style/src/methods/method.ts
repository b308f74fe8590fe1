import type { HostTensor, TrainStep, Tree } from '@gan-zoo/compiler';
import type { GivenNetworks, Random } from '@gan-zoo/core';
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
  /** The state before the first step, with new networks or those given. */
  initState(config: Settings, random: Random, given?: GivenNetworks): Tree<HostTensor>;
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
  readonly styles: StyleRules;
  /** The discriminator's mean verdicts [N] on pairs [N, S, S, 2·C], source first; inference mode. */
  judge(config: Settings): (discriminator: never, pairs: tf.Tensor4D) => tf.Tensor;
}

/** Styles as vectors, to draw with a trained network. */
export interface StyleRules {
  /** Length of a vector; 0 where a network has one style only. */
  length(config: Settings): number;
  /**
   * The vector of a style by its place in the data set; absent where vectors are read off glyphs.
   *
   * @throws UsageError when there is no room for so many styles
   */
  of?(config: Settings, place: number): Float32Array;
  /** Reads vectors [N, length] off `glyphs` [N, S, S, C]; absent where styles are numbered. */
  read?(config: Settings): (selected: never, inputs: never) => tf.Tensor;
  /**
   * Draws `source` [N, S, S, C] in `styles` [N, length] and with {@link inputs}, in inference mode;
   * compiled.
   */
  draw(config: Settings): (selected: never, inputs: never) => tf.Tensor;
  /**
   * Lets styles begin as the mean of others that were trained; absent where networks remember
   * nothing of single styles.
   *
   * @param networks by their names in the state
   * @param slots those that begin, and those that they begin from
   */
  begin?(
    config: Settings,
    networks: GivenNetworks,
    slots: { readonly slots: readonly number[]; readonly from: readonly number[] },
  ): GivenNetworks;
  /** What {@link draw} reads besides of N pictures: masks of dropout. */
  inputs?(config: Settings, random: Random, count: number): Part;
}

/** A method whose types are forgotten. */
// The definition only ever hands a method its own state and batches back.
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- unknown is not assignable both ways
export type AnyMethod = Method<any, any>;
