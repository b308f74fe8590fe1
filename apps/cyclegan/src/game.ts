import { hostTensor } from '@gan-zoo/compiler';
import {
  cycleLoss,
  gameOf,
  identityLoss,
  labelSmoothedLeastSquares,
  labelSmoothedNonSaturating,
  wasserstein,
  type AdversarialLoss,
  type PlayerOf,
  type Score,
} from '@gan-zoo/core';
import * as tf from '@tensorflow/tfjs';
import type { Config } from './config.ts';
import { exchange, type PoolPlan } from './imagePool.ts';
import { createNetworks } from './networks.ts';

/** Something for each domain. */
export type PerDomain<Value> = Readonly<Record<'a' | 'b', Value>>;

/** What comes in with a turn. */
interface Batch {
  /** Pictures of each domain [N, H, W, C]. */
  readonly real: PerDomain<tf.Tensor>;
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
  const { discriminator, score } = objectiveOf(config);
  const translate = createTranslation(config);
  return gameOf<Batch, Memory>()({
    networks: createNetworks(config),
    averaged: ['generatorAtoB', 'generatorBtoA'],
    score,
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
          const a = discriminator(discriminatorA.judge({ real: real.a, fake: shown.a }));
          const b = discriminator(discriminatorB.judge({ real: real.b, fake: shown.b }));
          return { loss: tf.add(a, b), metrics: { discriminatorALoss: a, discriminatorBLoss: b } };
        },
      },
    },
  });
}

type Network = PlayerOf<readonly [tf.Tensor], tf.Tensor>;

/** One direction: pictures there and back, pictures of the target there, and what they cost. */
function createTranslation(config: Config) {
  const { generator } = objectiveOf(config);
  const { lambdaCycle, lambdaIdentity } = config;
  return (
    there: Network,
    back: Network,
    judge: Network,
    [real, target]: readonly [tf.Tensor, tf.Tensor],
  ) => {
    const [fake, same] = there.each(lambdaIdentity > 0 ? [real, target] : [real]);
    const cycled = back(fake);
    const costs = {
      adversarialLoss: generator(judge.judge({ fake })),
      cycleLoss: cycleLoss({ realImages: real, cycledImages: cycled }),
      identityLoss: same && identityLoss({ realImages: target, translatedImages: same }),
    };
    const terms = [costs.adversarialLoss, tf.mul(costs.cycleLoss, lambdaCycle)];
    if (costs.identityLoss) terms.push(tf.mul(costs.identityLoss, lambdaCycle * lambdaIdentity));
    return { ...costs, fake, loss: tf.addN(terms) };
  };
}

/** The game of `--loss`, and how its verdicts read. */
interface Objective extends Pick<AdversarialLoss, 'discriminator' | 'generator'> {
  readonly score?: Score;
}

/**
 * CycleGAN takes the mean of a discriminator's two errors, and leaves a generator's whole. A critic's
 * game is played as its paper says, without halving.
 */
function objectiveOf({ loss, labelSmoothing }: Config): Objective {
  const options = { realLabel: 1 - labelSmoothing };
  const scored = (of: Score['of']) => ({ score: { name: 'Score', of } });
  switch (loss) {
    case 'lsgan': {
      const { discriminator, generator } = labelSmoothedLeastSquares(options);
      return {
        discriminator,
        generator: (logits) => tf.mul(generator(logits), 2),
        ...scored((logits) => tf.mean(logits)),
      };
    }
    case 'bce': {
      const { discriminator, generator } = labelSmoothedNonSaturating(options);
      return {
        discriminator: (logits) => tf.div(discriminator(logits), 2),
        generator,
        ...scored((logits) => tf.mean(tf.sigmoid(logits))),
      };
    }
    case 'wgan-gp':
      return wasserstein;
  }
}

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
