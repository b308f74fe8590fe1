import * as tf from '@tensorflow/tfjs';
import { gradientPenalty, r1Penalty } from '../../model/losses/index.ts';
import type { Score } from './network.ts';
import type { JudgeInputs, PictureKind } from './player.ts';

/** What a discriminator saw in a turn, and said. */
export interface Judged {
  /** As it got to see them; without real pictures there is nothing to regularise. */
  readonly seen: Readonly<Partial<Record<PictureKind, tf.Tensor>>>;
  /** Maps of logits. */
  readonly verdicts: Readonly<Partial<Record<PictureKind, readonly tf.Tensor[]>>>;
}

/** What is asked of a discriminator that is trained. */
export interface RegulariseOptions extends Pick<JudgeInputs, 'r1Weight' | 'alpha'> {
  readonly score: Score | undefined;
  readonly lambdaPenalty: number;
}

/** Scores, and penalties to be added to the loss. */
export interface Regularised {
  readonly metrics: Readonly<Record<string, tf.Tensor>>;
  readonly penalties: readonly tf.Tensor[];
}

/**
 * Scores and penalties of what a discriminator saw.
 *
 * @param judge its verdicts as it began the turn
 */
export function regularise(
  judge: (images: tf.Tensor) => tf.Tensor,
  { seen, verdicts }: Judged,
  { score, r1Weight, alpha, lambdaPenalty }: RegulariseOptions,
): Regularised {
  const metrics: Record<string, tf.Tensor> = {};
  const penalties: tf.Tensor[] = [];
  const { real: realImages, fake: fakeImages } = seen;
  if (realImages === undefined) return { metrics, penalties };
  if (score !== undefined) {
    for (const [kind, maps] of Object.entries(verdicts)) {
      metrics[`${kind}${score.name}`] = meanOf(maps.map((map) => score.of(map)));
    }
  }
  if (r1Weight !== undefined) {
    const penalty = r1Penalty({ discriminator: judge, realImages });
    metrics['r1Penalty'] = penalty;
    penalties.push(tf.mul(penalty, r1Weight));
  }
  if (alpha !== undefined && fakeImages !== undefined) {
    const penalty = gradientPenalty({ critic: judge, realImages, fakeImages, alpha });
    metrics['gradientPenalty'] = penalty;
    penalties.push(tf.mul(penalty, lambdaPenalty));
  }
  return { metrics, penalties };
}

const meanOf = (values: readonly tf.Tensor[]): tf.Tensor =>
  values.length === 1 ? values[0]! : tf.div(tf.addN([...values]), values.length);
