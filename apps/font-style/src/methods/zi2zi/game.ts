import {
  gameOf,
  l2Loss,
  labelSmoothedNonSaturating,
  sigmoidCrossEntropy,
  stopGradient,
  type Masks,
  type Turn,
} from '@gan-zoo/core';
import * as tf from '@tensorflow/tfjs';
import type { Settings } from '../../settings.ts';
import { glyphLosses, outcomeOf, pairOf, weightedSum } from '../glyphLosses.ts';
import type { Pairs } from '../method.ts';
import { createEncoder, createNetworks } from './networks.ts';

/** A batch of zi2zi. */
interface Batch extends Pairs {
  /** Weights of styles [N, slots]: ones where the style is. */
  readonly styles: tf.Tensor2D;
  /** The batch's styles in another order: what the same sources are drawn in without targets. */
  readonly shuffledStyles?: tf.Tensor2D;
  /** Dropout's masks for the shuffled styles. Default: nothing is dropped. */
  readonly shuffledMasks?: Masks;
}

type LossOf = Turn<ReturnType<typeof createNetworks>, Batch, object>['loss'];

/**
 * zi2zi: one network for many fonts, each of which is a style vector.
 *
 * Source: github.com/kaonashi-tyc/zi2zi, after pix2pix (arXiv 1611.07004), AC-GAN (arXiv 1610.09585)
 * and DTN (arXiv 1611.02200).
 */
export function createGame(config: Settings) {
  return gameOf<Batch>()({
    networks: createNetworks(config),
    averaged: ['generator'],
    score: { name: 'Score', of: (logits) => tf.mean(tf.sigmoid(logits)) },
    trained: { generator: (name) => !config.freezeEncoder || !name.startsWith('encoder.') },
    turns: {
      discriminator: { trains: ['discriminator'], loss: discriminatorLossOf(config) },
      generator: { trains: ['generator'], loss: generatorLossOf(config) },
    },
  });
}

type Verdict = Readonly<Record<'logits' | 'styleLogits', tf.Tensor>>;

const categoryLoss = ({ styleLogits }: Verdict, labels: tf.Tensor): tf.Scalar =>
  sigmoidCrossEntropy({ logits: styleLogits, labels });

/**
 * D learns to tell true pairs from drawn ones, and to name the styles of both:
 *
 *     D = real + fake + λ·(style of real + style of fake) / 2
 *
 * With shuffled styles, a third batch of fakes and the mean of three style losses.
 */
function discriminatorLossOf({ lambdaCategory, labelSmoothing }: Settings): LossOf {
  const adversarial = labelSmoothedNonSaturating({ realLabel: 1 - labelSmoothing });
  return ({ generator, discriminator }, batch) => {
    const { source, target, styles, shuffledStyles, shuffledMasks = {} } = batch;
    const sees = (kind: 'real' | 'fake', images: tf.Tensor): Verdict =>
      discriminator.sees(kind, pairOf(source, images));
    const real = sees('real', target);
    const fake = sees('fake', stopGradient(generator.peek(source, styles).images));
    const logits = { realLogits: real.logits, fakeLogits: fake.logits };
    const discriminatorLoss = adversarial.discriminator(logits);
    const realCategoryLoss = categoryLoss(real, styles);
    const named = [realCategoryLoss, categoryLoss(fake, styles)];
    const ofShuffled: (readonly [tf.Tensor, number])[] = [];
    if (shuffledStyles !== undefined) {
      const drawn = generator.peek.masked(shuffledMasks, source, shuffledStyles);
      const shuffled = sees('fake', stopGradient(drawn.images));
      named.push(categoryLoss(shuffled, shuffledStyles));
      ofShuffled.push([tf.mean(tf.softplus(shuffled.logits)), 1]);
    }
    const ofNames = named.map((loss) => [loss, lambdaCategory / named.length] as const);
    return {
      loss: weightedSum([[discriminatorLoss, 1], ...ofNames, ...ofShuffled]),
      metrics: { discriminatorLoss, realCategoryLoss },
    };
  };
}

/**
 * G is rewarded for glyphs that D takes for real and names by their style, that are like the true
 * ones, and whose code in the encoder, by their own statistics, is that of the source:
 *
 *     G = adversarial + 100·L1 + 15·E[(E(A) − E(G(A)))²] + style + λ·TV …
 *
 * With shuffled styles all but L1 are means over both batches.
 */
function generatorLossOf(config: Settings): LossOf {
  const { lambdaCategory, lambdaConstant } = config;
  const { generator: adversarialLoss } = labelSmoothedNonSaturating({ realLabel: 1 });
  const encoder = createEncoder(config);
  return ({ generator, discriminator }, batch) => {
    const { source, target, styles, shuffledStyles, shuffledMasks = {} } = batch;
    const encode = generator.peek.part(encoder);
    type Drawn = ReturnType<typeof generator>;
    const lossesOf = ({ images, code }: Drawn, verdict: Verdict, labels: tf.Tensor) => ({
      generatorLoss: adversarialLoss({ fakeLogits: verdict.logits }),
      categoryLoss: categoryLoss(verdict, labels),
      constantLoss: l2Loss({ images: code, targets: encode(images).at(-1)! }),
    });
    const drawn = generator(source, styles);
    const fake = drawn.images as tf.Tensor4D;
    const { features, ...verdict } = discriminator.sees('fake', pairOf(source, fake));
    let losses = lossesOf(drawn, verdict, styles);
    if (shuffledStyles !== undefined) {
      const other = generator.peek.masked(shuffledMasks, source, shuffledStyles);
      const judged = discriminator.peek.sees('fake', pairOf(source, other.images));
      losses = meansOf(losses, lossesOf(other, judged, shuffledStyles));
    }
    const wanted = () => discriminator.peek(pairOf(source, target)).features;
    return outcomeOf({
      generatorLoss: [losses.generatorLoss, 1],
      categoryLoss: [losses.categoryLoss, lambdaCategory],
      constantLoss: [losses.constantLoss, lambdaConstant],
      ...glyphLosses(config, { fake, target, judged: { features, wanted } }),
    });
  };
}

/** The means of losses by name. */
const meansOf = <Losses extends Readonly<Record<string, tf.Tensor>>>(a: Losses, b: Losses) =>
  Object.fromEntries(
    Object.keys(a).map((name) => [name, tf.div(tf.add(a[name]!, b[name]!), 2)]),
  ) as unknown as Losses;
