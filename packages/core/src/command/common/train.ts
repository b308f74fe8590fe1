import type { WorkContext } from '../../base/console/workContext.ts';
import type { AnyGanDefinition, TrainConfig } from '../../gan/definition/index.ts';
import { standardObservers } from '../../judging/standardObservers.ts';
import type { ObserverFactory } from '../../training/trainer/observer.ts';
import { runTraining, type FinishedTraining } from '../../training/trainer/runTraining.ts';

/**
 * Trains from a resolved configuration; what `train` and a demo do alike.
 *
 * @param observers who watches; default {@link standardObservers}
 */
export const train = (
  definition: AnyGanDefinition,
  config: TrainConfig,
  context: WorkContext,
  observers: readonly ObserverFactory[] = standardObservers,
): Promise<FinishedTraining> => runTraining(definition, config, context, observers);
