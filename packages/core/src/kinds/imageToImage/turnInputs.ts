import { hostTensor, type HostTensor } from '@gan-zoo/compiler';
import { opacityChannels, type Channels } from '../../data/images/channels.ts';
import type { JudgeInputs, TurnBatch } from '../../gan/game/index.ts';
import { createRegulariserInputs, type RegulariserInputs } from '../../gan/regularisers/index.ts';
import { drawMasks, dropoutMasks, type Module } from '../../model/layers/index.ts';
import type { Random } from '../../model/random/index.ts';
import { penaltyPlaces } from '../penaltyPlaces.ts';
import type { ImageToImageConfig } from './fields.ts';

/** A discriminator as turns show it pictures. */
export interface JudgeOfPictures {
  /** Its name among the game's networks. */
  readonly name: string;
  /** Channels of the pictures that it judges joined: a picture's, or those of a pair. */
  readonly channels: readonly Channels[];
  /** The generator that it judges, and the pictures' name, which name their random streams. */
  readonly generator: string;
  readonly fakes: string;
}

/** Draws what core reads of turns besides the pictures: rates, views, penalties, by step. */
export interface TurnInputs {
  /** Undefined in the steps in which the turn is not due. */
  generator(step: number): TurnBatch<HostTensor> | undefined;
  /** As `generator`. */
  discriminator(step: number): TurnBatch<HostTensor> | undefined;
}

/** What {@link createTurnInputs} needs. */
export interface TurnInputsOptions {
  readonly config: ImageToImageConfig;
  readonly random: Random;
  readonly stepsPerEpoch: number;
  readonly judges: readonly JudgeOfPictures[];
}

/** Makes the turns' inputs for a game in which every discriminator judges one kind of pictures. */
export function createTurnInputs(options: TurnInputsOptions): TurnInputs {
  const { config, random, stepsPerEpoch, judges } = options;
  const { batchSize, imageSize } = config;
  const { generatorLearningRate, discriminatorLearningRate } = config;
  const regularisers = judges.map(({ channels }): RegulariserInputs =>
    createRegulariserInputs({
      ...{ config, random, stepsPerEpoch },
      imageShape: [batchSize, imageSize, imageSize, sumOf(channels)],
      opacity: opacityChannels(channels),
    }),
  );
  return {
    generator: (step) => {
      if (step % config.generatorEverySteps !== 0) return undefined;
      const learningRate = generatorLearningRate;
      return joined(
        learningRate,
        judges.map(({ name, generator, fakes }, at) => {
          const drawn = { learningRate, name: generator, views: [fakes] };
          const { views, ...inputs } = regularisers[at]!.generator(step, drawn);
          const fake = views?.[fakes];
          return { name, inputs, judge: fake === undefined ? {} : { views: { fake } } };
        }),
      );
    },
    discriminator: (step) => {
      const every = config.discriminatorEverySteps;
      if (step % every !== 0) return undefined;
      const learningRate = discriminatorLearningRate;
      return joined(
        learningRate,
        judges.map(({ name }, at) => {
          const { views, r1Weight, r2Weight, ...inputs } = regularisers[at]!.discriminator(step, {
            ...{ learningRate, name, update: step / every },
          });
          const judge = {
            ...(views && { views }),
            ...(r1Weight && { r1Weight }),
            ...(r2Weight && { r2Weight }),
          };
          return {
            name,
            inputs,
            judge: { ...judge, ...penaltyPlaces(config, random, name, step) },
          };
        }),
      );
    },
  };
}

const sumOf = (numbers: readonly number[]): number => numbers.reduce((sum, one) => sum + one, 0);

interface DrawnJudge {
  readonly name: string;
  readonly inputs: TurnBatch<HostTensor>;
  readonly judge: JudgeInputs<HostTensor>;
}

/** A turn's inputs of those of its judges; the rate is fed even while it is constant. */
function joined(learningRate: number, drawn: readonly DrawnJudge[]): TurnBatch<HostTensor> {
  const judges = drawn.filter(({ judge }) => Object.keys(judge).length > 0);
  return {
    learningRate: hostTensor([], [learningRate]),
    ...(Object.assign({}, ...drawn.map(({ inputs }) => inputs)) as TurnBatch<HostTensor>),
    ...(judges.length === 0
      ? {}
      : { judges: Object.fromEntries(judges.map(({ name, judge }) => [name, judge])) }),
  };
}

/**
 * Draws the masks of a generator's dropout.
 *
 * @returns a function of the number of pictures, the random stream and the step; undefined where
 *   nothing is dropped
 */
export function createMasks(module: Module, shape: readonly number[], random: Random) {
  return (count: number, stream: string, step: number) => {
    const specs = dropoutMasks(module, [count, ...shape]);
    return Object.keys(specs).length === 0 ? undefined : drawMasks(specs, random, stream, step);
  };
}
