import {
  benchCommand,
  doctorCommand,
  explainCommand,
  main,
  reportCommand,
  trainCommand,
  verifyCommand,
} from '@gan-zoo/core';
import { benchPlan } from './bench/benchPlan.ts';
import { animeDcgan } from './definition.ts';
import { demoCommand } from './demoCommand.ts';
import { generateCommand } from './generateCommand.ts';
import { prepareCommand } from './prepareCommand.ts';

await main({
  name: animeDcgan.name,
  description: 'Trains a DCGAN on avatars, or on any folder of pictures, and draws new ones',
  version: animeDcgan.version,
  commands: [
    demoCommand,
    prepareCommand,
    trainCommand(animeDcgan, ['--data ~/pictures', '--preset small --minutes 5']),
    generateCommand,
    doctorCommand(animeDcgan),
    reportCommand(animeDcgan),
    verifyCommand(animeDcgan),
    explainCommand(animeDcgan),
    benchCommand(animeDcgan, benchPlan),
  ],
});
