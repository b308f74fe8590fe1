import { hostTensor, type HostTensor } from '@gan-zoo/compiler';
import * as tf from '@tensorflow/tfjs';
import { tidyResult } from '../gradients/index.ts';
import { assertSameRecord, assertShare, mapRecord, type TensorRecord } from './optimizer.ts';

/** Options of {@link ema}. */
export interface EmaOptions {
  /** The share of the average that a step keeps: 0.999 remembers about a thousand steps. */
  readonly decay: number;
  /** Whether the first steps keep less, so that the start is soon forgotten; default yes. */
  readonly warmUp?: boolean;
}

/** What {@link Ema} remembers: the averaged weights, and the number of updates. */
export interface EmaState<Weights, Leaf> {
  readonly average: Weights;
  readonly step: Leaf;
}

/** A running average of weights, as a pure pair of functions. */
export interface Ema {
  /** Starts from copies of the weights, in ordinary memory. */
  readonly init: (
    params: Readonly<Record<string, HostTensor<'float32'>>>,
  ) => EmaState<Record<string, HostTensor<'float32'>>, HostTensor<'float32'>>;

  /**
   * Moves the average towards the weights. Nothing given is changed or disposed.
   *
   * @throws UserError when names or shapes of the state and the weights differ
   */
  readonly update: <Params extends TensorRecord>(args: {
    readonly params: Params;
    readonly state: EmaState<Params, tf.Tensor>;
  }) => EmaState<Params, tf.Tensor>;
}

/**
 * The exponential moving average of a generator's weights, which usually draws better than the
 * weights themselves.
 *
 *     average ← average + (1 − d)·(weights − average)
 *     d = min(decay, (1 + n) / (10 + n)) after n updates, or plainly decay without warm-up
 *
 * Paper: Yazıcı et al., "The unusual effectiveness of averaging in GAN training"
 * (arXiv 1806.04498).
 *
 * @throws UserError when decay is outside of [0, 1)
 */
export function ema({ decay, warmUp = true }: EmaOptions): Ema {
  assertShare('ema', 'decay', decay);
  return {
    init: (params) => ({
      average: Object.fromEntries(
        Object.entries(params).map(([name, { shape, data }]) => [
          name,
          hostTensor(shape, data.slice()),
        ]),
      ),
      step: hostTensor([]),
    }),
    update: ({ params, state }) =>
      tidyResult(() => {
        assertSameRecord('ema', 'average', state.average, params);
        const early = tf.div(tf.add(state.step, 1), tf.add(state.step, 10));
        const share = warmUp ? tf.sub(1, tf.minimum(early, decay)) : tf.scalar(1 - decay);
        const average = mapRecord(params, (param, name) => {
          const former = state.average[name]!;
          return tf.add(former, tf.mul(tf.sub(param, former), share));
        });
        return { average, step: tf.add(state.step, 1) };
      }),
  };
}
