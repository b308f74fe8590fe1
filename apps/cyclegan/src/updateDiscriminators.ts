import {
  accumulating,
  adam,
  gradientPenalty,
  seenBy,
  valueAndGradients,
  withR1,
} from '@gan-zoo/core';
import * as tf from '@tensorflow/tfjs';
import type { Config } from './config.ts';
import { inTraining } from './inTraining.ts';
import { createNetworks } from './networks.ts';
import { createObjective } from './objectives.ts';
import type { Batch, DiscriminatorBatch, PerDiscriminator, State, Update } from './state.ts';

type Name = keyof PerDiscriminator<unknown>;

/** The update of both discriminators on real pictures and on the fakes that the pools show them. */
export function createDiscriminatorsUpdate(
  config: Config,
): (state: State, batch: NonNullable<Batch['discriminators']>) => Update {
  const judge = createJudgement(config);
  const { discriminatorLearningRate: learningRate, beta1, accumulationSteps } = config;
  const optimizer = accumulating(adam({ learningRate, beta1 }), accumulationSteps);

  return function updateDiscriminators(state, { a, b, accumulate }) {
    const update = (name: Name, fakeImages: tf.Tensor4D, batch: DiscriminatorBatch) => {
      const { value, gradients } = judge(state, name, fakeImages, batch);
      const { params, state: optimizerState } = optimizer.update({
        gradients,
        params: state[name].params,
        state: state.discriminatorOptimizer[name],
        learningRate: batch.learningRate,
        accumulate,
      });
      const { buffers, metrics } = value;
      return { gradients, metrics, optimizerState, network: { params, buffers } };
    };
    const ofA = update('discriminatorA', state.shown.a, a);
    const ofB = update('discriminatorB', state.shown.b, b);
    return {
      state: {
        ...state,
        discriminatorA: ofA.network,
        discriminatorB: ofB.network,
        discriminatorOptimizer: {
          discriminatorA: ofA.optimizerState,
          discriminatorB: ofB.optimizerState,
        },
      },
      metrics: { ...suffixed(ofA.metrics, 'A'), ...suffixed(ofB.metrics, 'B') },
      gradients: { discriminatorA: ofA.gradients, discriminatorB: ofB.gradients },
    };
  };
}

/** A discriminator's loss with its gradients. */
function createJudgement(config: Config) {
  const modules = createNetworks(config);
  const objective = createObjective(config);
  return (
    state: State,
    name: Name,
    fakeImages: tf.Tensor4D,
    { realImages, alpha, views, r1Weight }: DiscriminatorBatch,
  ) => {
    const seen = {
      realImages: seenBy(views?.['real'], realImages),
      fakeImages: seenBy(views?.['fake'], fakeImages),
    };
    return valueAndGradients((params) => {
      const network = { ...state[name], params };
      const { apply, applyEach, buffers } = inTraining(
        modules[name],
        network,
        config.norm === 'batch',
      );
      const [realLogits, fakeLogits] = applyEach([seen.realImages, seen.fakeImages]);
      const logits = { realLogits: realLogits!, fakeLogits: fakeLogits! };
      const critic = (images: tf.Tensor): tf.Tensor => apply(images);
      const r1 = withR1({
        loss: objective.discriminator(logits),
        discriminator: critic,
        realImages: seen.realImages,
        weight: r1Weight,
      });
      const penalty = alpha && gradientPenalty({ critic, ...seen, alpha });
      const loss = penalty ? tf.add(r1.loss, tf.mul(penalty, config.lambdaPenalty)) : r1.loss;
      const metrics: Record<string, tf.Tensor> = {
        discriminatorLoss: loss,
        ...(objective.score
          ? { realScore: objective.score(realLogits!), fakeScore: objective.score(fakeLogits!) }
          : {}),
        ...(penalty ? { gradientPenalty: penalty } : {}),
        ...r1.metrics,
      };
      return { loss, metrics, buffers: buffers() };
    }, state[name].params);
  };
}

/** Metrics of one domain's discriminator: `discriminatorALoss`, `realScoreA` and so on. */
const suffixed = (
  { discriminatorLoss, ...others }: Readonly<Record<string, tf.Tensor>>,
  domain: 'A' | 'B',
): Update['metrics'] => ({
  [`discriminator${domain}Loss`]: discriminatorLoss!,
  ...Object.fromEntries(Object.entries(others).map(([name, value]) => [`${name}${domain}`, value])),
});
