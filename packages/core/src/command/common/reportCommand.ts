import { z } from 'zod';
import { fields } from '../../base/options/commonFields.ts';
import { definitionOf, type GanSource } from '../../gan/definition/ganSource.ts';
import { defineCommand, type Command } from '../cli/command.ts';

const reportSchema = z.object({
  run: fields.run
    .describe('Run folder, one of its checkpoints, or latest')
    .meta({ placeholder: 'run' })
    .default('latest'),
  out: fields.out
    .describe('The page to write')
    .meta({ placeholder: 'file.html', defaultText: 'report.html in the run folder' })
    .optional(),
});

/**
 * The command `report` of an app: one page about a run, made from the files in its folder, that
 * opens without a server and without a network.
 */
export function reportCommand(source: GanSource): Command {
  return defineCommand({
    name: 'report',
    description: 'Writes one page about a run: losses, grids over time, findings, options, machine',
    schema: reportSchema,
    examples: ['--run latest', '--run latest --out report.html'],
    run: async (config, context) => {
      const { reportOnRun } = await import('../../judging/report/reportOnRun.ts');
      return reportOnRun(await definitionOf(source), config, context);
    },
  });
}
