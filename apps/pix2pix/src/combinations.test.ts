import { lossNames } from '@gan-zoo/core';
import { playOneStep } from '@gan-zoo/core/testing';
import { expect, it } from 'vitest';
import { pix2pix } from './definition.ts';

const generators = ['resnet', 'unet-64'] as const;
const discriminators = ['pixel', 'patch-70', 'patch-94'] as const;
const channels = [1, 3, 4] as const;

it.each(
  lossNames.map((loss, at) => ({
    ...{ loss, generator: generators[at % 2]!, discriminator: discriminators[at % 3]! },
    ...{ channelsA: channels[at % 3]!, channelsB: channels[(at + 1) % 3]! },
    // Which mixes no pictures, as the gradient penalty needs it.
    norm: loss === 'wgan-gp' ? 'instance' : 'batch',
  })),
)('$loss: $generator and $discriminator, $channelsA to $channelsB channels', async (values) => {
  const metrics = await playOneStep(pix2pix, { ...values, filters: 1, blocks: 1, dropout: 0.5 });
  expect(Object.values(metrics).every(Number.isFinite), JSON.stringify(metrics)).toBe(true);
  expect(Object.keys(metrics)).toEqual(
    expect.arrayContaining(['discriminatorLoss', 'generatorLoss', 'l1Loss']),
  );
  expect('gradientPenalty' in metrics).toBe(values.loss === 'wgan-gp');
});
