import type { TrainStep } from '@gan-zoo/compiler';
import {
  applyNetwork,
  labelSmoothedNonSaturating,
  seenBy,
  stopGradient,
  valueAndGradients,
  withR1,
  type NetworkState,
  type ViewInputs,
} from '@gan-zoo/core';
import * as tf from '@tensorflow/tfjs';
import type { Settings } from '../../settings.ts';
import { glyphLosses, metricsOf } from '../glyphLosses.ts';
import { applyUpdate, averageAfter, createOptimizer, weightedSum } from '../networkUpdate.ts';
import type { NetworkInputs, Update } from '../pairBatch.ts';
import { runUpdates } from '../runUpdates.ts';
import { createNetworks } from './networks.ts';
import type { Batch, State } from './state.ts';

/**
 * One run of pix2pix's step: the discriminator's update on true and drawn pairs, then the
 * generator's, as the batch asks. Both see one and the same drawing.
 *
 * Paper: Isola et al., "Image-to-image translation with conditional adversarial networks"
 * (arXiv 1611.07004).
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

type Game = ReturnType<typeof createGame>;

/** The moves of the game, which both updates are made of. */
function createGame(config: Settings) {
  const { generator, discriminator } = createNetworks(config);
  const adversarial = labelSmoothedNonSaturating({ realLabel: 1 - config.labelSmoothing });
  return {
    draw: (network: NetworkState, { source, masks = {} }: Batch) => {
      const options = { training: true, masks };
      const { output, buffers } = applyNetwork(generator, network, [source], options);
      return { images: output as tf.Tensor4D, buffers };
    },
    /** D's map of logits and its features, of pictures that are joined to their sources. */
    judge: (network: NetworkState, pairs: tf.Tensor) => {
      const { output, buffers } = applyNetwork(discriminator, network, [pairs], { training: true });
      return { logits: output.at(-1)!, features: output.slice(0, -1), buffers };
    },
    pairOf: (source: tf.Tensor, images: tf.Tensor, view?: ViewInputs) =>
      seenBy(view, tf.concat([source, images], 3)),
    /** The mean of D's two errors, as published; G's error whole. */
    discriminatorLoss: (logits: {
      readonly realLogits: tf.Tensor;
      readonly fakeLogits: tf.Tensor;
    }) => tf.div<tf.Scalar>(adversarial.discriminator(logits), 2),
    generatorLoss: adversarial.generator,
  };
}

function createDiscriminatorUpdate(config: Settings, game: Game) {
  const optimizer = createOptimizer(config, config.discriminatorLearningRate);
  const score = (logits: tf.Tensor): tf.Tensor => tf.mean(tf.sigmoid(logits));
  return (state: State, batch: Batch, inputs: NetworkInputs): Update<State> => {
    const { source, target, accumulate } = batch;
    const fake = stopGradient(game.draw(state.generator, batch).images);
    const realImages = game.pairOf(source, target, inputs.views?.['real']);
    const fakeImages = game.pairOf(source, fake, inputs.views?.['fake']);
    const { value, gradients } = valueAndGradients((params) => {
      const real = game.judge({ params, buffers: state.discriminator.buffers }, realImages);
      const judged = game.judge({ params, buffers: real.buffers }, fakeImages);
      const logits = { realLogits: real.logits, fakeLogits: judged.logits };
      const adversarial = game.discriminatorLoss(logits);
      const { loss, metrics } = withR1({
        loss: adversarial,
        discriminator: (pairs) => game.judge({ params, buffers: judged.buffers }, pairs).logits,
        ...{ realImages, weight: inputs.r1Weight },
      });
      return { loss, adversarial, metrics, ...logits, buffers: judged.buffers };
    }, state.discriminator.params);
    const { network, optimizer: discriminatorOptimizer } = applyUpdate(optimizer, {
      ...{ network: state.discriminator, optimizer: state.discriminatorOptimizer },
      ...{ gradients, buffers: value.buffers, inputs, accumulate },
    });
    return {
      state: { ...state, discriminator: network, discriminatorOptimizer },
      metrics: {
        discriminatorLoss: value.adversarial,
        realScore: score(value.realLogits),
        fakeScore: score(value.fakeLogits),
        ...value.metrics,
      },
      gradients: { discriminator: gradients },
    };
  };
}

function createGeneratorUpdate(config: Settings, game: Game) {
  const optimizer = createOptimizer(config, config.generatorLearningRate);
  return (state: State, batch: Batch, inputs: NetworkInputs): Update<State> => {
    const { source, target, accumulate } = batch;
    const { generator, discriminator } = state;
    const { value, gradients } = valueAndGradients((params) => {
      const { images: fake, buffers } = game.draw({ ...generator, params }, batch);
      const judged = game.judge(discriminator, game.pairOf(source, fake, inputs.views?.['fake']));
      const ofGlyphs = glyphLosses(config, {
        ...{ fake, target },
        judged: {
          features: judged.features,
          wanted: () => game.judge(discriminator, game.pairOf(source, target)).features,
        },
      });
      const generatorLoss = game.generatorLoss({ fakeLogits: judged.logits });
      const loss = weightedSum([[generatorLoss, 1], ...Object.values(ofGlyphs)]);
      const metrics = { generatorLoss, ...metricsOf(ofGlyphs) };
      return { loss, metrics, buffers, discriminatorBuffers: judged.buffers };
    }, generator.params);
    const { network, optimizer: generatorOptimizer } = applyUpdate(optimizer, {
      ...{ network: generator, optimizer: state.generatorOptimizer },
      ...{ gradients, buffers: value.buffers, inputs, accumulate },
    });
    return {
      state: {
        ...state,
        ...averageAfter('generatorAverage', config, state.generatorAverage, network, accumulate),
        ...{ generator: network, generatorOptimizer },
        discriminator: { ...discriminator, buffers: value.discriminatorBuffers },
      },
      metrics: value.metrics,
      gradients: { generator: gradients },
    };
  };
}
