import type { WorkContext } from '../../base/console/workContext.ts';
import type { AnyGanDefinition, TrainConfig } from '../../gan/definition/index.ts';
import { standardObservers } from '../../judging/standardObservers.ts';
import { inheritResumedRun } from '../../training/run/index.ts';
import type { ObserverFactory } from '../../training/trainer/observer.ts';
import { runTraining, type FinishedTraining } from '../../training/trainer/runTraining.ts';
import { defineCommand, type Command } from '../cli/index.ts';

/**
 * The command `train` of an app: options, run folder, start or resume, the loop, the summary.
 *
 * @param observers who watches; default {@link standardObservers}
 */
export function trainCommand(
  definition: AnyGanDefinition,
  examples: readonly string[],
  observers: readonly ObserverFactory[] = standardObservers,
): Command {
  return defineCommand({
    name: 'train',
    description: 'Trains the networks and saves checkpoints, metrics, plots and sample grids',
    schema: definition.schema,
    presets: definition.presets as never,
    defaultPreset: definition.defaultPreset,
    inherit: (given, place) => inheritResumedRun(given as { resume?: string }, place),
    examples,
    run: async (config, context) => {
      const result = await train(definition, config, context, observers);
      if (context.signal.aborted) {
        context.log(`Saved step ${result.step}; continue with --resume ${result.run.path}`);
        throw context.signal.reason;
      }
    },
  });
}

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
