import type { HostTensor } from '@gan-zoo/compiler';
import {
  createRegulariserInputs,
  drawMasks,
  judgedBy,
  microBatches,
  type MaskSpec,
  type Random,
  type TurnBatch,
} from '@gan-zoo/core';
import type { Settings } from '../settings.ts';
import type { MethodTools, Part } from './method.ts';

/** What the options add to the parts of the turns: rates, views, the weight of R1. */
export interface TurnInputs {
  /** @param step decides when R1 is due */
  discriminator(step: number): TurnBatch<HostTensor>;
  /**
   * @param update counts the generator's updates over all steps
   * @param judging discriminators that look; default: all
   */
  generator(update: number, judging?: readonly string[]): TurnBatch<HostTensor>;
}

/**
 * Makes the inputs of the turns of discriminators and generator.
 *
 * @param discriminators by name; that of the second ends in 2
 * @param imageShape of what they see
 */
export function createTurnInputs(
  config: Settings,
  tools: MethodTools,
  discriminators: readonly string[],
  imageShape: readonly [count: number, channels: number],
): TurnInputs {
  const { imageSize, generatorLearningRate, discriminatorLearningRate: learningRate } = config;
  const [count, channels] = imageShape;
  const inputs = createRegulariserInputs({
    ...{ config, ...tools, imageShape: [count, imageSize, imageSize, channels] },
  });
  return {
    discriminator: (step) => {
      const parts = discriminators.map((name) =>
        judgedBy(name, inputs.discriminator(step, { learningRate, name })),
      );
      return { ...parts[0], ...asJudges(parts.map(({ judges }) => judges)) };
    },
    generator: (update, judging = discriminators) => {
      const viewOf = (name: string): string => name.replace('discriminator', 'fake');
      const { views = {}, ...rest } = inputs.generator(update, {
        ...{ learningRate: generatorLearningRate, views: judging.map(viewOf) },
      });
      const judges = judging.map((name) => {
        const fake = views[viewOf(name)];
        return fake && { [name]: { views: { fake } } };
      });
      return { ...rest, ...asJudges(judges) };
    },
  };
}

type Judges = TurnBatch<HostTensor>['judges'];

/** One record of all; no record where it would be empty. */
function asJudges(all: readonly Judges[]): { readonly judges?: NonNullable<Judges> } {
  const judges = Object.assign({}, ...all) as NonNullable<Judges>;
  return Object.keys(judges).length === 0 ? {} : { judges };
}

/**
 * The parts of a step, each a run of the train step: for every update of the generator those that it
 * is made of, in micro-batches.
 *
 * @param partsOf is told which update of the step it is, and which of the whole training
 */
export const partsOfStep = (
  { generatorUpdates, accumulationSteps }: Settings,
  step: number,
  partsOf: (update: number, at: number) => readonly Part[],
): Part[] =>
  Array.from({ length: generatorUpdates }, (_, update) =>
    partsOf(update, step * generatorUpdates + update),
  )
    .flat()
    .flatMap((part) => microBatches(part, accumulationSteps));

/** Draws masks of dropout by layer; undefined where no layer drops values. */
export const masksOf =
  (specs: Readonly<Record<string, MaskSpec>>, random: Random) =>
  (stream: string, step: number): Record<string, HostTensor> | undefined =>
    Object.keys(specs).length === 0 ? undefined : drawMasks(specs, random, stream, step);
