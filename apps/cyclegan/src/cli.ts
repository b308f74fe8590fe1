import {
  benchCommand,
  demoCommand,
  doctorCommand,
  evaluateCommand,
  explainCommand,
  main,
  reportCommand,
  trainCommand,
  translateCommand,
  verifyCommand,
} from '@gan-zoo/core';
import { benchPlan } from './bench/benchPlan.ts';
import { cyclegan } from './definition.ts';
import { prepareCommand } from './prepareCommand.ts';

await main({
  name: cyclegan.name,
  description:
    'Translates pictures into the style of others, and back, without pairs to learn from',
  version: cyclegan.version,
  commands: [
    demoCommand({
      ...{ definition: cyclegan, prepare: prepareCommand, data: 'data/emoji', minutes: 4 },
      description: 'Draws emoji, trains small networks on them and shows both translations',
      config: { sampleEverySteps: 100, emaDecay: 0.99 },
      legend: ' (rows: picture, translation, and that translated back)',
    }),
    prepareCommand,
    trainCommand(cyclegan, [
      '--preset small',
      '--domain-a ~/photos --domain-b ~/paintings --preset published-128',
    ]),
    translateCommand(cyclegan.translation, [
      '--run latest --input data/emoji/testA --out translated',
      '--run latest --direction b-to-a --input photo.jpg --out translated --compare',
      '--weights monet2photo.pth --input "paintings/*.jpg" --out photos',
    ]),
    evaluateCommand(cyclegan.translation, [
      '--run latest',
      '--run latest --test-a photos --test-b paintings --num 100',
    ]),
    doctorCommand(cyclegan),
    reportCommand(cyclegan),
    verifyCommand(cyclegan),
    explainCommand(cyclegan),
    benchCommand(cyclegan, benchPlan),
  ],
});
