import { createRandom } from '@gan-zoo/core';
import { expect, it } from 'vitest';
import type { Config } from '../config.ts';
import { configSchema } from '../configSchema.ts';
import { fontStyle } from '../definition.ts';
import type { LoadedStyles } from '../drawing/index.ts';
import { presets } from '../presets.ts';
import { settingsOf, type Settings } from '../settings.ts';
import { finetuneConfig, newStyleConfig } from './finetuneConfig.ts';
import { startNetworks } from './startNetworks.ts';

const options = { backend: 'onnx-cpu', seed: 0, kid: false } as const;
const trained = (values: Partial<Config>): Settings => settingsOf(configSchema.parse(values));
const place = { place: 6, training: 200 };

it('fits rates, averages and epochs to the few steps of a new style', () => {
  const run = trained({ ...presets.published.values, emaDecay: 0.995, styles: ['1'] });
  const config = finetuneConfig(run, newStyleConfig(run, options, place), options);
  expect(config).toMatchObject({
    ...{ steps: 400, epochs: 34, schedule: 'cosine', emaDecay: 0.95, firstSlot: 6 },
    ...{ freezeEncoder: true, embedding: 'learned', generatorUpdates: 2, lambdaL1: 100 },
  });
  expect([config.styles, config.decayFactor, config.decayEveryEpochs]).toEqual(
    Array.from({ length: 3 }, () => undefined),
  );
  const given = { ...options, epochs: 5, generatorLearningRate: 1e-4, freezeEncoder: false };
  const other = finetuneConfig(run, newStyleConfig(run, given, place), given);
  expect([other.steps, other.epochs, other.generatorLearningRate, other.freezeEncoder]).toEqual([
    ...[undefined, 5, 1e-4, false],
  ]);
});

it('trains all of a pix2pix network, which has no slots', () => {
  const run = trained({ ...presets['small-pix2pix'].values });
  const config = finetuneConfig(run, newStyleConfig(run, options, place), options);
  expect([config.freezeEncoder, config.firstSlot, config.norm]).toEqual([false, 0, 'instance']);
});

it('refuses what a method cannot do', () => {
  const run = trained({ ...presets['small-bicycle'].values });
  expect(() => finetuneConfig(run, {}, { ...options, freezeEncoder: true })).toThrow(
    '--freeze-encoder: expected it only with --method zi2zi, not bicycle.',
  );
});

it('begins with the averages, and learns style vectors that were frozen', () => {
  const run = trained({ ...fontStyle.tinyConfig, imageSize: 16, emaDecay: 0.9 });
  expect(run.embedding).toBe('frozen');
  const state = fontStyle.initState(run, createRandom(1)) as unknown as Record<
    string,
    { average: Record<string, { data: Float32Array }> }
  >;
  state['generatorAverage']!.average['decoder.d1.conv.weight']!.data.fill(7);
  const styles = [{ place: 0 }, { place: 1 }];
  const loaded = { state, styles, config: run } as unknown as LoadedStyles;
  const config = settingsOf({ ...run, embedding: 'learned' });
  const { generator } = startNetworks(loaded, config, [2]);
  expect(generator!.params['decoder.d1.conv.weight']!.data[0]).toBe(7);
  expect(generator!.buffers['embedding.weight']).toBeUndefined();
  const table = generator!.params['embedding.weight']!.data;
  for (const at of [0, 1, 2])
    expect(table[6 + at]).toBeCloseTo((table[at]! + table[3 + at]!) / 2, 8);
  const names = (network: object): string[] => Object.keys(network).sort();
  const expected = fontStyle.initState(config, createRandom(1)) as unknown as {
    generator: { params: object; buffers: object };
  };
  expect(names(generator!.params)).toEqual(names(expected.generator.params));
  expect(names(generator!.buffers)).toEqual(names(expected.generator.buffers));
});
