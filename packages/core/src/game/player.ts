import * as tf from '@tensorflow/tfjs';
import { applyNetwork, type Module, type NetworkState } from '../layers/index.ts';
import { gradientPenalty, r1Penalty } from '../losses/index.ts';
import { seenBy, type ViewInputs } from '../regularisers/index.ts';
import type { AnyNetwork, Score } from './game.ts';

/** The two kinds of pictures that a discriminator tells apart. */
export type PictureKind = 'real' | 'fake';

/** Verdicts on real and fake pictures, as losses take them. */
export interface JudgedLogits {
  readonly realLogits: tf.Tensor;
  readonly fakeLogits: tf.Tensor;
}

/** Dropout's masks by layer. */
export type Masks<Leaf = tf.Tensor> = Readonly<Record<string, Leaf>>;

/** A network in a turn: applied by calling it, in training mode, with the batch's dropout masks. */
export interface PlayerOf<Inputs extends readonly tf.Tensor[], Output> {
  (...inputs: Inputs): Output;
  /** Applies it with other dropout masks than the batch's for this network. */
  masked(masks: Masks, ...inputs: Inputs): Output;
  /**
   * Applies it without a trace in its running statistics: for a result that a later turn of the step
   * computes again, and that the original program computes once.
   */
  peek(...inputs: Inputs): Output;
  /**
   * Applies it to several batches, as one where its norm does not mix pictures: the same numbers in
   * less time.
   */
  each<const Batches extends readonly Inputs[0][]>(
    batches: Batches,
  ): { -readonly [At in keyof Batches]: Output };
  /** Judges pictures as a discriminator: through the views that the options ask for. */
  sees(kind: PictureKind, pictures: tf.Tensor): Output;
  /** Judges both kinds of pictures, or fakes alone. */
  judge(pictures: { readonly real: tf.Tensor; readonly fake: tf.Tensor }): JudgedLogits;
  judge(pictures: { readonly fake: tf.Tensor }): Pick<JudgedLogits, 'fakeLogits'>;
}

/** The player that a module becomes in a turn. */
export type Player<M> =
  M extends Module<infer Inputs, infer Output> ? PlayerOf<Inputs, Output> : never;

/** What a turn's part of a batch says about one discriminator. */
export interface JudgeInputs<Leaf = tf.Tensor> {
  readonly views?: Readonly<Partial<Record<PictureKind, ViewInputs<Leaf>>>> | undefined;
  /** Scalar weight of R1, in the turns that compute it. */
  readonly r1Weight?: Leaf | undefined;
  /** Places [N, 1, 1, 1] between real and fake pictures, for the gradient penalty. */
  readonly alpha?: Leaf | undefined;
}

/** How a network takes part in a turn. */
export interface PlayerOptions extends JudgeInputs {
  readonly isTrained: boolean;
  /** Default: nothing is dropped. */
  readonly masks?: Masks | undefined;
  readonly score: Score | undefined;
  readonly separately: boolean;
  readonly lambdaPenalty: number;
}

/** A player with what core asks it after the turn. */
export interface PlayerInTurn {
  readonly player: PlayerOf<readonly tf.Tensor[], unknown>;
  /** The running statistics that the turn's applications have left. */
  readonly buffers: () => NetworkState['buffers'];
  /** Scores and penalties of a discriminator that is trained; nothing of any other network. */
  readonly regularised: () => {
    readonly metrics: Readonly<Record<string, tf.Tensor>>;
    readonly penalties: readonly tf.Tensor[];
  };
}

/** A network's verdicts, where it returns more than them. */
const logitsOf = (output: unknown): tf.Tensor =>
  output instanceof tf.Tensor ? (output as tf.Tensor) : (output as { logits: tf.Tensor }).logits;

/**
 * Begins a turn for a network: running statistics go from one application to the next, and what it
 * is shown as a discriminator is remembered for scores and penalties.
 */
export function beginPlayer(
  module: AnyNetwork,
  { params, buffers: initial }: NetworkState,
  options: PlayerOptions,
): PlayerInTurn {
  let buffers = initial;
  const seen: Partial<Record<PictureKind, tf.Tensor>> = {};
  const verdicts: Partial<Record<PictureKind, tf.Tensor>> = {};

  const { masks: own = {} } = options;
  const applied = (masks: Masks, inputs: readonly tf.Tensor[]) =>
    applyNetwork(module, { params, buffers }, inputs, { training: true, masks });
  function masked(masks: Masks, ...inputs: tf.Tensor[]): unknown {
    const after = applied(masks, inputs);
    buffers = after.buffers;
    return after.output as unknown;
  }
  const apply = (...inputs: tf.Tensor[]): unknown => masked(own, ...inputs);
  const peek = (...inputs: tf.Tensor[]): unknown => applied(own, inputs).output;
  function each(batches: readonly tf.Tensor[]): tf.Tensor[] {
    if (options.separately || batches.length < 2) {
      return batches.map((batch) => apply(batch) as tf.Tensor);
    }
    const sizes = batches.map(({ shape }) => shape[0]!);
    return tf.split(apply(tf.concat([...batches], 0)) as tf.Tensor, sizes, 0);
  }
  const look = (kind: PictureKind, pictures: tf.Tensor): tf.Tensor =>
    (seen[kind] = seenBy(options.views?.[kind], pictures));
  function sees(kind: PictureKind, pictures: tf.Tensor): unknown {
    const output = apply(look(kind, pictures));
    verdicts[kind] = logitsOf(output);
    return output;
  }
  function judge({ real, fake }: { readonly real?: tf.Tensor; readonly fake: tf.Tensor }) {
    if (real === undefined) return { fakeLogits: logitsOf(sees('fake', fake)) };
    const [realLogits, fakeLogits] = each([look('real', real), look('fake', fake)]).map(logitsOf);
    Object.assign(verdicts, { real: realLogits, fake: fakeLogits });
    return { realLogits: realLogits!, fakeLogits: fakeLogits! };
  }
  return {
    player: Object.assign(apply, { masked, peek, each, sees, judge }) as PlayerInTurn['player'],
    buffers: () => buffers,
    regularised: () => {
      const alone = (images: tf.Tensor): tf.Tensor =>
        logitsOf(
          applyNetwork(module, { params, buffers: initial }, [images], { training: true }).output,
        );
      return options.isTrained && seen.real
        ? regularise(alone, seen as Required<typeof seen>, verdicts, options)
        : { metrics: {}, penalties: [] };
    },
  };
}

/** Scores and penalties of what a discriminator saw. */
function regularise(
  judge: (images: tf.Tensor) => tf.Tensor,
  { real, fake }: Readonly<Record<PictureKind, tf.Tensor>>,
  verdicts: Readonly<Partial<Record<PictureKind, tf.Tensor>>>,
  { score, r1Weight, alpha, lambdaPenalty }: PlayerOptions,
): ReturnType<PlayerInTurn['regularised']> {
  const metrics: Record<string, tf.Tensor> = {};
  const penalties: tf.Tensor[] = [];
  if (score !== undefined) {
    for (const [kind, logits] of Object.entries(verdicts)) {
      metrics[`${kind}${score.name}`] = score.of(logits);
    }
  }
  if (r1Weight !== undefined) {
    const penalty = r1Penalty({ discriminator: judge, realImages: real });
    metrics['r1Penalty'] = penalty;
    penalties.push(tf.mul(penalty, r1Weight));
  }
  if (alpha !== undefined) {
    const penalty = gradientPenalty({ critic: judge, realImages: real, fakeImages: fake, alpha });
    metrics['gradientPenalty'] = penalty;
    penalties.push(tf.mul(penalty, lambdaPenalty));
  }
  return { metrics, penalties };
}
