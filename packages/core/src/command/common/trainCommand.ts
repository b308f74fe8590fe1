import { definitionOf, type GanSource } from '../../gan/definition/ganSource.ts';
import type { ObserverFactory } from '../../training/trainer/observer.ts';
import { defineCommand, type Command } from '../cli/command.ts';

/**
 * The command `train` of an app: options, run folder, start or resume, the loop, the summary.
 *
 * @param observers who watches; default `standardObservers`
 */
export function trainCommand(
  source: GanSource,
  examples: readonly string[],
  observers?: readonly ObserverFactory[],
): Command {
  return defineCommand({
    name: 'train',
    description: 'Trains the networks and saves checkpoints, metrics, plots and sample grids',
    schema: source.schema,
    presets: source.presets as never,
    defaultPreset: source.defaultPreset,
    inherit: async (given, place) => {
      const { resume } = given as { resume?: string };
      if (resume === undefined) return undefined;
      const { inheritResumedRun } = await import('../../training/run/resumedConfig.ts');
      return inheritResumedRun({ resume }, place);
    },
    examples,
    run: async (config, context) => {
      const { train } = await import('./train.ts');
      const result = await train(await definitionOf(source), config, context, observers);
      if (context.signal.aborted) {
        context.log(`Saved step ${result.step}; continue with --resume ${result.run.path}`);
        throw context.signal.reason;
      }
    },
  });
}
