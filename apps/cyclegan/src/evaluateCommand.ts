import { evaluateCommand as commandOf, type Command } from '@gan-zoo/core';
import { cycleganTranslation } from './translate/cycleganTranslation.ts';

/** The command `evaluate`: how good both translations are, beside methods that learn nothing. */
export const evaluateCommand: Command = commandOf(cycleganTranslation, [
  '--run latest',
  '--run latest --test-a photos --test-b paintings --num 100',
]);
