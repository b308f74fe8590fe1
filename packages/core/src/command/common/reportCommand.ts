import { mkdir } from 'node:fs/promises';
import { dirname, extname } from 'node:path';
import { UsageError, UserError } from '@gan-zoo/compiler';
import { z } from 'zod';
import { defineCommand, type Command, type CommandContext } from '../cli/index.ts';
import { fields } from '../../base/options/index.ts';
import { definitionFacts } from '../../judging/report/definitionFacts.ts';
import { writeReport } from '../../judging/report/html/index.ts';
import { explainFileError } from '../../base/files/index.ts';
import { openNamedRun, readRunConfig } from '../../training/run/index.ts';
import type { AnyGanDefinition } from '../../gan/definition/definition.ts';

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
export function reportCommand(definition: AnyGanDefinition): Command {
  return defineCommand({
    name: 'report',
    description: 'Writes one page about a run: losses, grids over time, findings, options, machine',
    schema: reportSchema,
    examples: ['--run latest', '--run latest --out report.html'],
    run: (config, context) => report(definition, config, context),
  });
}

async function report(
  definition: AnyGanDefinition,
  { run: name, out }: z.output<typeof reportSchema>,
  context: CommandContext,
): Promise<void> {
  if (out !== undefined && extname(out).toLowerCase() !== '.html') {
    throw new UsageError(`--out: expected a file that ends in .html, received "${out}".`);
  }
  const run = await openNamedRun(name, context);
  const { app } = await readRunConfig(run);
  if (app !== definition.name) {
    throw new UserError(
      `${run.path}: expected a run of ${definition.name}, received one of ${app}. ` +
        `Use the command report of ${app}, or name another run.`,
    );
  }
  const path = out === undefined ? run.file('report.html') : context.resolvePath(out);
  await mkdir(dirname(path), { recursive: true }).catch((error: unknown) => {
    throw explainFileError(error, 'create the folder of', path);
  });
  const { workingFolder } = context;
  await writeReport(run, { ...definitionFacts(definition), workingFolder, out: path });
  context.print(path);
}
