import type { HostTensor, TrainStep, Tree } from '@gan-zoo/compiler';
import type * as tf from '@tensorflow/tfjs';
import type { z } from 'zod';
import type { Preset } from '../cli/index.ts';
import type { BatchSource, ImageBatchOptions, ImageFolderOptions } from '../data/index.ts';
import type { Random } from '../random/index.ts';
import type { TrainConfig } from './trainFields.ts';

/** Pictures of a folder as an app asks for them; batch size and seed come from the config. */
export type ImageSourceOptions = Pick<
  ImageFolderOptions,
  'folder' | 'imageSize' | 'channels' | 'workers' | 'option'
> &
  Pick<ImageBatchOptions, 'flip' | 'stream'>;

/** What an app builds its batches from. */
export interface BatchTools {
  /** The run's randomness: latents, masks and labels are drawn from streams of it, by step. */
  readonly random: Random;
  /** Batches [batchSize, imageSize, imageSize, channels] in [-1, 1] of a folder's pictures. */
  images(options: ImageSourceOptions): Promise<BatchSource<HostTensor>>;
}

/** Lines that belong into one plot. */
export interface MetricsPlot {
  /** File name without extension, such as `losses`. */
  readonly name: string;
  readonly title: string;
  readonly yLabel: string;
  /** Names of the step's metrics. */
  readonly metrics: readonly string[];
}

/** How an app draws the pictures by which progress is seen: always from the same inputs. */
export interface SampleDefinition<Config, State> {
  /** Inputs of {@link draw}, such as fixed latents; a pure function of config and seed. */
  inputs(config: Config, random: Random): Tree<HostTensor>;
  /** The part of the state that {@link draw} reads. */
  select(state: State): unknown;
  /** Draws pictures [N,H,W,C] in [-1, 1] in inference mode; compiled like the step. */
  draw(config: Config): (selected: never, inputs: never) => tf.Tensor;
}

/**
 * A GAN, as the one trainer sees it: what it is made of, one update, where its batches come from and
 * how to look at it. Everything else (loop, command line, checkpoints, metrics, plots, verification)
 * is the trainer's.
 *
 * @typeParam Config what `schema` resolves to
 * @typeParam State a tree of tensors: networks and optimizer states
 * @typeParam Batch a tree of tensors: what comes in fresh with every step
 */
export interface GanDefinition<Config extends TrainConfig, State, Batch> {
  /** The app's name, as Nx knows it: `anime-dcgan`. */
  readonly name: string;
  readonly version: string;
  /** All options of training; made with {@link trainFields}. */
  readonly schema: z.ZodType<Config> & z.ZodObject;
  readonly presets: Readonly<Record<string, Preset<Partial<Config>>>>;
  readonly defaultPreset: string;
  /** The state before the first step. */
  initState(config: Config, random: Random): Tree<HostTensor>;
  /** The algorithm: one update as a pure function. */
  createTrainStep(config: Config): TrainStep<State, Batch>;
  /**
   * The batches by step. A batch holds everything random of its step; a part that is absent makes
   * the step leave out the update that needs it.
   */
  openBatches(config: Config, tools: BatchTools): Promise<BatchSource<Tree<HostTensor>>>;
  readonly sample: SampleDefinition<Config, State>;
  readonly plots: readonly MetricsPlot[];
  /** A configuration small enough to run eagerly in a moment: `verify` and tests use it. */
  readonly tinyConfig: Partial<Config>;
}

/** A definition whose types are forgotten: what the trainer's generic code takes. */
// The trainer only ever hands a definition its own config, state and batches back.
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- unknown is not assignable both ways
export type AnyGanDefinition = GanDefinition<TrainConfig, any, any>;
