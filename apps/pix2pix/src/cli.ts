import {
  benchCommand,
  doctorCommand,
  evaluateCommand,
  explainCommand,
  main,
  reportCommand,
  trainCommand,
  translateCommand,
  verifyCommand,
} from '@gan-zoo/core';
import { benchPlan } from './bench/benchPlan.ts';
import { pix2pix } from './definition.ts';

await main({
  name: pix2pix.name,
  description: 'Learns from pairs of pictures how to turn one into the other',
  version: pix2pix.version,
  commands: [
    trainCommand(pix2pix, [
      '--preset small',
      '--data ~/facades --direction b-to-a',
      '--domain-a ~/maps --domain-b ~/photos',
    ]),
    translateCommand(pix2pix.translation, [
      '--run latest --input sketch.png --out translated',
      '--run latest --input "sketches/*.jpg" --out translated --no-dropout',
      '--weights facades_label2photo.pth --input labels --out facades',
    ]),
    evaluateCommand(pix2pix.translation, [
      '--run latest',
      '--run latest --test-a ~/maps/test --test-b ~/photos/test',
    ]),
    doctorCommand(pix2pix),
    reportCommand(pix2pix),
    verifyCommand(pix2pix),
    explainCommand(pix2pix),
    benchCommand(pix2pix, benchPlan),
  ],
});
