import type { StepResult, TrainStep } from '@gan-zoo/compiler';
import {
  adam,
  applyNetwork,
  ema,
  nonSaturating,
  valueAndGradients,
  type EmaState,
  type NetworkState,
  type OptimizerState,
} from '@gan-zoo/core';
import * as tf from '@tensorflow/tfjs';
import type { Config } from './config.ts';
import { createDiscriminator, createGenerator } from './networks.ts';

/** Both networks and what their optimizers remember. */
export interface State {
  readonly generator: NetworkState;
  readonly discriminator: NetworkState;
  readonly generatorOptimizer: OptimizerState;
  readonly discriminatorOptimizer: OptimizerState;
  /** The running average of G that pictures are drawn with, when `emaDecay` is not 0. */
  readonly generatorAverage?: EmaState<Record<string, tf.Tensor>, tf.Tensor>;
}

/** What comes in with a step; a missing part leaves its network's update out. */
export interface Batch {
  /** For the discriminator's update: pictures [N, S, S, 3] and latents [N, 1, 1, Z]. */
  readonly discriminator?: { readonly realImages: tf.Tensor4D; readonly latents: tf.Tensor4D };
  /** For the generator's update: latents [N, 1, 1, Z]. */
  readonly generator?: { readonly latents: tf.Tensor4D };
}

/** The state after an update, with what there is to see of it. */
type Update = Pick<StepResult<State>, 'state' | 'metrics'> & {
  readonly gradients: NetworkState['params'];
};

const training = { training: true } as const;
const meanProbability = (logits: tf.Tensor): tf.Tensor => tf.mean(tf.sigmoid(logits));

/** One step of the DCGAN: the discriminator's update, then the generator's, as the batch asks. */
export function createTrainStep(config: Config): TrainStep<State, Batch> {
  const generator = createGenerator(config);
  const discriminator = createDiscriminator(config);
  const { beta1 } = config;
  const generatorAdam = adam({ learningRate: config.generatorLearningRate, beta1 });
  const generatorEma = ema({ decay: config.emaDecay });
  const discriminatorAdam = adam({ learningRate: config.discriminatorLearningRate, beta1 });

  /** Real and fake pictures go through D one after the other; the fakes are constants to it. */
  function updateDiscriminator(
    state: State,
    { realImages, latents }: NonNullable<Batch['discriminator']>,
  ): Update {
    const fake = applyNetwork(generator, state.generator, [latents], training);
    const { value, gradients } = valueAndGradients((params) => {
      const real = applyNetwork(
        discriminator,
        { ...state.discriminator, params },
        [realImages],
        training,
      );
      const judged = applyNetwork(
        discriminator,
        { params, buffers: real.buffers },
        [fake.output],
        training,
      );
      const logits = { realLogits: real.output, fakeLogits: judged.output };
      return { loss: nonSaturating.discriminator(logits), buffers: judged.buffers, ...logits };
    }, state.discriminator.params);
    const { params, state: optimizer } = discriminatorAdam.update({
      gradients,
      params: state.discriminator.params,
      state: state.discriminatorOptimizer,
    });
    return {
      state: {
        ...state,
        generator: { ...state.generator, buffers: fake.buffers },
        discriminator: { params, buffers: value.buffers },
        discriminatorOptimizer: optimizer,
      },
      metrics: {
        discriminatorLoss: value.loss,
        realProbability: meanProbability(value.realLogits),
        fakeProbability: meanProbability(value.fakeLogits),
      },
      gradients,
    };
  }

  /** G is rewarded for fakes that D takes for real. */
  function updateGenerator(state: State, { latents }: NonNullable<Batch['generator']>): Update {
    const { value, gradients } = valueAndGradients((params) => {
      const fake = applyNetwork(generator, { ...state.generator, params }, [latents], training);
      const judged = applyNetwork(discriminator, state.discriminator, [fake.output], training);
      return {
        loss: nonSaturating.generator({ fakeLogits: judged.output }),
        buffers: fake.buffers,
        discriminatorBuffers: judged.buffers,
      };
    }, state.generator.params);
    const { params, state: optimizer } = generatorAdam.update({
      gradients,
      params: state.generator.params,
      state: state.generatorOptimizer,
    });
    const average = state.generatorAverage;
    return {
      state: {
        ...state,
        ...(average === undefined
          ? {}
          : {
              generatorAverage: generatorEma.update({
                params: { ...params, ...value.buffers },
                state: average,
              }),
            }),
        generator: { params, buffers: value.buffers },
        discriminator: { ...state.discriminator, buffers: value.discriminatorBuffers },
        generatorOptimizer: optimizer,
      },
      metrics: { generatorLoss: value.loss },
      gradients,
    };
  }

  return function trainStep(state, batch) {
    let result: StepResult<State> = { state, metrics: {}, images: {} };
    const gradients: Record<string, NetworkState['params']> = {};
    if (batch.discriminator !== undefined) {
      const update = updateDiscriminator(result.state, batch.discriminator);
      gradients['discriminator'] = update.gradients;
      result = { ...result, ...update };
    }
    if (batch.generator !== undefined) {
      const update = updateGenerator(result.state, batch.generator);
      gradients['generator'] = update.gradients;
      result = {
        ...result,
        state: update.state,
        metrics: { ...result.metrics, ...update.metrics },
      };
    }
    return { ...result, gradients };
  };
}
