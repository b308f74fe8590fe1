import { demoCommand as demoOf, showBest } from '@gan-zoo/core';
import { animeDcgan } from './definition.ts';
import { prepareCommand } from './prepareCommand.ts';

/** The command `demo`: draws the default avatars, trains a small network on them, shows its best. */
export const demoCommand = demoOf({
  ...{ definition: animeDcgan, prepare: prepareCommand, show: showBest(animeDcgan) },
  description: 'Draws avatars, trains a small network on them and shows what it has learnt',
  ...{ data: 'data/lorelei-64', num: 4000, prepareOptions: { imageSize: 64 } },
  ...{ minutes: 4.5, config: { saveEveryEpochs: 10 } },
});
