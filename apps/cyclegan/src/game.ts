import { hostTensor } from '@gan-zoo/compiler';
import {
  cycleLoss,
  exchange,
  gameOf,
  identityLoss,
  meanObjectiveOf,
  planPool,
  unpairedNetworks,
  type Objective,
  type PerDomain,
  type PlayerOf,
  type PoolPlan,
  type Random,
  type UnpairedBatch,
} from '@gan-zoo/core';
import * as tf from '@tensorflow/tfjs';
import type { Config } from './config.ts';

/** What comes in with a turn. */
interface Batch extends UnpairedBatch {
  /** For the generators' turn alone; absent when `poolSize` is 0. */
  readonly pools?: PerDomain<PoolPlan>;
}

/** The fakes of the past. */
interface Memory {
  /** Earlier fakes of each domain [P, H, W, C]; absent when `poolSize` is 0. */
  readonly pools?: PerDomain<tf.Tensor>;
  /** The fakes [N, H, W, C] that the discriminators are shown next. */
  readonly shown: PerDomain<tf.Tensor>;
}

/**
 * CycleGAN: both generators are rewarded for fakes that the other domain's discriminator takes for
 * real, for pictures that come back through both, and for leaving pictures of their own target as
 * they are. The fakes go into history pools, of which both discriminators are shown some.
 *
 * Paper: Zhu et al., "Unpaired image-to-image translation using cycle-consistent adversarial
 * networks" (arXiv 1703.10593).
 *
 * @throws UsageError when parts of the configuration do not go together
 */
export function createGame(config: Config) {
  const loss = meanObjectiveOf(config);
  const translate = createTranslation(config, loss);
  return gameOf<Batch, Memory>()({
    networks: unpairedNetworks(config),
    averaged: ['generatorAtoB', 'generatorBtoA'],
    score: loss.score,
    separately: config.norm === 'batch',
    memory: () => blankMemory(config),
    turns: {
      generator: {
        trains: ['generatorAtoB', 'generatorBtoA'],
        loss: (networks, { real, pools: plans }, { pools }) => {
          const { generatorAtoB, generatorBtoA, discriminatorA, discriminatorB } = networks;
          const toB = translate(generatorAtoB, generatorBtoA, discriminatorB, [real.a, real.b]);
          const toA = translate(generatorBtoA, generatorAtoB, discriminatorA, [real.b, real.a]);
          return {
            loss: tf.add(toB.loss, toA.loss),
            metrics: {
              ...{ generatorAtoBLoss: toB.adversarialLoss, generatorBtoALoss: toA.adversarialLoss },
              ...{ cycleLossA: toB.cycleLoss, cycleLossB: toA.cycleLoss },
              ...{ identityLossA: toA.identityLoss, identityLossB: toB.identityLoss },
            },
            remember: remembered({ a: toA.fake, b: toB.fake }, pools, plans),
          };
        },
      },
      discriminator: {
        trains: ['discriminatorA', 'discriminatorB'],
        loss: ({ discriminatorA, discriminatorB }, { real }, { shown }) => {
          const a = loss.discriminator(discriminatorA.judge({ real: real.a, fake: shown.a }));
          const b = loss.discriminator(discriminatorB.judge({ real: real.b, fake: shown.b }));
          return { loss: tf.add(a, b), metrics: { discriminatorALoss: a, discriminatorBLoss: b } };
        },
      },
    },
  });
}

type Network = PlayerOf<readonly [tf.Tensor], tf.Tensor>;

/** One direction: pictures there and back, pictures of the target there, and what they cost. */
function createTranslation({ lambdaCycle, lambdaIdentity }: Config, loss: Objective) {
  return (
    there: Network,
    back: Network,
    judge: Network,
    [real, target]: readonly [tf.Tensor, tf.Tensor],
  ) => {
    const [fake, same] = there.each(lambdaIdentity > 0 ? [real, target] : [real]);
    const cycled = back(fake);
    const costs = {
      adversarialLoss: loss.generator(
        judge.judge({ fake, real: loss.generatorNeedsRealLogits ? target : undefined }),
      ),
      cycleLoss: cycleLoss({ realImages: real, cycledImages: cycled }),
      identityLoss: same && identityLoss({ realImages: target, translatedImages: same }),
    };
    const terms = [costs.adversarialLoss, tf.mul(costs.cycleLoss, lambdaCycle)];
    if (costs.identityLoss) terms.push(tf.mul(costs.identityLoss, lambdaCycle * lambdaIdentity));
    return { ...costs, fake, loss: tf.addN(terms) };
  };
}

/** What becomes of a micro-batch's fakes in the pools: a function of its number and size alone. */
export const planPools =
  ({ poolSize: size }: Config, random: Random) =>
  (step: number, count: number): object => {
    const plan = (domain: 'a' | 'b') =>
      planPool({ random, stream: `pool/${domain}`, step, count, size });
    return size === 0 ? {} : { pools: { a: plan('a'), b: plan('b') } };
  };

/** The pools after the fakes went through them, and what came out of them. */
function remembered(
  fakes: PerDomain<tf.Tensor>,
  pools: Memory['pools'],
  plans: Batch['pools'],
): Memory {
  if (pools === undefined || plans === undefined) return { shown: fakes };
  const a = exchange(pools.a, fakes.a, plans.a);
  const b = exchange(pools.b, fakes.b, plans.b);
  return { pools: { a: a.pool, b: b.pool }, shown: { a: a.shown, b: b.shown } };
}

/** Empty pools, and fakes that nothing has drawn yet. */
function blankMemory({ imageSize, channelsA, channelsB, ...config }: Config) {
  const { batchSize, accumulationSteps, poolSize } = config;
  const blank = (count: number) => ({
    a: hostTensor([count, imageSize, imageSize, channelsA]),
    b: hostTensor([count, imageSize, imageSize, channelsB]),
  });
  return {
    ...(poolSize > 0 && { pools: blank(poolSize) }),
    shown: blank(batchSize / accumulationSteps),
  };
}
