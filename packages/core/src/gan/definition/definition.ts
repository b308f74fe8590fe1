import type { HostTensor, TrainStep, Tree } from '@gan-zoo/compiler';
import type * as tf from '@tensorflow/tfjs';
import type { z } from 'zod';
import type { Preset } from '../../base/options/index.ts';
import type { BatchSource, DataTools } from '../../data/batches/index.ts';
import type { HostNetworkState } from '../../model/layers/index.ts';
import type { Random } from '../../model/random/index.ts';
import type { TrainConfig } from './trainFields.ts';

/** What an app builds its batches and fixed pictures from. */
export interface BatchTools extends DataTools {
  /** The run's randomness: latents, masks and labels are drawn from streams of it, by step. */
  readonly random: Random;
  /**
   * Opens data that is no folder of pictures. The run remembers count and fingerprint, so that a
   * resume notices changed data.
   *
   * @param path as the configuration has it
   * @param open gets the absolute path
   * @returns undefined with tools that read nothing: the app makes up noise
   */
  own<Data extends OwnData>(
    path: string,
    open: (path: string) => Promise<Data>,
  ): Promise<Data | undefined>;
}

/** Data of an app's own kind, as the trainer sees it. */
export interface OwnData {
  readonly path: string;
  /** Samples to train on. */
  readonly count: number;
  /** Changes with any of them. */
  readonly fingerprint: string;
}

/** Networks of a state, by name. */
export type GivenNetworks = Readonly<Partial<Record<string, HostNetworkState>>>;

/** Lines that belong into one plot. */
export interface MetricsPlot {
  /** File name without extension, such as `losses`. */
  readonly name: string;
  readonly title: string;
  readonly yLabel: string;
  /** Names of the step's metrics. */
  readonly metrics: readonly string[];
}

/** Pictures by name, each [N,H,W,C] in [-1, 1]. */
export type DrawnImages<Images> = Readonly<Record<string, Images>>;

/** One file of pictures per look. */
export interface SampleGrid {
  /** Part of the file name, where an app has several grids: `a-to-b`. */
  readonly label?: string;
  /** Names of drawn pictures. With several, every row shows one sample: input, translation, … */
  readonly columns: readonly string[];
}

/** Drawn pictures that are generated, and what they are measured against. */
export interface FakeImages {
  /** Name of the drawn pictures. */
  readonly name: string;
  /** Name of the references that they should resemble. */
  readonly like: string;
  /** Name of the drawn pictures that they were made from, when the app translates. */
  readonly from?: string;
}

/** How an app draws the pictures by which progress is seen: always from the same inputs. */
export interface SampleDefinition<Config, State> {
  /** Inputs of {@link draw}: fixed latents or test pictures; a function of config and data alone. */
  inputs(config: Config, tools: BatchTools): Promise<Tree<HostTensor>>;
  /** The part of the state that {@link draw} reads: the average of a network where there is one. */
  select(state: State): unknown;
  /** Draws pictures in inference mode; compiled like the step. */
  draw(config: Config): (selected: never, inputs: never) => DrawnImages<tf.Tensor>;
  readonly grids: readonly SampleGrid[];
  readonly fakes: readonly FakeImages[];
}

/** Fixed real pictures, to compare generated ones with. */
export interface ReferenceImages {
  /** Pictures that are trained on. */
  readonly training: HostTensor;
  /** Pictures that are not; undefined when the data is too small to hold any back. */
  readonly heldBack: HostTensor | undefined;
}

/** A discriminator, as the doctor sees it. */
export interface DiscriminatorDefinition<Config, State> {
  readonly name: string;
  /** Name of the references that it is to take for real. */
  readonly like: string;
  /** Name of the drawn pictures that it is to take for fakes. */
  readonly fakes: string;
  /** Names of the step's metrics that hold its loss and that of its generator. */
  readonly loss: string;
  readonly generatorLoss: string;
  /**
   * Names of the metrics with its mean verdict on real and on fake pictures, scaled so that 1 says
   * real and 0 fake: the probability, or the raw answer for least squares. Absent for Wasserstein.
   */
  readonly realScore?: string;
  readonly fakeScore?: string;
  /** The part of the state that {@link judge} reads. */
  select(state: State): unknown;
  /** Pictures [N,H,W,C] → logits [N] in inference mode; maps of logits are averaged. */
  judge(config: Config): (selected: never, images: tf.Tensor4D) => tf.Tensor;
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
  /**
   * The state before the first step.
   *
   * @param given networks, by their names in the state, to begin with instead of new ones: what
   *   `--weights` brought
   */
  initState(config: Config, random: Random, given?: GivenNetworks): Tree<HostTensor>;
  /**
   * Reads the networks of `--weights`, where that is more than one file with a section for each
   * network of the state.
   *
   * @param path absolute
   */
  readWeights?(path: string, config: Config): Promise<GivenNetworks>;
  /** The algorithm: one update as a pure function. */
  createTrainStep(config: Config): TrainStep<State, Batch>;
  /**
   * The batches by step. A batch holds everything random of its step; what is absent in it makes the
   * step leave out the update that needs it.
   */
  openBatches(config: Config, tools: BatchTools): Promise<BatchSource<Tree<HostTensor>>>;
  /**
   * What checkpoints carry besides the state, in a format of the app's own, so that they can be used
   * without the data: for fonts the characters to draw and samples of the styles.
   */
  carry?(config: Config, tools: BatchTools): Promise<Uint8Array | undefined>;
  readonly sample: SampleDefinition<Config, State>;
  /** Real pictures by name, the same at every call. */
  references(config: Config, tools: BatchTools): Promise<Readonly<Record<string, ReferenceImages>>>;
  readonly discriminators: readonly DiscriminatorDefinition<Config, State>[];
  readonly plots: readonly MetricsPlot[];
  /** A configuration small enough to run eagerly in a moment: `verify` and tests use it. */
  readonly tinyConfig: Partial<Config>;
}

/** A definition whose types are forgotten: what the trainer's generic code takes. */
// The trainer only ever hands a definition its own config, state and batches back.
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- unknown is not assignable both ways
export type AnyGanDefinition = GanDefinition<TrainConfig, any, any>;
