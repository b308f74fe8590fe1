import { lossNames } from '@gan-zoo/core';
import { playOneStep } from '@gan-zoo/core/testing';
import { describe, expect, it } from 'vitest';
import { configSchema } from './config.ts';
import { animeDcgan } from './definition.ts';

const tiny = {
  ...{ generatorFilters: 2, discriminatorFilters: 2, latentDim: 3, batchSize: 4 },
  ...{ generatorEverySteps: 1, discriminatorBatchNorm: false },
};

const kinds = ['dcgan', 'residual', 'mlp'] as const;
const sizes = [16, 20, 24, 28, 32, 34, 48] as const;
const channels = [1, 3, 4] as const;

const everything = lossNames.flatMap((loss, at) =>
  kinds.map((generator, turn) => ({
    ...{ loss, generator },
    // Over all losses, every kind of generator meets every kind of discriminator, size and channels.
    discriminator: kinds[(at + turn) % 3]!,
    imageSize: sizes[(at + 2 * turn) % sizes.length]!,
    channels: channels[(2 * at + turn) % 3]!,
  })),
);

describe('any loss, network, size and colours', () => {
  it.each(everything)(
    '$loss: $generator against $discriminator, $imageSize px, $channels channels',
    async (values) => {
      const metrics = await playOneStep(animeDcgan, { ...tiny, ...values });
      expect(Object.keys(metrics)).toEqual(
        expect.arrayContaining(['discriminatorLoss', 'generatorLoss']),
      );
      expect(Object.values(metrics).every(Number.isFinite), JSON.stringify(metrics)).toBe(true);
      expect('gradientPenalty' in metrics).toBe(values.loss === 'wgan-gp');
    },
  );

  it('fully connected networks draw odd sizes, too', async () => {
    const odd = { generator: 'mlp', discriminator: 'mlp', imageSize: 9 };
    const metrics = await playOneStep(animeDcgan, { ...tiny, ...odd });
    expect(metrics['generatorLoss']).toBeGreaterThan(0);
  });

  it.each([
    [{ imageSize: 33 }, 'imageSize', 'expected an even number'],
    [{ loss: 'wgan-gp' }, 'loss', 'expected --spectral-norm or --no-discriminator-batch-norm'],
    [{ loss: 'hinge', labelSmoothing: 0.1 }, 'labelSmoothing', 'expected 0 with --loss hinge'],
    [
      { loss: 'wgan-gp', discriminatorBatchNorm: false, clipWeights: 0.01 },
      'clipWeights',
      'expected 0 with --loss wgan-gp',
    ],
    [{ r2Gamma: 1 }, 'r2Gamma', 'whose gradients R2 measures one by one'],
  ])('%o is refused with its reason', (values, key, message) => {
    const issues = configSchema.safeParse(values).error?.issues ?? [];
    expect(issues.map(({ path }) => path[0])).toEqual([key]);
    expect(issues[0]!.message).toContain(message);
  });
});
