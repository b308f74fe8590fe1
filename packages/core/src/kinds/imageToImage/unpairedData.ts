import { join } from 'node:path';
import type { HostTensor, Tree } from '@gan-zoo/compiler';
import type { BatchSource } from '../../data/batches/index.ts';
import type { BatchTools, ReferenceImages } from '../../gan/definition/index.ts';
import { microBatches } from '../../model/regularisers/index.ts';
import type { PerDomain } from './definition.ts';
import type { ImageToImageConfig } from './fields.ts';
import { exists } from './testFolder.ts';
import { createTurnInputs } from './turnInputs.ts';

type Domain = keyof PerDomain<unknown>;

/**
 * Pictures of both domains with everything random of their step.
 *
 * @param draw what the generators' turn of a micro-batch reads besides, by the micro-batch's number
 *   since the first and its count of pictures
 */
export async function openUnpairedBatches(
  config: ImageToImageConfig,
  draw: ((step: number, count: number) => object) | undefined,
  tools: BatchTools,
): Promise<BatchSource<Tree<HostTensor>>> {
  const [a, b] = [await sourceOf(config, tools, 'a'), await sourceOf(config, tools, 'b')];
  const images = await tools.unpaired({ a: a.training, b: b.training });
  const { stepsPerEpoch } = images;
  const { batchSize, accumulationSteps: count, channelsA, channelsB } = config;
  const turns = createTurnInputs({
    ...{ config, random: tools.random, stepsPerEpoch },
    judges: [
      {
        ...{ name: 'discriminatorA', channels: channelsA },
        ...{ generator: 'generatorBtoA', fakes: 'fakeA' },
      },
      {
        ...{ name: 'discriminatorB', channels: channelsB },
        ...{ generator: 'generatorAtoB', fakes: 'fakeB' },
      },
    ],
  });
  return {
    stepsPerEpoch,
    batchAt: async (step) => {
      const due = { generator: turns.generator(step), discriminator: turns.discriminator(step) };
      const batch = {
        real: await images.batchAt(step),
        ...(due.generator && { generator: due.generator }),
        ...(due.discriminator && { discriminator: due.discriminator }),
      };
      const parts = microBatches(batch, count).map((part, index) => ({
        ...part,
        ...(part.generator && {
          generator: { ...part.generator, ...draw?.(step * count + index, batchSize / count) },
        }),
      })) as unknown as Tree<HostTensor>[];
      return count === 1 ? parts[0]! : parts;
    },
    close: () => images.close(),
  };
}

/** Where a domain's pictures are. */
async function sourceOf(config: ImageToImageConfig, tools: BatchTools, domain: Domain) {
  const { imageSize, loadSize, flip, workers } = config;
  const upper = domain === 'a' ? 'A' : 'B';
  const common = {
    ...{ imageSize, loadSize, flip, workers },
    channels: config[`channels${upper}`],
    stream: `images/${domain}`,
  };
  const named = config[`domain${upper}`];
  const folder = named ?? join(config.data, `train${upper}`);
  const training = { ...common, folder, option: named ? `--domain-${domain}` : '--data' };
  const test = { ...training, folder: join(config.data, `test${upper}`), heldBack: 0 };
  const hasTest =
    named === undefined && (await exists(tools.pictures({ ...test, part: 'training', count: 1 })));
  return hasTest ? { training: { ...training, heldBack: 0 }, test } : { training };
}

/** Pictures of both domains to translate again and again: held back where there are such. */
export async function unpairedSamples(
  config: ImageToImageConfig,
  tools: BatchTools,
): Promise<Record<'realA' | 'realB', HostTensor>> {
  const { a, b } = await fixedPictures(config, tools, config.sampleCount);
  return { realA: a.heldBack ?? a.training, realB: b.heldBack ?? b.training };
}

/** How many real pictures the doctor and the scores look at. */
const referenceCount = 256;

/** Fixed real pictures of both domains. */
export const unpairedReferences = (
  config: ImageToImageConfig,
  tools: BatchTools,
): Promise<PerDomain<ReferenceImages>> => fixedPictures(config, tools, referenceCount);

async function fixedPictures(
  config: ImageToImageConfig,
  tools: BatchTools,
  count: number,
): Promise<PerDomain<ReferenceImages>> {
  const ofDomain = async (domain: Domain): Promise<ReferenceImages> => {
    const { training, test } = await sourceOf(config, tools, domain);
    return {
      training: (await tools.pictures({ ...training, part: 'training', count }))!,
      heldBack: await (test
        ? tools.pictures({ ...test, part: 'training', count })
        : tools.pictures({ ...training, part: 'heldBack', count })),
    };
  };
  return { a: await ofDomain('a'), b: await ofDomain('b') };
}
