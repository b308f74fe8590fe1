import { hostTensor, type HostTensor, type Tree } from '@gan-zoo/compiler';
import type { BatchSource, FixedOptions } from '../../data/batches/index.ts';
import { opacityChannels } from '../../data/images/channels.ts';
import type { BatchTools, ReferenceImages } from '../../gan/definition/index.ts';
import { type AnyGame, judgedBy } from '../../gan/game/index.ts';
import { createRegulariserInputs } from '../../gan/regularisers/index.ts';
import type { Random } from '../../model/random/index.ts';
import { batchParts } from '../../model/regularisers/index.ts';
import { objectiveOf } from '../objective.ts';
import { penaltyPlaces } from '../penaltyPlaces.ts';
import type { NoiseToImageConfig } from './fields.ts';

/** Latents [count, 1, 1, Z] from N(0, 1), the same for the same stream and step. */
export function drawLatents(
  random: Random,
  stream: string,
  step: number,
  count: number,
  latentDim: number,
): HostTensor {
  return hostTensor(
    [count, 1, 1, latentDim],
    random
      .stream(stream)
      .at(step)
      .normals(count * latentDim),
  );
}

/** A game, and what its batches hold. */
export interface PlayedGame {
  readonly game: AnyGame;
  /** Whether a generator's turn reads real pictures too. Default: where the loss needs them. */
  readonly needsRealImages?: boolean | undefined;
}

/** Real pictures and latents by step, a part for every turn of the game that is due. */
export async function openBatches(
  config: NoiseToImageConfig,
  { game, needsRealImages }: PlayedGame,
  tools: BatchTools,
): Promise<BatchSource<Tree<HostTensor>>> {
  const images = await tools.images(folderOf(config));
  const { stepsPerEpoch } = images;
  const needsReal = needsRealImages ?? objectiveOf(config).generatorNeedsRealLogits;
  const partOf = createParts(config, tools.random, { images, needsReal });
  const turns = Object.entries(game.turns) as [string, { readonly trains: readonly string[] }][];
  return {
    stepsPerEpoch,
    batchAt: async (step) => {
      const due: Record<string, object | undefined> = {};
      for (const [turn, { trains }] of turns) due[turn] = await partOf(turn, trains, step);
      return batchParts(due, config.accumulationSteps);
    },
    close: () => images.close(),
  };
}

/** What a turn reads at a step; undefined where it is not due. */
function createParts(
  config: NoiseToImageConfig,
  random: Random,
  { images, needsReal }: { images: BatchSource<HostTensor>; needsReal: boolean },
) {
  const { batchSize, imageSize, channels, latentDim } = config;
  const regularisers = createRegulariserInputs({
    ...{ config, random, stepsPerEpoch: images.stepsPerEpoch },
    imageShape: [batchSize, imageSize, imageSize, channels],
    opacity: opacityChannels([channels]),
  });
  const options = config as unknown as Readonly<Record<string, number>>;
  return async (turn: string, trains: readonly string[], step: number) => {
    const every = options[`${turn}EverySteps`]!;
    if (step % every !== 0) return undefined;
    const learningRate = options[`${turn}LearningRate`]!;
    const latents = drawLatents(random, `latents/${turn}`, step, batchSize, latentDim);
    if (trains.includes('discriminator')) {
      const inputs = regularisers.discriminator(step, { learningRate, update: step / every });
      const realImages = await images.batchAt(step);
      return {
        realImages,
        latents,
        ...judgedBy('discriminator', inputs, penaltyPlaces(config, random, 'discriminator', step)),
      };
    }
    const inputs = regularisers.generator(step, { learningRate });
    return {
      ...(needsReal ? { realImages: await images.batchAt(step) } : {}),
      ...{ latents, ...judgedBy('discriminator', inputs) },
    };
  };
}

const folderOf = ({ data: folder, imageSize, channels, flip, workers }: NoiseToImageConfig) => ({
  ...{ folder, imageSize, channels, flip, workers },
});

/** How many real pictures the doctor and the scores look at. */
const referenceCount = 256;

/** Fixed real pictures. */
export async function references(
  config: NoiseToImageConfig,
  tools: BatchTools,
  count = referenceCount,
): Promise<{ images: ReferenceImages }> {
  const { flip: _, ...folder } = folderOf(config);
  const pictures = (part: FixedOptions['part']) => tools.pictures({ ...folder, part, count });
  return {
    images: { training: (await pictures('training'))!, heldBack: await pictures('heldBack') },
  };
}
