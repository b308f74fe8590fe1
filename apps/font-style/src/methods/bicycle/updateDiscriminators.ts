import { seenBy, valueAndGradients, withR1 } from '@gan-zoo/core';
import * as tf from '@tensorflow/tfjs';
import type { Settings } from '../../settings.ts';
import { applyUpdate, createOptimizer } from '../networkUpdate.ts';
import type { NetworkInputs, Update } from '../pairBatch.ts';
import { halvesOf, scoreOf, type Fakes, type Game } from './game.ts';
import type { Batch, State } from './state.ts';

/** Which pictures a discriminator is shown, and how. */
interface Shown {
  readonly name: 'discriminator' | 'discriminator2';
  readonly realImages: tf.Tensor;
  readonly fakeImages: tf.Tensor;
  /** Ends the names of its views and metrics. */
  readonly suffix: '' | '2';
}

/**
 * The update of both discriminators: the first on targets and on glyphs in their styles, the second
 * on other targets and on glyphs in random styles.
 */
export function createDiscriminatorsUpdate(
  config: Settings,
  game: Game,
): (state: State, batch: Batch, inputs: NetworkInputs, fakes: Fakes) => Update<State> {
  const optimizer = createOptimizer(config, config.discriminatorLearningRate);

  const updateOne = (state: State, batch: Batch, inputs: NetworkInputs, shown: Shown) => {
    const { name, suffix } = shown;
    const view = (kind: string) => inputs.views?.[`${kind}${suffix}`];
    const realImages = seenBy(view('real'), shown.realImages);
    const fakeImages = seenBy(view('fake'), shown.fakeImages);
    const { value, gradients } = valueAndGradients((params) => {
      const real = game.judge({ ...state[name], params }, realImages);
      const fake = game.judge({ params, buffers: real.buffers }, fakeImages);
      const adversarial = game.discriminatorLoss(real, fake);
      const { loss, metrics } = withR1({
        loss: adversarial,
        discriminator: (images) => joined(game.judge({ ...state[name], params }, images).logits),
        ...{ realImages, weight: inputs.r1Weight },
      });
      return { loss, adversarial, metrics, real, fake, buffers: fake.buffers };
    }, state[name].params);
    const updated = applyUpdate(optimizer, {
      ...{ network: state[name], optimizer: state[`${name}Optimizer`] },
      ...{ gradients, buffers: value.buffers, inputs, accumulate: batch.accumulate },
    });
    return {
      ...{ ...updated, gradients },
      metrics: {
        [`${name}Loss`]: value.adversarial,
        [`realScore${suffix}`]: scoreOf(value.real),
        [`fakeScore${suffix}`]: scoreOf(value.fake),
        ...Object.fromEntries(
          Object.entries(value.metrics).map(([metric, loss]) => [`${metric}${suffix}`, loss]),
        ),
      },
    };
  };

  return (state, batch, inputs, { encoded, random }) => {
    const { target, others } = halvesOf(batch);
    const one = updateOne(state, batch, inputs, {
      ...{ name: 'discriminator', suffix: '', realImages: target, fakeImages: encoded },
    });
    const two = updateOne(state, batch, inputs, {
      ...{ name: 'discriminator2', suffix: '2', realImages: others, fakeImages: random },
    });
    return {
      state: {
        ...state,
        ...{ discriminator: one.network, discriminatorOptimizer: one.optimizer },
        ...{ discriminator2: two.network, discriminator2Optimizer: two.optimizer },
      },
      metrics: { ...one.metrics, ...two.metrics },
      gradients: { discriminator: one.gradients, discriminator2: two.gradients },
    };
  };
}

/** All patches of both scales [N, patches]. */
const joined = (maps: readonly tf.Tensor[]): tf.Tensor =>
  tf.concat(
    maps.map((map) => tf.reshape(map, [map.shape[0]!, -1])),
    1,
  );
