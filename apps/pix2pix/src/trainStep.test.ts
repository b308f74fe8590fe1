import {
  createRuntime,
  flattenTree,
  UserError,
  type HostTensor,
  type Runtime,
  type Tree,
} from '@gan-zoo/compiler';
import {
  createRandom,
  noiseBatchTools,
  type BatchTools,
  type ReferenceImages,
} from '@gan-zoo/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { configSchema, type Config } from './config.ts';
import { pix2pix } from './definition.ts';

const openBatches = (config: Config, tools: BatchTools) => pix2pix.openBatches(config, tools);

const heldBackPairs = (config: Config, tools: BatchTools, count: number) =>
  pix2pix.translation.heldBack(config, tools, count);

const configured = (values: Partial<Config> = {}): Config =>
  configSchema.parse({ ...pix2pix.tinyConfig, filters: 1, ...values });

type Values = ReadonlyMap<string, HostTensor['data']>;
type Parts = Readonly<Record<string, Tree<HostTensor>>>;

const valuesOf = (state: Tree<HostTensor>): Values =>
  new Map(flattenTree<HostTensor>(state).map(({ path, leaf }) => [path, leaf.data]));

function changedUnder(prefix: string, before: Values, after: Values): string[] {
  const paths = [...before.keys()].filter((path) => path.startsWith(prefix));
  expect(paths, prefix).not.toEqual([]);
  return paths.filter((path) =>
    before.get(path)!.some((value, i) => value !== after.get(path)![i]),
  );
}

describe('the train step', () => {
  const config = configured();
  const start = pix2pix.initState(config, createRandom(0));
  const before = valuesOf(start);
  let runtime: Runtime;
  let batch: Parts;
  beforeAll(async () => {
    runtime = await createRuntime({ threads: 1 });
    const batches = await openBatches(config, noiseBatchTools(config));
    batch = (await batches.batchAt(0)) as unknown as Parts;
  });
  afterAll(() => runtime.close());

  async function run(part: Parts) {
    const runner = await runtime.trainStep(pix2pix.createTrainStep(config), start);
    const { metrics } = await runner.step(part);
    const after = valuesOf(await runner.readState());
    await runner.close();
    return { metrics, after };
  }

  it("leaves D's weights and optimizer as they were when only G is due", async () => {
    const { discriminator: _left, ...rest } = batch;
    const { metrics, after } = await run(rest);
    expect(Object.keys(metrics).sort()).toEqual(['generatorLoss', 'l1Loss']);
    for (const prefix of ['discriminator/params/', 'discriminatorOptimizer/']) {
      expect(changedUnder(prefix, before, after)).toEqual([]);
    }
    for (const prefix of ['generator/params/', 'generator/buffers/', 'generatorAverage/']) {
      expect(changedUnder(prefix, before, after)).not.toEqual([]);
    }
  });

  it('leaves G as it was when only D is due', async () => {
    const { generator: _left, ...rest } = batch;
    const { metrics, after } = await run(rest);
    expect(Object.keys(metrics).sort()).toEqual(['discriminatorLoss', 'fakeScore', 'realScore']);
    expect(changedUnder('generator', before, after)).toEqual([]);
    expect(changedUnder('discriminator/params/', before, after)).not.toEqual([]);
  });
});

it('reads pairs side by side or from two folders, in either direction', async () => {
  const asked: object[] = [];
  const config = configured({ direction: 'b-to-a', channelsA: 1 });
  const noise = noiseBatchTools(config);
  const tools: typeof noise = {
    ...noise,
    pairs: (options) => {
      asked.push(options);
      return noise.pairs(options);
    },
  };
  const batch = (await (await openBatches(config, tools)).batchAt(0)) as Record<string, HostTensor>;
  expect(batch['source']!.shape).toEqual([2, 64, 64, 3]);
  expect(batch['target']!.shape).toEqual([2, 64, 64, 1]);
  await openBatches({ ...config, domainA: 'x', domainB: 'y' }, tools);
  expect(asked).toMatchObject([
    { folder: 'data/emoji-pairs/train', sideBySide: true, imageSize: 64, loadSize: 72 },
    { folderA: 'x', folderB: 'y' },
  ]);
  await expect(openBatches({ ...config, domainA: 'x' }, tools)).rejects.toThrow(
    '--domain-b: expected a folder beside --domain-a, received none. Pictures of both belong ' +
      'together by name.',
  );
});

describe('test pairs', () => {
  /** Tools whose folders are those named. */
  const withFolders = (names: readonly string[], asked: object[] = []) => {
    const noise = noiseBatchTools(configured());
    const tools: typeof noise = {
      ...noise,
      pairs: (options) => {
        asked.push(options);
        return noise.pairs(options);
      },
      pairPictures: (options) => {
        const { folder } = options as { folder: string };
        if (!names.includes(folder)) return Promise.reject(new UserError('no folder'));
        asked.push(options);
        return noise.pairPictures(options);
      },
    };
    return tools;
  };
  const train = 'data/emoji-pairs/train';
  const test = 'data/emoji-pairs/test';

  it('come from the test folder, and then nothing is held back of the other', async () => {
    const asked: object[] = [];
    const tools = withFolders([train, test], asked);
    await openBatches(configured(), tools);
    expect(asked.at(-1)).toMatchObject({ folder: train, heldBack: 0 });
    await heldBackPairs(configured(), tools, 5);
    expect(asked.at(-1)).toMatchObject({ folder: test, part: 'training', count: 5, heldBack: 0 });
  });

  it('are held back where there is no such folder', async () => {
    const asked: object[] = [];
    const tools = withFolders([train], asked);
    await openBatches(configured(), tools);
    expect(asked.at(-1)).not.toHaveProperty('heldBack');
    await heldBackPairs(configured(), tools, 5);
    expect(asked.at(-1)).toMatchObject({ folder: train, part: 'heldBack', count: 5 });
  });
});

it('lets the doctor judge pairs as the discriminator sees them', async () => {
  const config = configured({ channelsA: 1 });
  const tools = noiseBatchTools(config);
  const { target, pairs } = (await pix2pix.references(config, tools)) as Record<
    'target' | 'pairs',
    ReferenceImages
  >;
  expect(target.training.shape).toEqual([256, 64, 64, 3]);
  expect(pairs.training.shape).toEqual([64, 64, 64, 4]);
  const pair = (await tools.pairPictures({
    ...{ folder: '', sideBySide: true, imageSize: 64, channelsA: 1, channelsB: 3 },
    ...{ stream: 'images', part: 'training', count: 256 },
  }))!;
  const last = 63 * 64 * 64 + 64 * 64 - 1;
  expect([...pairs.heldBack!.data.slice(4 * last, 4 * last + 4)]).toEqual([
    pair.a.data[last],
    ...pair.b.data.slice(3 * last, 3 * last + 3),
  ]);
  const [judge] = pix2pix.discriminators;
  const runtime = await createRuntime({ threads: 1 });
  const state = pix2pix.initState(config, createRandom(0)) as unknown as Parts;
  const selected = judge!.select(state as never) as Tree<HostTensor>;
  const four = { ...pairs.training, shape: [4, 64, 64, 4] };
  const some = { ...four, data: four.data.slice(0, 4 * 64 * 64 * 4) };
  const logits = (await runtime.function(judge!.judge(config))(selected, some)) as HostTensor;
  expect(logits.shape).toEqual([4]);
  expect(new Set(logits.data).size).toBe(4);
  await runtime.close();
});

it('draws every picture by itself, with dropout', async () => {
  const config = configured();
  const noise = noiseBatchTools(config);
  const inputs = (await pix2pix.sample.inputs(config, noise)) as Record<string, HostTensor>;
  const runtime = await createRuntime({ threads: 1 });
  const draw = runtime.function(pix2pix.sample.draw(config));
  const { generator } = pix2pix.initState(config, createRandom(0)) as unknown as Parts;
  const drawn = async (own: Tree<HostTensor>) => {
    const { fakeImages, fakePairs } = (await draw(generator!, own)) as Record<string, HostTensor>;
    expect([...fakePairs!.data.slice(3, 6)]).toEqual([...fakeImages!.data.slice(0, 3)]);
    return fakeImages!;
  };
  const both = await drawn(inputs);
  expect(both.shape).toEqual([2, 64, 64, 3]);
  const first = ({ shape, data, dtype }: HostTensor): HostTensor => ({
    ...{ dtype, shape: [1, ...shape.slice(1)] },
    data: data.slice(0, data.length / shape[0]!),
  });
  const halved = Object.fromEntries(
    Object.entries(inputs).map(([name, value]) => [
      name,
      name === 'masks'
        ? Object.fromEntries(
            Object.entries(value as unknown as Record<string, HostTensor>).map(([key, mask]) => [
              key,
              first(mask),
            ]),
          )
        : first(value),
    ]),
  ) as unknown as Tree<HostTensor>;
  const alone = await drawn(halved);
  const distances = Array.from(alone.data, (value, i) => Math.abs(value - both.data[i]!));
  expect(Math.max(...distances)).toBeLessThan(1e-5);
  await runtime.close();
});
