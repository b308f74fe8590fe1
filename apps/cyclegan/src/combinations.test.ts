import { lossNames } from '@gan-zoo/core';
import { playOneStep } from '@gan-zoo/core/testing';
import { expect, it } from 'vitest';
import { cyclegan } from './definition.ts';

const discriminators = ['pixel', 'patch-70'] as const;
const channels = [1, 3, 4] as const;

it.each(
  lossNames.map((loss, at) => ({
    ...{ loss, discriminator: discriminators[at % 2]! },
    ...{ channelsA: channels[at % 3]!, channelsB: channels[(at + 1) % 3]!, lambdaIdentity: 0 },
    norm: loss === 'wgan-gp' || at % 2 === 0 ? 'instance' : 'batch',
  })),
)('$loss: $discriminator, $channelsA to $channelsB channels and back', async (values) => {
  const metrics = await playOneStep(cyclegan, { ...values, filters: 2, discriminatorFilters: 2 });
  expect(Object.values(metrics).every(Number.isFinite), JSON.stringify(metrics)).toBe(true);
  expect(Object.keys(metrics)).toEqual(
    expect.arrayContaining(['discriminatorALoss', 'discriminatorBLoss', 'cycleLossA']),
  );
  expect('gradientPenaltyA' in metrics).toBe(values.loss === 'wgan-gp');
});
