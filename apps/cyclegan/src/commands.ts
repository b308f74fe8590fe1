import { benchCommand, demoCommand, evaluateCommand, translateCommand } from '@gan-zoo/core';
import { benchPlan } from './bench/benchPlan.ts';
import { cyclegan } from './definition.ts';
import { prepareCommand } from './prepareCommand.ts';

export const demo = demoCommand({
  ...{ definition: cyclegan, prepare: prepareCommand, data: 'data/emoji', minutes: 4 },
  description: 'Draws emoji, trains small networks on them and shows both translations',
  config: { sampleEverySteps: 100, emaDecay: 0.99 },
  legend: ' (rows: picture, translation, and that translated back)',
});
export const prepare = prepareCommand;
export const translate = translateCommand(cyclegan.translation, [
  '--run latest --input data/emoji/testA --out translated',
  '--run latest --direction b-to-a --input photo.jpg --out translated --compare',
  '--weights monet2photo.pth --input "paintings/*.jpg" --out photos',
]);
export const evaluate = evaluateCommand(cyclegan.translation, [
  '--run latest',
  '--run latest --test-a photos --test-b paintings --num 100',
]);
export const bench = benchCommand(cyclegan, benchPlan);
