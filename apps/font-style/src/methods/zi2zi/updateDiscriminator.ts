import { stopGradient, valueAndGradients, withR1, type NetworkState } from '@gan-zoo/core';
import * as tf from '@tensorflow/tfjs';
import type { Settings } from '../../settings.ts';
import { applyUpdate, createOptimizer, weightedSum } from '../networkUpdate.ts';
import type { NetworkInputs, Update } from '../pairBatch.ts';
import type { Game, Order, Verdict } from './game.ts';
import type { Batch, State } from './state.ts';

const meanProbability = (logits: tf.Tensor): tf.Tensor => tf.mean(tf.sigmoid(logits));

/**
 * D learns to tell true pairs from drawn ones, and to name the styles of both:
 *
 *     D = real + fake + λ·(style of real + style of fake) / 2
 *
 * With shuffled styles, a third batch of fakes and the mean of three style losses.
 */
export function createDiscriminatorUpdate(
  config: Settings,
  game: Game,
): (state: State, batch: Batch, inputs: NetworkInputs) => Update<State> {
  const optimizer = createOptimizer(config, config.discriminatorLearningRate);
  const lossOf = createLoss(config, game);

  return (state, batch, inputs) => {
    const { shuffledStyles, accumulate } = batch;
    const draw = (order: Order): tf.Tensor4D =>
      stopGradient(game.draw(state.generator, order).images);
    const fakes: Fakes = {
      fake: draw(batch),
      ...(shuffledStyles ? { shuffled: draw(shuffledOrder(batch, shuffledStyles)) } : {}),
    };
    const { value, gradients } = valueAndGradients(
      (params) => lossOf({ ...state.discriminator, params }, batch, fakes, inputs),
      state.discriminator.params,
    );
    const { network, optimizer: discriminatorOptimizer } = applyUpdate(optimizer, {
      ...{ network: state.discriminator, optimizer: state.discriminatorOptimizer },
      ...{ gradients, buffers: value.buffers, inputs, accumulate },
    });
    return {
      state: { ...state, discriminator: network, discriminatorOptimizer },
      metrics: value.metrics,
      gradients: { discriminator: gradients },
    };
  };
}

/** Drawn glyphs, which are constants to D. */
interface Fakes {
  readonly fake: tf.Tensor4D;
  /** In shuffled styles. */
  readonly shuffled?: tf.Tensor4D;
}

function createLoss(config: Settings, game: Game) {
  return (network: NetworkState, batch: Batch, fakes: Fakes, inputs: NetworkInputs) => {
    const { source, target, styles, shuffledStyles } = batch;
    let { buffers } = network;
    const judge = (images: tf.Tensor, view: 'real' | 'fake'): Verdict => {
      const judged = game.judge({ ...network, buffers }, source, images, inputs.views?.[view]);
      buffers = judged.buffers;
      return judged;
    };
    const [real, fake] = [judge(target, 'real'), judge(fakes.fake, 'fake')];
    const shuffled = fakes.shuffled && judge(fakes.shuffled, 'fake');
    const logits = { realLogits: real.logits, fakeLogits: fake.logits };
    const adversarial = game.discriminatorLoss(logits);
    const realCategoryLoss = game.categoryLoss(real, styles);
    const named = [
      ...[realCategoryLoss, game.categoryLoss(fake, styles)],
      ...(shuffled ? [game.categoryLoss(shuffled, shuffledStyles!)] : []),
    ];
    const terms = [
      ...named.map((loss) => [loss, config.lambdaCategory / named.length] as const),
      ...(shuffled ? [[tf.mean(tf.softplus(shuffled.logits)), 1] as const] : []),
    ];
    const { loss, metrics } = withR1({
      loss: weightedSum([[adversarial, 1], ...terms]),
      discriminator: (pairs) => judgePairs(game, { ...network, buffers }, pairs),
      realImages: tf.concat([source, target], 3),
      weight: inputs.r1Weight,
    });
    return {
      ...{ loss, buffers },
      metrics: {
        discriminatorLoss: adversarial,
        realScore: meanProbability(real.logits),
        fakeScore: meanProbability(fake.logits),
        ...{ realCategoryLoss, ...metrics },
      },
    };
  };
}

/** The same sources in shuffled styles. */
export const shuffledOrder = ({ source, shuffledMasks }: Batch, styles: tf.Tensor2D): Order => ({
  ...{ source, styles },
  ...(shuffledMasks === undefined ? {} : { masks: shuffledMasks }),
});

/** D's verdict on pairs that are joined already. */
function judgePairs(game: Game, network: NetworkState, pairs: tf.Tensor): tf.Tensor {
  const [source, images] = tf.split(pairs as tf.Tensor4D, 2, 3);
  return game.judge(network, source!, images!).logits;
}
