import { translateCommand as commandOf, type Command } from '@gan-zoo/core';
import { cycleganTranslation } from './translate/cycleganTranslation.ts';

/** The command `translate`: turns pictures of any size into the other domain's style. */
export const translateCommand: Command = commandOf(cycleganTranslation, [
  '--run latest --input data/emoji/testA --out translated',
  '--run latest --direction b-to-a --input photo.jpg --out translated --compare',
  '--weights monet2photo.pth --input "paintings/*.jpg" --out photos',
]);
