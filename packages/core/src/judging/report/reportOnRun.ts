import { mkdir } from 'node:fs/promises';
import { dirname, extname } from 'node:path';
import { UsageError, UserError } from '@gan-zoo/compiler';
import type { WorkContext } from '../../base/console/workContext.ts';
import { explainFileError } from '../../base/files/index.ts';
import type { AnyGanDefinition } from '../../gan/definition/index.ts';
import { openNamedRun, readRunConfig } from '../../training/run/index.ts';
import { definitionFacts } from './definitionFacts.ts';
import { writeReport } from './html/index.ts';

/**
 * Writes one page about a run from the files in its folder, and prints its path.
 *
 * @throws UsageError when `out` is no page, UserError when there is no such run of this app
 */
export async function reportOnRun(
  definition: AnyGanDefinition,
  { run: name, out }: { readonly run: string; readonly out?: string | undefined },
  context: Pick<WorkContext, 'app' | 'workingFolder' | 'resolvePath' | 'print'>,
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
