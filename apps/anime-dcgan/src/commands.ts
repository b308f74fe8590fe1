import { benchCommand, demoCommand, generateCommand, showBest } from '@gan-zoo/core';
import { benchPlan } from './bench/benchPlan.ts';
import { animeDcgan } from './definition.ts';
import { prepareCommand } from './prepareCommand.ts';

export const demo = demoCommand({
  ...{ definition: animeDcgan, prepare: prepareCommand, show: showBest(animeDcgan) },
  description: 'Draws avatars, trains a small network on them and shows what it has learnt',
  ...{ data: 'data/lorelei-64', num: 4000, prepareOptions: { imageSize: 64 } },
  ...{ minutes: 4.5, config: { saveEveryEpochs: 10 } },
});
export const prepare = prepareCommand;
export const generate = generateCommand(animeDcgan);
export const bench = benchCommand(animeDcgan, benchPlan);
