import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRandom, initNetwork, writeSafetensors } from '@gan-zoo/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { configSchema, type Config } from './config.ts';
import { fixturePath } from './fixtures/readFixture.ts';
import { cyclegan } from './definition.ts';
import { createGame } from './game.ts';

const readWeights = (path: string, own: Config) => cyclegan.readWeights!(path, own);

/** The options of fixtures/resnet.pth. */
const config: Config = configSchema.parse({ filters: 2, blocks: 2, discriminatorFilters: 2 });
const { discriminatorB, generatorBtoA } = createGame(config).networks;

let folder: string;
const inFolder = (name: string): string => join(folder, name);
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gan-zoo-weights-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('readWeights', () => {
  it('takes a single generator as the one from A to B', async () => {
    const found = await readWeights(fixturePath('resnet.pth'), config);
    expect(Object.keys(found)).toEqual(['generatorAtoB']);
    expect(found.generatorAtoB!.params['model.1.weight']!.shape).toEqual([2, 3, 7, 7]);
  });

  it("reads a folder of the authors' program, whose D_A judges domain B", async () => {
    await copyFile(fixturePath('resnet.pth'), inFolder('latest_net_G_A.pth'));
    await copyFile(fixturePath('resnet.pth'), inFolder('latest_net_G_B.pth'));
    await copyFile(fixturePath('resnet.pth'), inFolder('100_net_G_B.pth'));
    const { params } = initNetwork(discriminatorB, createRandom(0));
    await writeSafetensors(inFolder('latest_net_D_A.safetensors'), params, {});
    const found = await readWeights(folder, config);
    expect(Object.keys(found).sort()).toEqual(['discriminatorB', 'generatorAtoB', 'generatorBtoA']);
    expect(found.discriminatorB).toEqual({ params, buffers: {} });
  });

  it('reads one file of several networks', async () => {
    const { params } = initNetwork(generatorBtoA, createRandom(1));
    const named = Object.entries(params).map(([name, value]) => [`generatorBtoA.${name}`, value]);
    const path = inFolder('both.safetensors');
    await writeSafetensors(path, Object.fromEntries(named) as typeof params, {});
    expect(await readWeights(path, config)).toEqual({ generatorBtoA: { params, buffers: {} } });
  });

  it('says what does not fit', async () => {
    const path = fixturePath('resnet.pth');
    await expect(readWeights(path, { ...config, blocks: 1 })).rejects.toThrow(
      `--weights ${path}, generatorAtoB: the weights do not fit the network.\n  missing (`,
    );
    const empty = await mkdtemp(join(tmpdir(), 'gan-zoo-weights-'));
    await expect(readWeights(empty, config)).rejects.toThrow(
      `--weights ${empty}: expected a folder with one file for each network, such as ` +
        'latest_net_G_A.pth and latest_net_G_B.pth, found none of such names. Name a file, or leave ' +
        'one of each in the folder.',
    );
    await rm(empty, { recursive: true });
  });
});
