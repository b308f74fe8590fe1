import {
  gameStep,
  initGame,
  type GameBatch,
  type GameState,
  type GanDefinition,
} from '@gan-zoo/core';
import * as tf from '@tensorflow/tfjs';
import packageJson from '../package.json' with { type: 'json' };
import type { Config } from './config.ts';
import { configSchema } from './configSchema.ts';
import { createJudge, methods, selectDrawn, type Drawn } from './methods/index.ts';
import { presets } from './presets.ts';
import { settingsOf } from './settings.ts';
import { carriedGlyphs } from './training/pairSource.ts';
import { openBatches, references, sampleInputs } from './training/batches.ts';

interface SampleInputs {
  readonly source: tf.Tensor4D;
  readonly target: tf.Tensor4D;
  /** What the method reads besides. */
  readonly own: never;
}

/** Draws the fixed pairs' sources in the styles of their targets. */
const draw = (config: Config) => {
  const drawOwn = methods[config.method].draw(settingsOf(config));
  return (drawn: Drawn, { source, target, own }: SampleInputs): Record<string, tf.Tensor> => {
    const fakeImages = drawOwn(drawn, own);
    return { source, target, fakeImages, fakePairs: tf.concat([source, fakeImages], 3) };
  };
};

/** font-style: a font's characters in the styles of others, by one of three methods. */
export const fontStyle: GanDefinition<Config, GameState, GameBatch> = {
  name: 'font-style',
  version: packageJson.version,
  schema: configSchema,
  presets,
  defaultPreset: 'published',
  initState: (given, random, networks) => {
    const config = settingsOf(given);
    const method = methods[config.method];
    return initGame(method.createGame(config), {
      ...{ config, random, scheme: method.scheme(config) },
      ...(networks && { given: networks }),
    });
  },
  createTrainStep: (given) => {
    const config = settingsOf(given);
    return gameStep(methods[config.method].createGame(config), config);
  },
  openBatches,
  carry: carriedGlyphs,
  sample: {
    inputs: sampleInputs,
    select: selectDrawn,
    draw,
    grids: [{ columns: ['source', 'target', 'fakeImages'] }],
    fakes: [{ name: 'fakeImages', like: 'target', from: 'source' }],
  },
  references,
  discriminators: [
    {
      name: 'discriminator',
      like: 'pairs',
      fakes: 'fakePairs',
      loss: 'discriminatorLoss',
      generatorLoss: 'generatorLoss',
      realScore: 'realScore',
      fakeScore: 'fakeScore',
      select: ({ discriminator }) => discriminator,
      judge: (config) => createJudge(methods[config.method], settingsOf(config)),
    },
  ],
  plots: [
    {
      name: 'losses',
      title: 'Adversarial losses',
      yLabel: 'loss',
      metrics: ['discriminatorLoss', 'generatorLoss', 'discriminator2Loss', 'generator2Loss'],
    },
    {
      name: 'difference',
      title: 'How far glyphs are from the true ones',
      yLabel: 'mean absolute difference',
      metrics: ['l1Loss', 'diversity'],
    },
    {
      name: 'styles',
      title: 'Losses of styles and codes',
      yLabel: 'loss',
      metrics: ['categoryLoss', 'realCategoryLoss', 'constantLoss', 'klLoss', 'latentLoss'],
    },
    {
      name: 'scores',
      title: "The discriminators' mean verdicts",
      yLabel: '1 is real, 0 is fake',
      metrics: ['realScore', 'fakeScore', 'realScore2', 'fakeScore2'],
    },
  ],
  tinyConfig: {
    imageSize: 32,
    channels: 1,
    filters: 2,
    discriminatorFilters: 2,
    slots: 4,
    embeddingDim: 3,
    latentDim: 2,
    batchSize: 4,
    sampleCount: 3,
    emaDecay: 0.9,
  },
};
