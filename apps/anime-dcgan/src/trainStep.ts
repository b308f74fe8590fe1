import type { StepResult, TrainStep } from '@gan-zoo/compiler';
import {
  accumulating,
  adam,
  applyNetwork,
  labelSmoothedNonSaturating,
  networkEma,
  seenBy,
  valueAndGradients,
  withR1,
  type AccumulatingOptimizer,
  type NetworkAverage,
  type NetworkState,
  type OptimizerState,
  type UpdateInputs,
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
  readonly generatorAverage?: NetworkAverage | undefined;
}

/** What comes in with a step; a missing part leaves its network's update out. */
export interface Batch {
  /** For the discriminator's update: pictures [N, S, S, 3] and latents [N, 1, 1, Z]. */
  readonly discriminator?: UpdateInputs & {
    readonly realImages: tf.Tensor4D;
    readonly latents: tf.Tensor4D;
  };
  /** For the generator's update: latents [N, 1, 1, Z]. */
  readonly generator?: UpdateInputs & { readonly latents: tf.Tensor4D };
}

/** The state after an update, with what there is to see of it. */
type Update = Pick<StepResult<State>, 'state' | 'metrics'> & {
  readonly gradients: NetworkState['params'];
};

const training = { training: true } as const;
const meanProbability = (logits: tf.Tensor): tf.Tensor => tf.mean(tf.sigmoid(logits));

/** Adam as configured, for one network at its own rate. */
export const createOptimizer = (
  { beta1, accumulationSteps }: Config,
  learningRate: number,
): AccumulatingOptimizer => accumulating(adam({ learningRate, beta1 }), accumulationSteps);

/** One step of the DCGAN: the discriminator's update, then the generator's, as the batch asks. */
export function createTrainStep(config: Config): TrainStep<State, Batch> {
  const generator = createGenerator(config);
  const discriminator = createDiscriminator(config);
  const losses = labelSmoothedNonSaturating({ realLabel: 1 - config.labelSmoothing });
  const generatorOptimizer = createOptimizer(config, config.generatorLearningRate);
  const generatorEma = networkEma({ decay: config.emaDecay });
  const discriminatorOptimizer = createOptimizer(config, config.discriminatorLearningRate);
  const judge = (state: NetworkState, images: tf.Tensor) =>
    applyNetwork(discriminator, state, [images], training);

  /** Real and fake pictures go through D one after the other; the fakes are constants to it. */
  function updateDiscriminator(
    state: State,
    { realImages, latents, views, r1Weight, ...inputs }: NonNullable<Batch['discriminator']>,
  ): Update {
    const fake = applyNetwork(generator, state.generator, [latents], training);
    const [seenReal, seenFake] = [
      seenBy(views?.['real'], realImages),
      seenBy(views?.['fake'], fake.output),
    ];
    const { value, gradients } = valueAndGradients((params) => {
      const before = { ...state.discriminator, params };
      const real = judge(before, seenReal);
      const judged = judge({ params, buffers: real.buffers }, seenFake);
      const logits = { realLogits: real.output, fakeLogits: judged.output };
      const adversarialLoss = losses.discriminator(logits);
      const { loss, metrics } = withR1({
        loss: adversarialLoss,
        discriminator: (images) => judge(before, images).output,
        realImages: seenReal,
        weight: r1Weight,
      });
      return { loss, adversarialLoss, metrics, buffers: judged.buffers, ...logits };
    }, state.discriminator.params);
    const { params, state: optimizer } = discriminatorOptimizer.update({
      gradients,
      params: state.discriminator.params,
      state: state.discriminatorOptimizer,
      ...inputs,
    });
    return {
      state: {
        ...state,
        generator: { ...state.generator, buffers: fake.buffers },
        discriminator: { params, buffers: value.buffers },
        discriminatorOptimizer: optimizer,
      },
      metrics: {
        discriminatorLoss: value.adversarialLoss,
        realProbability: meanProbability(value.realLogits),
        fakeProbability: meanProbability(value.fakeLogits),
        ...value.metrics,
      },
      gradients,
    };
  }

  /** G is rewarded for fakes that D takes for real. */
  function updateGenerator(
    state: State,
    { latents, views, ...inputs }: NonNullable<Batch['generator']>,
  ): Update {
    const { value, gradients } = valueAndGradients((params) => {
      const fake = applyNetwork(generator, { ...state.generator, params }, [latents], training);
      const judged = judge(state.discriminator, seenBy(views?.['fake'], fake.output));
      return {
        loss: losses.generator({ fakeLogits: judged.output }),
        buffers: fake.buffers,
        discriminatorBuffers: judged.buffers,
      };
    }, state.generator.params);
    const { params, state: optimizer } = generatorOptimizer.update({
      gradients,
      params: state.generator.params,
      state: state.generatorOptimizer,
      ...inputs,
    });
    const updated = { params, buffers: value.buffers };
    const isUpdated = inputs.accumulate === undefined;
    return {
      state: {
        ...state,
        generator: updated,
        generatorAverage: isUpdated
          ? generatorEma.update(state.generatorAverage, updated)
          : state.generatorAverage,
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
