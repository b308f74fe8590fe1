import {
  benchCommand,
  doctorCommand,
  explainCommand,
  main,
  reportCommand,
  trainCommand,
  verifyCommand,
} from '@gan-zoo/core';
import { FontError } from '@gan-zoo/fonts';
import { benchPlan } from './bench/benchPlan.ts';
import { demoCommand } from './demoCommand.ts';
import { fontStyle } from './definition.ts';
import { evaluateCommand } from './evaluateCommand.ts';
import { exportFontCommand } from './exportFontCommand.ts';
import { finetuneCommand } from './finetuneCommand.ts';
import { generateCommand } from './generateCommand.ts';
import { prepareCommand } from './prepareCommand.ts';

await main({
  name: fontStyle.name,
  description: "Draws a font's characters in other styles",
  version: fontStyle.version,
  userErrors: [FontError],
  commands: [
    demoCommand,
    prepareCommand,
    trainCommand(fontStyle, [
      '--preset small',
      '--preset small-bicycle --data data/latin',
      '--preset published --data data/chinese-256',
    ]),
    finetuneCommand,
    generateCommand,
    evaluateCommand,
    exportFontCommand,
    doctorCommand(fontStyle),
    reportCommand(fontStyle),
    verifyCommand(fontStyle),
    explainCommand(fontStyle),
    benchCommand(fontStyle, benchPlan),
  ],
});
