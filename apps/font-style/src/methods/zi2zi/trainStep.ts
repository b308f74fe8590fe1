import type { TrainStep } from '@gan-zoo/compiler';
import type { Settings } from '../../settings.ts';
import { runUpdates } from '../runUpdates.ts';
import { createGame } from './game.ts';
import type { Batch, State } from './state.ts';
import { createDiscriminatorUpdate } from './updateDiscriminator.ts';
import { createGeneratorUpdate } from './updateGenerator.ts';

/**
 * One run of zi2zi's step: the discriminator's update, then the generator's, as the batch asks. A
 * whole step is several runs: the second update of the generator has a batch of its own, with the
 * same pairs.
 *
 * Source: github.com/kaonashi-tyc/zi2zi.
 */
export function createTrainStep(config: Settings): TrainStep<State, Batch> {
  const game = createGame(config);
  const updateDiscriminator = createDiscriminatorUpdate(config, game);
  const updateGenerator = createGeneratorUpdate(config, game);
  return (state, batch) => {
    const { discriminator, generator } = batch;
    return runUpdates(state, [
      discriminator && ((latest: State) => updateDiscriminator(latest, batch, discriminator)),
      generator && ((latest: State) => updateGenerator(latest, batch, generator)),
    ]);
  };
}
