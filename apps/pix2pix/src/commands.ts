import { benchCommand, evaluateCommand, translateCommand } from '@gan-zoo/core';
import { benchPlan } from './bench/benchPlan.ts';
import { pix2pix } from './definition.ts';

export const translate = translateCommand(pix2pix.translation, [
  '--run latest --input sketch.png --out translated',
  '--run latest --input "sketches/*.jpg" --out translated --no-dropout',
  '--weights facades_label2photo.pth --input labels --out facades',
]);
export const evaluate = evaluateCommand(pix2pix.translation, [
  '--run latest',
  '--run latest --test-a ~/maps/test --test-b ~/photos/test',
]);
export const bench = benchCommand(pix2pix, benchPlan);
