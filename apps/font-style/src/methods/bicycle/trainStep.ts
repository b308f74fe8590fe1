import type { TrainStep } from '@gan-zoo/compiler';
import { stopGradient } from '@gan-zoo/core';
import type { Settings } from '../../settings.ts';
import { runUpdates } from '../runUpdates.ts';
import { createGame, halvesOf, sampleStyle, type Fakes, type Game } from './game.ts';
import type { Batch, GameBatch, State } from './state.ts';
import { createDiscriminatorsUpdate } from './updateDiscriminators.ts';
import { createGeneratorUpdate } from './updateGenerator.ts';

/**
 * One run of BicycleGAN's step: generator and encoder, then both discriminators on the glyphs as
 * they were drawn before that, as published.
 *
 * Paper: Zhu et al., "Toward multimodal image-to-image translation" (arXiv 1711.11586).
 */
export function createTrainStep(config: Settings): TrainStep<State, Batch> {
  const game = createGame(config);
  const updateGenerator = createGeneratorUpdate(config, game);
  const updateDiscriminators = createDiscriminatorsUpdate(config, game);
  return (state, batch) => {
    const { discriminator, generator } = batch;
    let drawn: Fakes | undefined;
    return runUpdates(state, [
      generator &&
        ((latest: State) => {
          const { fakes, ...update } = updateGenerator(latest, batch, generator);
          drawn = fakes;
          return update;
        }),
      discriminator &&
        ((latest: State) => {
          const { encoded, random } = drawn ?? drawFakes(game, latest, batch as GameBatch);
          const fakes = { encoded: stopGradient(encoded), random: stopGradient(random) };
          return updateDiscriminators(latest, batch, discriminator, fakes);
        }),
    ]);
  };
}

/** For a step of the discriminators alone. */
function drawFakes(game: Game, { generator, encoder }: State, batch: GameBatch): Fakes {
  const { source, styled } = halvesOf(batch);
  const read = sampleStyle(game.read(encoder, styled), batch.deviations);
  return game.draw(generator, source, { encoded: read, random: batch.latents });
}
