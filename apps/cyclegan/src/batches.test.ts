import { UserError, type HostTensor } from '@gan-zoo/compiler';
import { createRandom, noiseBatchTools, type BatchTools } from '@gan-zoo/core';
import { describe, expect, it } from 'vitest';
import { configSchema, type Config } from './config.ts';
import { cyclegan } from './definition.ts';

const configured = (values: Partial<Config> = {}): Config =>
  configSchema.parse({ ...cyclegan.tinyConfig, poolSize: 2, ...values });

interface Drawn {
  readonly generator: { readonly learningRate?: HostTensor };
}

describe('batches', () => {
  it('come with rates that are constant for half of the epochs and then fall to 1/101', async () => {
    const config = configured();
    const batches = await cyclegan.openBatches(config, noiseBatchTools(config));
    const rateAt = async (epoch: number): Promise<number> => {
      const { generator } = (await batches.batchAt(
        epoch * batches.stepsPerEpoch,
      )) as unknown as Drawn;
      return generator.learningRate!.data[0]!;
    };
    expect(await rateAt(0)).toBeCloseTo(2e-4, 9);
    expect(await rateAt(99)).toBeCloseTo(2e-4, 9);
    expect(await rateAt(150)).toBeCloseTo((2e-4 * 50) / 101, 9);
    expect(await rateAt(199)).toBeCloseTo(2e-4 / 101, 9);
  });

  it('are a function of the step', async () => {
    const config = configured({ loss: 'wgan-gp', instanceNoise: 0.1 });
    const open = () => cyclegan.openBatches(config, noiseBatchTools(config));
    const [first, second] = [await open(), await open()];
    await second.batchAt(3);
    expect(await second.batchAt(7)).toEqual(await first.batchAt(7));
    expect(await second.batchAt(7)).not.toEqual(await first.batchAt(8));
  });

  it('refuse impossible options before they open anything', async () => {
    const tools = { random: createRandom(0) } as unknown as BatchTools;
    await expect(cyclegan.openBatches(configured({ loadSize: 20 }), tools)).rejects.toThrow(
      '--load-size: expected at least --image-size (32)',
    );
  });
});

describe('fixed pictures', () => {
  /** Tools that say which folder was asked for, of which some are missing. */
  function askedOf(config: Config, missing: readonly string[] = []) {
    const asked: string[] = [];
    const noise = noiseBatchTools(config);
    const tools: BatchTools = {
      ...noise,
      pictures: (options) => {
        if (missing.includes(options.folder)) {
          return Promise.reject(new UserError(`no folder ${options.folder}`));
        }
        asked.push(`${options.folder} ${options.part} ${options.heldBack ?? 'default'}`);
        return noise.pictures(options);
      },
    };
    return { asked, tools };
  }

  it('come from the test folders of a published data set', async () => {
    const config = configured({ data: 'horses' });
    const { asked, tools } = askedOf(config);
    const { realA } = (await cyclegan.sample.inputs(config, tools)) as Record<string, HostTensor>;
    expect(realA!.shape).toEqual([2, 32, 32, 3]);
    expect(asked).toContain('horses/testA training 0');
    expect(asked).toContain('horses/trainB training 0');
  });

  it('are held back where there are no test folders', async () => {
    const config = configured({ data: 'horses' });
    const { asked, tools } = askedOf(config, ['horses/testA', 'horses/testB']);
    await cyclegan.references(config, tools);
    expect(asked).toEqual([
      ...['horses/trainA training default', 'horses/trainA heldBack default'],
      ...['horses/trainB training default', 'horses/trainB heldBack default'],
    ]);
  });

  it('come from folders that are named one by one', async () => {
    const config = configured({ domainA: 'x', domainB: 'y' });
    const { asked, tools } = askedOf(config);
    await cyclegan.references(config, tools);
    expect(asked[0]).toBe('x training default');
    expect(asked.at(-1)).toBe('y heldBack default');
  });
});
