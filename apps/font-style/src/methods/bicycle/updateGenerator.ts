import { mapTree } from '@gan-zoo/compiler';
import {
  klToStandardNormal,
  l1Loss,
  stopGradient,
  valueAndGradients,
  type NetworkState,
} from '@gan-zoo/core';
import type * as tf from '@tensorflow/tfjs';
import type { Settings } from '../../settings.ts';
import { glyphLosses, metricsOf } from '../glyphLosses.ts';
import { applyUpdate, averageAfter, createOptimizer, weightedSum } from '../networkUpdate.ts';
import type { NetworkInputs, Update } from '../pairBatch.ts';
import { halvesOf, sampleStyle, type Fakes, type Game } from './game.ts';
import type { Batch, GameBatch, State } from './state.ts';

/**
 * The update of generator and encoder by two Adams of one rate.
 *
 * cVAE-GAN: the style is read off the target, z = E(B), or off another glyph of its font; the glyph
 * drawn in it must be the target (L1), be taken for real by D, and styles must stay near N(0, 1)
 * (KL). cLR-GAN: the style is random, the glyph must be taken for real by D2, and the encoder must
 * find the style in it again; this last loss trains the generator alone.
 *
 * Of a batch without random styles there is only the cVAE: no discriminator looks.
 */
export function createGeneratorUpdate(
  config: Settings,
  game: Game,
): (
  state: State,
  batch: Batch,
  inputs: NetworkInputs,
) => Update<State> & { readonly fakes?: Fakes } {
  const optimizer = createOptimizer(config, config.generatorLearningRate);
  const gameLosses = createGameLosses(config, game);
  const glyphsAlone = createGlyphLosses(config, game);

  return (state, batch, inputs) => {
    const { value, gradients } = valueAndGradients(
      (params) =>
        isGame(batch)
          ? gameLosses(state, params, batch, inputs)
          : glyphsAlone(state, params, batch),
      { generator: state.generator.params, encoder: state.encoder.params },
    );
    const { accumulate } = batch;
    const update = (name: 'generator' | 'encoder') =>
      applyUpdate(optimizer, {
        ...{ network: state[name], optimizer: state[`${name}Optimizer`] },
        ...{ gradients: gradients[name], buffers: state[name].buffers, inputs, accumulate },
      });
    const [generator, encoder] = [update('generator'), update('encoder')];
    const { generatorAverage, encoderAverage } = state;
    const averages = {
      ...averageAfter('generatorAverage', config, generatorAverage, generator.network, accumulate),
      ...averageAfter('encoderAverage', config, encoderAverage, encoder.network, accumulate),
    };
    return {
      state: {
        ...{ ...state, ...averages },
        ...{ generator: generator.network, generatorOptimizer: generator.optimizer },
        ...{ encoder: encoder.network, encoderOptimizer: encoder.optimizer },
      },
      metrics: value.metrics,
      gradients,
      ...('fakes' in value ? { fakes: value.fakes } : {}),
    };
  };
}

type Params = Readonly<Record<'generator' | 'encoder', NetworkState['params']>>;

/** The encoder as it is, held constant. */
const heldConstant = ({ params, buffers }: NetworkState): NetworkState => ({
  params: mapTree<tf.Tensor, tf.Tensor>(params, stopGradient) as NetworkState['params'],
  buffers,
});

const isGame = (batch: Batch): batch is GameBatch => batch.latents !== undefined;

/** The cVAE's losses: of the glyphs, and of their styles. */
function createGlyphLosses(config: Settings, game: Game) {
  return (state: State, params: Params, { source, target, references, deviations }: Batch) => {
    const generator = { ...state.generator, params: params.generator };
    const encoder = { ...state.encoder, params: params.encoder };
    const style = game.read(encoder, references ?? target);
    const fake = game.drawIn(generator, source, sampleStyle(style, deviations));
    const losses = {
      klLoss: [klToStandardNormal(style), config.lambdaKl],
      ...glyphLosses(config, { fake, target }),
    } as const;
    return { loss: weightedSum(Object.values(losses)), metrics: metricsOf(losses) };
  };
}

/** The losses of cVAE-GAN and cLR-GAN. */
function createGameLosses(config: Settings, game: Game) {
  return (state: State, params: Params, batch: GameBatch, inputs: NetworkInputs) => {
    const { source, target, styled } = halvesOf(batch);
    const generator = { ...state.generator, params: params.generator };
    const style = game.read({ ...state.encoder, params: params.encoder }, styled);
    const styles = { encoded: sampleStyle(style, batch.deviations), random: batch.latents };
    const { encoded, random } = game.draw(generator, source, styles);
    const judged = game.judge(state.discriminator, encoded, inputs.views?.['fake']);
    const judged2 = game.judge(state.discriminator2, random, inputs.views?.['fake2']);
    const found = game.read(heldConstant(state.encoder), random).mean;
    const losses = {
      generatorLoss: [game.generatorLoss(judged), 1],
      generator2Loss: [game.generatorLoss(judged2), config.lambdaGan2],
      klLoss: [klToStandardNormal(style), config.lambdaKl],
      latentLoss: [l1Loss({ images: found, targets: batch.latents }), config.lambdaLatent],
      ...glyphLosses(config, {
        ...{ fake: encoded, target },
        judged: {
          features: judged.features,
          wanted: () => game.judge(state.discriminator, target).features,
        },
      }),
    } as const;
    // Styles that make no difference are the failure to look out for.
    const diversity = l1Loss({ images: random, targets: encoded });
    return {
      loss: weightedSum(Object.values(losses)),
      metrics: { ...metricsOf(losses), diversity },
      fakes: { encoded, random },
    };
  };
}
