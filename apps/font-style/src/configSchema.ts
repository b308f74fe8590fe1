import { configOptions } from './config.ts';
import { refuseMistakes } from './configMistakes.ts';

/** All options of training, and which combinations of them can work. */
export const configSchema = configOptions.superRefine((config, context) =>
  refuseMistakes(config, context),
);
