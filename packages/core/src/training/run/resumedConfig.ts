import { join } from 'node:path';

import { UserError } from '@gan-zoo/compiler';

import { resolveUserPath } from '../../base/files/userPath.ts';
import type { InheritedConfig, InheritPlace } from '../../base/options/resolveConfig.ts';
import { findLatestRun, openRunFolder } from './openRun.ts';
import { readRunConfig } from './runConfig.ts';
import type { RunFolder } from './runFolder.ts';

/**
 * Opens the run that a user names with `--resume` or `--run`.
 *
 * @param name path of a run folder or of one of its checkpoints, or `latest` for the run of this
 *   app that was started last
 * @throws UserError when there is no such run
 */
export async function openNamedRun(name: string, place: InheritPlace): Promise<RunFolder> {
  if (name !== 'latest') return openRunFolder(resolveUserPath(name, place.workingFolder));
  const run = await findLatestRun(place.workingFolder, place.app);
  if (run !== undefined) return run;
  throw new UserError(
    `expected a run of ${place.app} in ${join(place.workingFolder, 'runs', place.app)}, found none. ` +
      'Start one with the command train, or name its folder.',
  );
}

/**
 * The configuration of the run that `--resume` names: `inherit` of a train command, so that a
 * resumed run needs no other option.
 */
export async function inheritResumedRun(
  given: { readonly resume?: string | undefined },
  place: InheritPlace,
): Promise<InheritedConfig | undefined> {
  if (given.resume === undefined) return undefined;
  const run = await openNamedRun(given.resume, place);
  const { config, preset } = await readRunConfig(run);
  const { resume: _resume, override: _override, ...values } = config;
  return { values, preset: preset ?? undefined, place: run.path };
}
