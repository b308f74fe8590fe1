import { benchCommand } from '@gan-zoo/core';
import { benchPlan } from './bench/benchPlan.ts';
import { fontStyle } from './definition.ts';

export { demoCommand as demo } from './demoCommand.ts';
export { prepareCommand as prepare } from './prepareCommand.ts';
export { finetuneCommand as finetune } from './finetuneCommand.ts';
export { generateCommand as generate } from './generateCommand.ts';
export { evaluateCommand as evaluate } from './evaluateCommand.ts';
export { exportFontCommand as exportFont } from './exportFontCommand.ts';
export const bench = benchCommand(fontStyle, benchPlan);
