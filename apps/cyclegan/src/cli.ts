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
import { cyclegan } from './definition.ts';
import { demoCommand } from './demoCommand.ts';
import { evaluateCommand } from './evaluateCommand.ts';
import { prepareCommand } from './prepareCommand.ts';
import { translateCommand } from './translateCommand.ts';

await main({
  name: cyclegan.name,
  description:
    'Translates pictures into the style of others, and back, without pairs to learn from',
  version: cyclegan.version,
  commands: [
    demoCommand,
    prepareCommand,
    trainCommand(cyclegan, [
      '--preset small',
      '--domain-a ~/photos --domain-b ~/paintings --preset published-128',
    ]),
    translateCommand,
    evaluateCommand,
    doctorCommand(cyclegan),
    reportCommand(cyclegan),
    verifyCommand(cyclegan),
    explainCommand(cyclegan),
    benchCommand(cyclegan, benchPlan),
  ],
});
