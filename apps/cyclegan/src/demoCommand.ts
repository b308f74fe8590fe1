import { demoCommand as demoOf } from '@gan-zoo/core';
import { cyclegan } from './definition.ts';
import { prepareCommand } from './prepareCommand.ts';

/** The command `demo`: draws the default emoji, trains small networks on them, shows what they do. */
export const demoCommand = demoOf({
  ...{ definition: cyclegan, prepare: prepareCommand, data: 'data/emoji', minutes: 4 },
  description: 'Draws emoji, trains small networks on them and shows both translations',
  config: { sampleEverySteps: 100, emaDecay: 0.99 },
  legend: ' (rows: picture, translation, and that translated back)',
});
