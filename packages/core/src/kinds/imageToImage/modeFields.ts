import { z } from 'zod';
import type { AnyTranslationDefinition } from './definition.ts';
import type { GenerateMode } from './translate/createGenerate.ts';

const dropout = z.boolean().default(true).meta({
  description: 'Drop values as in training, where the network does; masks follow from --seed',
});

/** The option `--no-dropout`, of apps whose generators are used as in training. */
export const modeFields = ({
  asInTraining,
}: Pick<AnyTranslationDefinition, 'asInTraining'>): { dropout?: typeof dropout } =>
  asInTraining ? { dropout } : {};

/** How generators are used that a command's options describe. */
export const modeOf = (
  { asInTraining }: Pick<AnyTranslationDefinition, 'asInTraining'>,
  { dropout = false, seed }: { readonly dropout?: boolean; readonly seed: number },
): GenerateMode => ({ asInTraining, dropout, seed });
