import { charsetNames } from '@gan-zoo/fonts';
import { z } from 'zod';

/** Heading of the options that choose characters. */
export const characterGroup = 'Options of characters';

/** Options that choose characters; a command adds what it takes without them. */
export const characterFields = {
  charset: z.array(z.enum(charsetNames)).min(1).optional().meta({
    description: 'Sets of characters by name',
    group: characterGroup,
  }),
  charsetFile: z.string().min(1).optional().meta({
    description: 'Text file (UTF-8) whose characters are drawn',
    placeholder: 'file',
    group: characterGroup,
  }),
  text: z.string().min(1).optional().meta({
    description: 'Characters to draw',
    group: characterGroup,
  }),
};

/** The same for a trained network, and the font that its inputs are drawn with. */
export const drawnCharacterFields = {
  ...characterFields,
  source: z.string().min(1).optional().meta({
    description: 'The source font’s file, for characters that the data set lacks',
    placeholder: 'file',
    defaultText: 'its npm package, if it is one',
    group: characterGroup,
  }),
};
