import {
  accumulating,
  adam,
  cycleLoss,
  identityLoss,
  networkEma,
  seenBy,
  valueAndGradients,
  type NetworkState,
} from '@gan-zoo/core';
import * as tf from '@tensorflow/tfjs';
import type { Config } from './config.ts';
import { exchange } from './imagePool.ts';
import { inTraining, type NetworkInTraining } from './inTraining.ts';
import { createNetworks, type NetworkName } from './networks.ts';
import { createObjective } from './objectives.ts';
import type { GeneratorsBatch, PerDomain, PerGenerator, State, Update } from './state.ts';

type Networks = Readonly<Record<NetworkName, NetworkInTraining>>;
type Name = keyof PerGenerator<unknown>;

/**
 * The update of both generators by one Adam: each is rewarded for fakes that the other domain's
 * discriminator takes for real, for pictures that come back through both, and for leaving pictures
 * of its own target as they are. The fakes go into the history pools.
 */
export function createGeneratorsUpdate(
  config: Config,
): (state: State, batch: GeneratorsBatch) => Update {
  const start = createStart(config);
  const losses = createLosses(config);
  const { generatorLearningRate: learningRate, beta1, accumulationSteps } = config;
  const optimizer = accumulating(adam({ learningRate, beta1 }), accumulationSteps);

  return function updateGenerators(state, batch) {
    const { value, gradients } = valueAndGradients(
      (params: PerGenerator<NetworkState['params']>) => {
        const networks = start(state, params);
        return { ...losses(networks, batch), buffers: buffersOf(networks) };
      },
      { generatorAtoB: state.generatorAtoB.params, generatorBtoA: state.generatorBtoA.params },
    );
    const update = (name: Name) =>
      optimizer.update({
        gradients: gradients[name],
        params: state[name].params,
        state: state.generatorOptimizer[name],
        learningRate: batch.learningRate,
        accumulate: batch.accumulate,
      });
    const [aToB, bToA] = [update('generatorAtoB'), update('generatorBtoA')];
    const { buffers, fakes, metrics, loss } = value;
    const generators = {
      generatorAtoB: { params: aToB.params, buffers: buffers.generatorAtoB },
      generatorBtoA: { params: bToA.params, buffers: buffers.generatorBtoA },
    };
    return {
      state: {
        ...state,
        ...generators,
        ...(batch.accumulate === undefined ? averaged(config, state, generators) : {}),
        ...remembered(state, fakes, batch),
        discriminatorA: { ...state.discriminatorA, buffers: buffers.discriminatorA },
        discriminatorB: { ...state.discriminatorB, buffers: buffers.discriminatorB },
        generatorOptimizer: { generatorAtoB: aToB.state, generatorBtoA: bToA.state },
      },
      metrics: { generatorLoss: loss, ...metrics },
      gradients,
    };
  };
}

/** Begins an update's use of all four networks; of the discriminators only the statistics change. */
function createStart(config: Config) {
  const modules = createNetworks(config);
  return (state: State, params: PerGenerator<NetworkState['params']>): Networks => {
    const begin = (name: NetworkName, own: NetworkState['params']): NetworkInTraining =>
      inTraining(modules[name], { ...state[name], params: own }, config.norm === 'batch');
    return {
      generatorAtoB: begin('generatorAtoB', params.generatorAtoB),
      generatorBtoA: begin('generatorBtoA', params.generatorBtoA),
      discriminatorA: begin('discriminatorA', state.discriminatorA.params),
      discriminatorB: begin('discriminatorB', state.discriminatorB.params),
    };
  };
}

const buffersOf = (networks: Networks): Record<NetworkName, NetworkState['buffers']> => ({
  generatorAtoB: networks.generatorAtoB.buffers(),
  generatorBtoA: networks.generatorBtoA.buffers(),
  discriminatorA: networks.discriminatorA.buffers(),
  discriminatorB: networks.discriminatorB.buffers(),
});

/** Both translations, both ways back, and what they cost. */
function createLosses(config: Config) {
  const objective = createObjective(config);
  const { lambdaCycle, lambdaIdentity } = config;
  const withIdentity = lambdaIdentity > 0;
  const total = (terms: Readonly<Record<string, tf.Tensor>>, weight: number): tf.Tensor =>
    tf.mul(tf.addN(Object.values(terms)), weight);

  return (networks: Networks, { real, views }: GeneratorsBatch) => {
    const { generatorAtoB, generatorBtoA, discriminatorA, discriminatorB } = networks;
    const judgedBy = (judge: NetworkInTraining, fakes: tf.Tensor4D, view: string): tf.Scalar =>
      objective.generator({ fakeLogits: judge.apply(seenBy(views?.[view], fakes)) });

    const [fakeB, sameB] = generatorAtoB.applyEach(withIdentity ? [real.a, real.b] : [real.a]);
    const cycledA = generatorBtoA.apply(fakeB!);
    const [fakeA, sameA] = generatorBtoA.applyEach(withIdentity ? [real.b, real.a] : [real.b]);
    const cycledB = generatorAtoB.apply(fakeA!);
    const adversarial = {
      generatorAtoBLoss: judgedBy(discriminatorB, fakeB!, 'fakeB'),
      generatorBtoALoss: judgedBy(discriminatorA, fakeA!, 'fakeA'),
    };
    const cycle = {
      cycleLossA: cycleLoss({ realImages: real.a, cycledImages: cycledA }),
      cycleLossB: cycleLoss({ realImages: real.b, cycledImages: cycledB }),
    };
    const terms = [total(adversarial, 1), total(cycle, lambdaCycle)];
    let metrics: Update['metrics'] = { ...adversarial, ...cycle };
    if (sameA !== undefined && sameB !== undefined) {
      const identity = {
        identityLossA: identityLoss({ realImages: real.a, translatedImages: sameA }),
        identityLossB: identityLoss({ realImages: real.b, translatedImages: sameB }),
      };
      terms.push(total(identity, lambdaCycle * lambdaIdentity));
      metrics = { ...metrics, ...identity };
    }
    return { loss: tf.addN(terms), metrics, fakes: { a: fakeA!, b: fakeB! } };
  };
}

/** The averages after an update, where there are any. */
function averaged(
  { emaDecay }: Config,
  { generatorAverages: former }: State,
  generators: PerGenerator<NetworkState>,
): Pick<State, 'generatorAverages'> {
  if (former === undefined) return {};
  const { update } = networkEma({ decay: emaDecay });
  const next = (name: Name) => update(former[name], generators[name])!;
  return {
    generatorAverages: {
      generatorAtoB: next('generatorAtoB'),
      generatorBtoA: next('generatorBtoA'),
    },
  };
}

/** The pools after the fakes went through them, and what came out of them. */
function remembered(
  { pools }: State,
  fakes: PerDomain<tf.Tensor4D>,
  { pools: plans }: GeneratorsBatch,
): Pick<State, 'pools' | 'shown'> {
  if (pools === undefined || plans === undefined) return { shown: fakes };
  const a = exchange(pools.a, fakes.a, plans.a);
  const b = exchange(pools.b, fakes.b, plans.b);
  return { pools: { a: a.pool, b: b.pool }, shown: { a: a.shown, b: b.shown } };
}
