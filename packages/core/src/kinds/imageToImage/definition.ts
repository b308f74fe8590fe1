import type { HostTensor, Tree } from '@gan-zoo/compiler';
import type { z } from 'zod';
import type { HostNetworkState } from '../../model/layers/index.ts';
import type { TranslationGeneratorOptions } from '../../model/networks/index.ts';
import type { BatchTools, TrainConfig } from '../../gan/definition/index.ts';

/** From which domain to which. */
export const directions = ['a-to-b', 'b-to-a'] as const;

/** A value of {@link directions}. */
export type Direction = (typeof directions)[number];

/** The other way. */
export const reverseOf = (direction: Direction): Direction =>
  direction === 'a-to-b' ? 'b-to-a' : 'a-to-b';

/** Something for each domain. */
export type PerDomain<Value> = Readonly<Record<'a' | 'b', Value>>;

/** A generator from pictures to pictures, with what it has learnt. */
export interface TrainedGenerator {
  /** What `translationGenerator` makes the network from. */
  readonly config: TranslationGeneratorOptions;
  readonly state: HostNetworkState;
}

/** The generators of a run by their directions. */
export type DirectedGenerators = Readonly<Partial<Record<Direction, TrainedGenerator>>>;

/** The part of a configuration that says which pictures a run was trained on. */
export interface TranslationConfig extends TrainConfig {
  readonly imageSize: number;
  readonly channelsA: 1 | 3;
  readonly channelsB: 1 | 3;
  readonly domainA?: string | undefined;
  readonly domainB?: string | undefined;
}

/** Pictures that a run never trained on, as far as there are some. */
export interface HeldBackPictures {
  /** Shape: [count, imageSize, imageSize, channelsA] in [-1, 1] */
  readonly a: HostTensor | undefined;
  /** Shape: [count, imageSize, imageSize, channelsB] in [-1, 1] */
  readonly b: HostTensor | undefined;
  /** Whether pictures of the same number belong together. */
  readonly isPaired: boolean;
}

/**
 * An app that translates pictures, as the commands `translate` and `evaluate` see it.
 *
 * @typeParam Config what the schema of its `train` options resolves to
 */
export interface TranslationDefinition<Config extends TranslationConfig> {
  /** The app's name, with which its checkpoints are marked. */
  readonly name: string;
  /** The options of `train`. */
  readonly schema: z.ZodObject;
  /**
   * Whether every run has generators both ways. Then `--direction` chooses one, and the other one
   * translates back. Otherwise a run has one generator, and pairs to measure it by.
   */
  readonly bothWays: boolean;
  /**
   * Whether generators are used as in training: each picture normalised by its own statistics where
   * the norm is one of batches, and with dropout, whose masks follow from `--seed`.
   */
  readonly asInTraining: boolean;
  /** The generators of a checkpoint: averages over the last steps where the training made them. */
  generators(config: Config, state: Tree<HostTensor>): DirectedGenerators;
  /** What a run held back; no more than `count` pictures of each domain are used. */
  heldBack(config: Config, tools: BatchTools, count: number): Promise<HeldBackPictures>;
}

/** A definition whose configuration is forgotten: what the generic code takes. */
export type AnyTranslationDefinition = TranslationDefinition<TranslationConfig>;
