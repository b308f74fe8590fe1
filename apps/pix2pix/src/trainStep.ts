import type { StepResult, TrainStep } from '@gan-zoo/compiler';
import {
  accumulating,
  adam,
  applyNetwork,
  l1Loss,
  labelSmoothedNonSaturating,
  leastSquares,
  networkEma,
  seenBy,
  stopGradient,
  valueAndGradients,
  withR1,
  type AdversarialLoss,
  type NetworkAverage,
  type NetworkState,
  type OptimizerState,
  type UpdateInputs,
} from '@gan-zoo/core';
import * as tf from '@tensorflow/tfjs';
import type { Config } from './config.ts';
import { createNetworks } from './networks.ts';

/** Both networks and what their optimizers remember. */
export interface State {
  readonly generator: NetworkState;
  readonly discriminator: NetworkState;
  readonly generatorOptimizer: OptimizerState;
  readonly discriminatorOptimizer: OptimizerState;
  /** What pictures are drawn with, when `emaDecay` is not 0. */
  readonly generatorAverage?: NetworkAverage;
}

/** What comes in with a step; without `discriminator` or `generator` that network stays as it is. */
export interface Batch {
  /** Pictures to translate and what they should become, [N, H, W, C]. */
  readonly source: tf.Tensor4D;
  readonly target: tf.Tensor4D;
  /** Dropout's masks by layer; absent when nothing is dropped. */
  readonly masks?: Readonly<Record<string, tf.Tensor>>;
  readonly discriminator?: Omit<UpdateInputs, 'accumulate'>;
  readonly generator?: Omit<UpdateInputs, 'accumulate'>;
  /** The part of a batch that is only added up, see `accumulationSteps`. */
  readonly accumulate?: tf.Scalar;
}

/** The state after an update, with what there is to see of it. */
type Update = Pick<StepResult<State>, 'state' | 'metrics'> & {
  readonly gradients: NetworkState['params'];
};

type Images = Pick<Batch, 'source' | 'target'> & { readonly fake: tf.Tensor4D };

/** The mean of D's two errors, as published; G's error whole. */
function lossOf({
  loss,
  labelSmoothing,
}: Config): Pick<AdversarialLoss, 'discriminator' | 'generator'> {
  const realLabel = 1 - labelSmoothing;
  if (loss === 'bce') {
    const { discriminator, generator } = labelSmoothedNonSaturating({ realLabel });
    return { discriminator: (logits) => tf.div(discriminator(logits), 2), generator };
  }
  return {
    discriminator: ({ realLogits, fakeLogits }) => {
      const errors = [tf.square(tf.sub(realLogits, realLabel)), tf.square(fakeLogits)];
      return tf.div(tf.addN(errors.map((squares) => tf.mean(squares))), 2);
    },
    generator: (logits) => tf.mul(leastSquares.generator(logits), 2),
  };
}

/**
 * One step of pix2pix: the discriminator's update on real and translated pairs, then the
 * generator's, as the batch asks. Both see one and the same translation.
 *
 * Paper: Isola et al., "Image-to-image translation with conditional adversarial networks"
 * (arXiv 1611.07004).
 */
export function createTrainStep(config: Config): TrainStep<State, Batch> {
  const networks = createNetworks(config);
  const translate = (state: NetworkState, { source, masks = {} }: Batch) => {
    const applied = applyNetwork(networks.generator, state, [source], { training: true, masks });
    return { fake: applied.output as tf.Tensor4D, buffers: applied.buffers };
  };
  const updateDiscriminator = createDiscriminatorUpdate(config);
  const updateGenerator = createGeneratorUpdate(config, translate);

  return function trainStep(state, batch) {
    let result: StepResult<State> = { state, metrics: {}, images: {} };
    const gradients: Record<string, NetworkState['params']> = {};
    if (batch.discriminator !== undefined) {
      const { fake } = translate(state.generator, batch);
      const update = updateDiscriminator(state, batch, stopGradient(fake));
      gradients['discriminator'] = update.gradients;
      result = { ...result, state: update.state, metrics: update.metrics };
    }
    if (batch.generator !== undefined) {
      const update = updateGenerator(result.state, batch);
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

/** A picture beside the one that it was made from, as the discriminator sees them. */
const pairSeen = (
  inputs: UpdateInputs | undefined,
  view: string,
  source: tf.Tensor,
  images: tf.Tensor,
): tf.Tensor => seenBy(inputs?.views?.[view], tf.concat([source, images], 3));

function createDiscriminatorUpdate(config: Config) {
  const { discriminator } = createNetworks(config);
  const loss = lossOf(config);
  const score = (logits: tf.Tensor): tf.Tensor =>
    tf.mean(config.loss === 'bce' ? tf.sigmoid(logits) : logits);
  const { discriminatorLearningRate: learningRate, beta1, accumulationSteps } = config;
  const optimizer = accumulating(adam({ learningRate, beta1 }), accumulationSteps);

  return (state: State, batch: Batch, fake: tf.Tensor4D): Update => {
    const { source, target, discriminator: inputs, accumulate } = batch;
    const realImages = pairSeen(inputs, 'real', source, target);
    const fakeImages = pairSeen(inputs, 'fake', source, fake);
    const { value, gradients } = valueAndGradients((params) => {
      let { buffers } = state.discriminator;
      const judge = (images: tf.Tensor): tf.Tensor => {
        const judged = applyNetwork(discriminator, { params, buffers }, [images], {
          training: true,
        });
        buffers = judged.buffers;
        return judged.output;
      };
      const logits = { realLogits: judge(realImages), fakeLogits: judge(fakeImages) };
      const total = withR1({
        loss: loss.discriminator(logits),
        discriminator: judge,
        ...{ realImages, weight: inputs?.r1Weight },
      });
      return { ...total, ...logits, buffers };
    }, state.discriminator.params);
    const { params, state: discriminatorOptimizer } = optimizer.update({
      ...{ gradients, accumulate, learningRate: inputs?.learningRate },
      params: state.discriminator.params,
      state: state.discriminatorOptimizer,
    });
    return {
      state: {
        ...state,
        discriminator: { params, buffers: value.buffers },
        discriminatorOptimizer,
      },
      metrics: {
        discriminatorLoss: value.loss,
        realScore: score(value.realLogits),
        fakeScore: score(value.fakeLogits),
        ...value.metrics,
      },
      gradients,
    };
  };
}

type Translate = (
  state: NetworkState,
  batch: Batch,
) => Pick<Images, 'fake'> & { readonly buffers: NetworkState['buffers'] };

function createGeneratorUpdate(config: Config, translate: Translate) {
  const { discriminator } = createNetworks(config);
  const loss = lossOf(config);
  const { generatorLearningRate: learningRate, beta1, accumulationSteps, lambdaL1 } = config;
  const optimizer = accumulating(adam({ learningRate, beta1 }), accumulationSteps);
  const average = networkEma({ decay: config.emaDecay });

  return (state: State, batch: Batch): Update => {
    const { source, target, generator: inputs, accumulate } = batch;
    const { value, gradients } = valueAndGradients((params) => {
      const { fake, buffers } = translate({ ...state.generator, params }, batch);
      const seen = pairSeen(inputs, 'fake', source, fake);
      const judged = applyNetwork(discriminator, state.discriminator, [seen], { training: true });
      const generatorLoss = loss.generator({ fakeLogits: judged.output });
      const l1 = l1Loss({ images: fake, targets: target });
      return {
        loss: tf.add(generatorLoss, tf.mul(l1, lambdaL1)),
        metrics: { generatorLoss, l1Loss: l1 },
        ...{ buffers, discriminatorBuffers: judged.buffers },
      };
    }, state.generator.params);
    const { params, state: generatorOptimizer } = optimizer.update({
      ...{ gradients, accumulate, learningRate: inputs?.learningRate },
      params: state.generator.params,
      state: state.generatorOptimizer,
    });
    const generator = { params, buffers: value.buffers };
    const generatorAverage =
      accumulate === undefined ? average.update(state.generatorAverage, generator) : undefined;
    return {
      state: {
        ...state,
        ...(generatorAverage === undefined ? {} : { generatorAverage }),
        ...{ generator, generatorOptimizer },
        discriminator: { ...state.discriminator, buffers: value.discriminatorBuffers },
      },
      metrics: value.metrics,
      gradients,
    };
  };
}
