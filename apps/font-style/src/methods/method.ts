import type { HostTensor } from '@gan-zoo/compiler';
import type { AnyGame, InitScheme, NetworkState, Random } from '@gan-zoo/core';
import type * as tf from '@tensorflow/tfjs';
import type { Settings } from '../settings.ts';
import type { GlyphPairBatch } from '../glyphData/index.ts';

/** Pairs to draw again and again. */
export interface FixedPairs extends GlyphPairBatch {
  /** For every pair another glyph of its style, of the training part [N, S, S, C]. */
  readonly references: HostTensor<'float32'>;
}

/** What every game is shown: characters of the source font, and the same in styles. */
export interface Pairs {
  /** [N, S, S, C] in [-1, 1]: ink is -1, paper 1. */
  readonly source: tf.Tensor4D;
  /** As `source`. */
  readonly target: tf.Tensor4D;
}

/** A part of a step's batch. */
export type Part = Readonly<Record<string, unknown>>;

/** Where everything random of a training comes from. */
export interface MethodTools {
  readonly random: Random;
  readonly stepsPerEpoch: number;
}

/** The networks that glyphs are drawn with, by name: averages where there are such. */
export type Drawn = Readonly<Record<string, NetworkState>>;

/** Draws or reads with the networks in inference mode. */
export type Drawing = (drawn: Drawn, inputs: never) => tf.Tensor;

/** How styles are learned: what differs between the methods of this app. */
export interface Method {
  createGame(config: Settings): AnyGame;
  /** How parameters start. */
  scheme(config: Settings): InitScheme;
  /**
   * Makes of a step's pairs its batches, one for each run of the train step.
   *
   * @returns a function of the step and its pairs
   */
  createParts(
    config: Settings,
    tools: MethodTools,
  ): (step: number, pairs: GlyphPairBatch) => Part[];
  /** What {@link draw} reads besides the networks. */
  sampleInputs(config: Settings, random: Random, pairs: FixedPairs): Part;
  /** Draws the pairs' sources in the styles of their targets [N, S, S, C]. */
  draw(config: Settings): Drawing;
  readonly styles: StyleRules;
  /** Whether discriminators look at glyphs alone, or at pairs [N, S, S, 2·C], source first. */
  readonly judges: 'glyphs' | 'pairs';
}

/** Which of a network's parameters are tables with a row per style, by network. */
export type StyleTables = Readonly<Record<string, (parameter: string) => boolean>>;

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
  read?(config: Settings): Drawing;
  /** Draws `source` [N, S, S, C] in `styles` [N, length] and with {@link inputs}; compiled. */
  draw(config: Settings): Drawing;
  /** Where networks have a row per slot of a style; absent where they know no single styles. */
  tables?(config: Settings): StyleTables;
  /** What {@link draw} reads besides of N pictures: masks of dropout. */
  inputs?(config: Settings, random: Random, count: number): Part;
}
