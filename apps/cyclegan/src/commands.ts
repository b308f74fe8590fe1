import { benchCommand } from '@gan-zoo/core';
import { benchPlan } from './bench/benchPlan.ts';
import { cyclegan } from './definition.ts';

export { demoCommand as demo } from './demoCommand.ts';
export { prepareCommand as prepare } from './prepareCommand.ts';
export { translateCommand as translate } from './translateCommand.ts';
export { evaluateCommand as evaluate } from './evaluateCommand.ts';
export const bench = benchCommand(cyclegan, benchPlan);
