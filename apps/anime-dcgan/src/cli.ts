import {
  benchCommand,
  demoCommand,
  doctorCommand,
  explainCommand,
  generateCommand,
  main,
  reportCommand,
  showBest,
  trainCommand,
  verifyCommand,
} from '@gan-zoo/core';
import { benchPlan } from './bench/benchPlan.ts';
import { animeDcgan } from './definition.ts';
import { prepareCommand } from './prepareCommand.ts';

await main({
  name: animeDcgan.name,
  description: 'Trains a DCGAN on avatars, or on any folder of pictures, and draws new ones',
  version: animeDcgan.version,
  commands: [
    demoCommand({
      ...{ definition: animeDcgan, prepare: prepareCommand, show: showBest(animeDcgan) },
      description: 'Draws avatars, trains a small network on them and shows what it has learnt',
      ...{ data: 'data/lorelei-64', num: 4000, prepareOptions: { imageSize: 64 } },
      ...{ minutes: 4.5, config: { saveEveryEpochs: 10 } },
    }),
    prepareCommand,
    trainCommand(animeDcgan, ['--data ~/pictures', '--preset small --minutes 5']),
    generateCommand(animeDcgan),
    doctorCommand(animeDcgan),
    reportCommand(animeDcgan),
    verifyCommand(animeDcgan),
    explainCommand(animeDcgan),
    benchCommand(animeDcgan, benchPlan),
  ],
});
