import type { WorkContext } from '../../base/console/workContext.ts';
import type { AnyGanDefinition } from '../../gan/definition/definition.ts';
import type { TrainConfig } from '../../gan/definition/trainFields.ts';
import { planResume } from './resumeTraining.ts';
import { planNew, type PlannedTraining } from './startTraining.ts';

/** Plans a training: a new run, or the run that `--resume` names. */
export function planTraining(
  definition: AnyGanDefinition,
  config: TrainConfig,
  context: WorkContext,
): Promise<PlannedTraining> {
  return config.resume === undefined
    ? Promise.resolve(planNew(definition, config, context))
    : planResume(definition, config, config.resume, context);
}
