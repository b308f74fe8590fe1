import { valueAndGradients, type NetworkState } from '@gan-zoo/core';
import * as tf from '@tensorflow/tfjs';
import type { Settings } from '../../settings.ts';
import { glyphLosses, metricsOf } from '../glyphLosses.ts';
import { applyUpdate, averageAfter, createOptimizer, pick, weightedSum } from '../networkUpdate.ts';
import type { NetworkInputs, Update } from '../pairBatch.ts';
import type { Game } from './game.ts';
import type { Batch, State } from './state.ts';
import { shuffledOrder } from './updateDiscriminator.ts';

/** Which of the generator's parameters are trained. */
export const isTrained =
  ({ freezeEncoder }: Pick<Settings, 'freezeEncoder'>) =>
  (name: string): boolean =>
    !freezeEncoder || !name.startsWith('encoder.');

/**
 * G is rewarded for glyphs that D takes for real and names by their style, that are like the true
 * ones, and whose code in the encoder is that of the source:
 *
 *     G = adversarial + 100·L1 + 15·E[(E(A) − E(G(A)))²] + style + λ·TV …
 *
 * With shuffled styles all but L1 are means over both batches.
 */
export function createGeneratorUpdate(
  config: Settings,
  game: Game,
): (state: State, batch: Batch, inputs: NetworkInputs) => Update<State> {
  const optimizer = createOptimizer(config, config.generatorLearningRate);
  const lossesOf = createLosses(config, game);

  return (state, batch, inputs) => {
    const { generator } = state;
    const { value, gradients } = valueAndGradients(
      (own) =>
        lossesOf({ ...generator, params: { ...generator.params, ...own } }, state, batch, inputs),
      pick(generator.params, isTrained(config)),
    );
    const { accumulate } = batch;
    const { network, optimizer: generatorOptimizer } = applyUpdate(optimizer, {
      ...{ network: generator, optimizer: state.generatorOptimizer },
      ...{ gradients, buffers: value.buffers, inputs, accumulate },
    });
    const { generatorAverage: former, discriminator } = state;
    return {
      state: {
        ...state,
        ...averageAfter('generatorAverage', config, former, network, accumulate),
        ...{ generator: network, generatorOptimizer },
        discriminator: { ...discriminator, buffers: value.discriminatorBuffers },
      },
      metrics: value.metrics,
      gradients: { generator: gradients },
    };
  };
}

function createLosses(config: Settings, game: Game) {
  /** What fakes cost, whether there are targets for them or not. */
  const ofFakes = (network: NetworkState, state: State, order: Batch, inputs: NetworkInputs) => {
    const drawn = game.draw(network, order);
    const { images } = drawn;
    const view = inputs.views?.['fake'];
    const verdict = game.judge(state.discriminator, order.source, images, view);
    const losses = {
      generatorLoss: game.generatorLoss({ fakeLogits: verdict.logits }),
      categoryLoss: game.categoryLoss(verdict, order.styles),
      constantLoss: game.constantLoss(network, drawn),
    };
    return { drawn, verdict, losses };
  };

  return (network: NetworkState, state: State, batch: Batch, inputs: NetworkInputs) => {
    const { source, target, shuffledStyles } = batch;
    const { drawn, verdict, losses } = ofFakes(network, state, batch, inputs);
    const order = shuffledStyles && { ...batch, ...shuffledOrder(batch, shuffledStyles) };
    const both = order ? meansOf(losses, ofFakes(network, state, order, inputs).losses) : losses;
    const ofGlyphs = glyphLosses(config, {
      ...{ fake: drawn.images, target },
      judged: {
        features: verdict.features,
        wanted: () => game.judge(state.discriminator, source, target).features,
      },
    });
    const loss = weightedSum([
      [both.generatorLoss, 1],
      [both.categoryLoss, config.lambdaCategory],
      [both.constantLoss, config.lambdaConstant],
      ...Object.values(ofGlyphs),
    ]);
    const metrics = { ...both, ...metricsOf(ofGlyphs) };
    return { loss, metrics, buffers: drawn.buffers, discriminatorBuffers: verdict.buffers };
  };
}

/** The means of losses by name. */
const meansOf = <Name extends string>(
  a: Readonly<Record<Name, tf.Tensor>>,
  b: Readonly<Record<Name, tf.Tensor>>,
): Record<Name, tf.Tensor> =>
  Object.fromEntries(
    Object.keys(a).map((name) => [name, tf.div(tf.add(a[name as Name], b[name as Name]), 2)]),
  ) as Record<Name, tf.Tensor>;
