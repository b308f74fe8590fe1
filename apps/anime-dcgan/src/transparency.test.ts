import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRuntime, type HostTensor, type Tree } from '@gan-zoo/compiler';
import { createRandom, imageGrid, noiseBatchTools, savePng, toPixels } from '@gan-zoo/core';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { configSchema } from './config.ts';
import { animeDcgan } from './definition.ts';

let folder: string;
beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), 'gan-zoo-clear-'))));
afterAll(() => rm(folder, { recursive: true }));

it('learns from pictures with transparency and draws such pictures', async () => {
  const config = configSchema.parse({
    ...animeDcgan.tinyConfig,
    ...{ channels: 4, imageSize: 16, generatorFilters: 2, discriminatorFilters: 2, batchSize: 2 },
    ...{ generatorEverySteps: 1, augment: ['color', 'translation', 'cutout'] },
  });
  const tools = noiseBatchTools(config);
  const batches = await animeDcgan.openBatches(config, tools);
  const start: Tree<HostTensor> = animeDcgan.initState(config, createRandom(1));
  const runtime = await createRuntime({ threads: 1 });
  try {
    const runner = await runtime.trainStep(animeDcgan.createTrainStep(config), start);
    const { metrics } = await runner.step(await batches.batchAt(0));
    for (const loss of [metrics['discriminatorLoss'], metrics['generatorLoss']]) {
      expect(loss).toBeGreaterThan(0);
      expect(loss).toBeLessThan(10);
    }
    const state = await runner.readState();
    const { sample } = animeDcgan;
    const drawn = await runtime.function(sample.draw(config))(
      sample.select(state as never) as Tree<HostTensor>,
      await sample.inputs(config, tools),
    );
    const images = (drawn as Record<string, HostTensor>)['fakeImages']!;
    expect(images.shape).toEqual([4, 16, 16, 4]);
    const path = join(folder, 'samples.png');
    await savePng(path, imageGrid(toPixels(images)));
    const { data, info } = await sharp(path).raw().toBuffer({ resolveWithObject: true });
    expect([info.width, info.height, info.channels]).toEqual([38, 38, 4]);
    const firstPixel = 4 * (2 * 38 + 2);
    expect([...data.subarray(firstPixel, firstPixel + 4)]).toEqual([
      ...toPixels(images)[0]!.data.subarray(0, 4),
    ]);
    expect(new Set(data.filter((_, at) => at % 4 === 3)).size).toBeGreaterThan(2);
  } finally {
    await runtime.close();
  }
});
