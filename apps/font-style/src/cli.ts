import {
  benchCommand,
  doctorCommand,
  explainCommand,
  main,
  reportCommand,
  trainCommand,
  verifyCommand,
} from '@gan-zoo/core';
import { benchPlan } from './bench/benchPlan.ts';
import { fontStyle } from './definition.ts';
import { prepareCommand } from './prepareCommand.ts';

await main({
  name: fontStyle.name,
  description: "Draws a font's characters in other styles",
  version: fontStyle.version,
  commands: [
    prepareCommand,
    trainCommand(fontStyle, [
      '--preset small',
      '--preset small-bicycle --data data/latin',
      '--preset small --styles ma-shan-zheng --weights runs/mine/checkpoints/step-0007000.safetensors --freeze-encoder',
    ]),
    doctorCommand(fontStyle),
    reportCommand(fontStyle),
    verifyCommand(fontStyle),
    explainCommand(fontStyle),
    benchCommand(fontStyle, benchPlan),
  ],
});
