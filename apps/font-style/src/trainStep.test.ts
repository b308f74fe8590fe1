import {
  createRuntime,
  flattenTree,
  type HostTensor,
  type Runtime,
  type Tree,
} from '@gan-zoo/compiler';
import { createRandom, noiseBatchTools } from '@gan-zoo/core';
import { eagerBackend } from '@gan-zoo/core/testing';
import * as tf from '@tensorflow/tfjs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Config } from './config.ts';
import { configSchema } from './configSchema.ts';
import { fontStyle } from './definition.ts';
import { openBatches } from './training/batches.ts';

const configured = (values: Partial<Config> = {}): Config =>
  configSchema.parse({ ...fontStyle.tinyConfig, filters: 1, dropout: 0, ...values });

const configs = {
  zi2zi: configured({ imageSize: 16 }),
  bicycle: configured({ method: 'bicycle', imageSize: 64 }),
  pix2pix: configured({ method: 'pix2pix' }),
};

type Values = ReadonlyMap<string, HostTensor['data']>;
type Part = Readonly<Record<string, Tree<HostTensor>>>;

let runtime: Runtime;
beforeAll(async () => {
  runtime = await createRuntime({ backend: eagerBackend });
});
afterAll(() => runtime.close());

const startOf = (config: Config): Tree<HostTensor> =>
  fontStyle.initState(config, createRandom(config.seed));

const valuesOf = (state: Tree<HostTensor>): Values =>
  new Map(flattenTree<HostTensor>(state).map(({ path, leaf }) => [path, leaf.data]));

async function firstPart(config: Config): Promise<Part> {
  const batches = await openBatches(config, noiseBatchTools(config));
  const parts = (await batches.batchAt(0)) as unknown as Part | Part[];
  return Array.isArray(parts) ? parts[0]! : parts;
}

async function run(config: Config, part: object, state = startOf(config)) {
  const runner = await runtime.trainStep(fontStyle.createTrainStep(config), state);
  const { metrics } = await runner.step(part as Tree<HostTensor>);
  const after = valuesOf(await runner.readState());
  await runner.close();
  return { metrics, after, before: valuesOf(state) };
}

function changedUnder(prefix: string, before: Values, after: Values): string[] {
  const paths = [...before.keys()].filter((path) => path.startsWith(prefix));
  expect(paths, prefix).not.toEqual([]);
  return paths.filter((path) =>
    before.get(path)!.some((value, i) => value !== after.get(path)![i]),
  );
}

const without = (part: Part, name: string): Part =>
  Object.fromEntries(Object.entries(part).filter(([key]) => key !== name));

describe.each(Object.entries(configs))('a step of %s', (method, config) => {
  const generators = method === 'bicycle' ? ['generator', 'encoder'] : ['generator'];
  const discriminators =
    method === 'bicycle' ? ['discriminator', 'discriminator2'] : ['discriminator'];

  it("leaves discriminators' weights and optimizers alone when only the generator is due", async () => {
    const { before, after } = await run(config, without(await firstPart(config), 'discriminator'));
    for (const name of discriminators) {
      expect(changedUnder(`${name}/params/`, before, after)).toEqual([]);
      expect(changedUnder(`${name}Optimizer/`, before, after)).toEqual([]);
    }
    for (const name of generators) {
      expect(changedUnder(`${name}/params/`, before, after)).not.toEqual([]);
      expect(changedUnder(`${name}Average/`, before, after)).not.toEqual([]);
    }
  });

  it('leaves the generator as it was when only discriminators are due, and no tensor behind', async () => {
    const part = without(await firstPart(config), 'generator');
    const tensors = tf.memory().numTensors;
    const { before, after } = await run(config, part);
    expect(tf.memory().numTensors).toBe(tensors);
    for (const name of generators) expect(changedUnder(name, before, after)).toEqual([]);
    for (const name of discriminators) {
      expect(changedUnder(`${name}/params/`, before, after)).not.toEqual([]);
    }
  });
});

describe.each(['zi2zi', 'pix2pix'] as const)('the losses of %s', (method) => {
  const config = configs[method];

  it('count ink that is missing more often, when asked to', async () => {
    const part = without(await firstPart(config), 'discriminator');
    const lossOf = async (inkWeight: number): Promise<number> => {
      const { metrics } = await run({ ...config, inkWeight }, part);
      return metrics['l1Loss']!;
    };
    const [usual, lacking, added] = [await lossOf(1), await lossOf(2), await lossOf(3)];
    expect(lacking).toBeGreaterThan(usual);
    expect(lacking).toBeLessThan(2 * usual);
    expect(added - lacking).toBeCloseTo(lacking - usual, 5);
  });
});

describe('zi2zi', () => {
  it('leaves a frozen encoder and its statistics as they are, and nothing else', async () => {
    const config = { ...configs.zi2zi, freezeEncoder: true, generatorUpdates: 1 };
    const { before, after } = await run(config, await firstPart(config));
    expect(changedUnder('generator/params/encoder.', before, after)).toEqual([]);
    expect(changedUnder('generator/buffers/encoder.', before, after)).toEqual([]);
    expect(changedUnder('generator/params/decoder.', before, after)).not.toEqual([]);
    expect(changedUnder('generator/buffers/decoder.', before, after)).not.toEqual([]);
    const remembered = [...before.keys()].filter((path) => path.startsWith('generatorOptimizer'));
    expect(remembered.filter((path) => path.includes('encoder.'))).toEqual([]);
  });

  it('trains style vectors only when they are learned', async () => {
    const frozen = await run(configs.zi2zi, await firstPart(configs.zi2zi));
    const path = (kind: string) => `generator/${kind}/embedding.weight`;
    expect(changedUnder(path('buffers'), frozen.before, frozen.after)).toEqual([]);
    const config: Config = { ...configs.zi2zi, embedding: 'learned' };
    const learned = await run(config, await firstPart(config));
    const [before, after] = [learned.before, learned.after].map((values) =>
      values.get(path('params'))!,
    );
    // Of four slots, noise has styles in the first three; one that is negative throughout ends at
    // the first ReLU.
    const rows = [0, 1, 2, 3].map((row) =>
      [0, 1, 2].some((at) => before![3 * row + at] !== after![3 * row + at]),
    );
    expect(rows.slice(0, 3)).toContain(true);
    expect(rows[3]).toBe(false);
  });
});

describe('BicycleGAN', () => {
  it('trains the encoder by everything but the style that it should find again', async () => {
    const part = without(await firstPart(configs.bicycle), 'discriminator');
    const other = { ...configs.bicycle, lambdaLatent: 50 };
    const [usual, stronger] = [await run(configs.bicycle, part), await run(other, part)];
    expect(changedUnder('encoderOptimizer/', usual.after, stronger.after)).toEqual([]);
    expect(changedUnder('generatorOptimizer/', usual.after, stronger.after)).not.toEqual([]);
  });

  it('only draws true glyphs before the discriminators take part', async () => {
    const part = await firstPart({ ...configs.bicycle, adversarialFromEpoch: 1 });
    const { before, after, metrics } = await run(configs.bicycle, part);
    expect(Object.keys(metrics).sort()).toEqual(['klLoss', 'l1Loss']);
    expect(changedUnder('discriminator', before, after)).toEqual([]);
    expect(changedUnder('generator/params/', before, after)).not.toEqual([]);
    expect(changedUnder('encoder/params/', before, after)).not.toEqual([]);
    // All of the batch is drawn, not its first half alone.
    const target = part['target'] as HostTensor<'float32'>;
    const data = target.data.map((value, at) => (at < target.data.length / 2 ? value : 1));
    const changed = await run(configs.bicycle, { ...part, target: { ...target, data } });
    expect(changed.metrics['l1Loss']).not.toBeCloseTo(metrics['l1Loss']!, 3);
  });

  it('reads styles off other glyphs where there are such', async () => {
    const config: Config = { ...configs.bicycle, norm: 'conditional', styleFrom: 'another' };
    const whole = await firstPart(config);
    const own = { ...whole, references: whole['target']! };
    const part = without(whole, 'discriminator');
    const [another, same, usual] = [
      await run(config, part),
      await run(config, without(own, 'discriminator')),
      await run(config, without(part, 'references')),
    ];
    expect(same.after).toEqual(usual.after);
    expect(changedUnder('encoderOptimizer/', usual.after, another.after)).not.toEqual([]);
    const discriminators = [whole, own].map((each) => without(each, 'generator'));
    const [one, two] = [
      await run(config, discriminators[0]!),
      await run(config, discriminators[1]!),
    ];
    // Adam's first update has the signs of the gradients alone; its moments tell more.
    expect(changedUnder('discriminatorOptimizer/', one.after, two.after)).not.toEqual([]);
  });
});
