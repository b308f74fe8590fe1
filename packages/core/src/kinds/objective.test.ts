import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { hasLabels, lossNames, meanObjectiveOf, objectiveOf } from './objective.ts';

beforeAll(() => tf.setBackend('cpu'));

const [realLogits, fakeLogits] = [
  [1.5, 0.5],
  [-1, 0.25],
];

/** Both sides of a game at fixed logits. */
function sidesOf(objective: ReturnType<typeof objectiveOf>): number[] {
  return tf.tidy(() => {
    const logits = { realLogits: tf.tensor1d(realLogits!), fakeLogits: tf.tensor1d(fakeLogits!) };
    return [objective.discriminator(logits), objective.generator(logits)].map(
      (loss) => loss.dataSync()[0]!,
    );
  });
}

describe('objectiveOf', () => {
  it.each(lossNames)('%s: D prefers real logits to be larger, G fake ones', (loss) => {
    const { discriminator, generator } = objectiveOf({ loss, labelSmoothing: 0 });
    tf.tidy(() => {
      const logits = { realLogits: tf.tensor1d(realLogits!), fakeLogits: tf.tensor1d(fakeLogits!) };
      const ofD = tf.grad((x) => discriminator({ ...logits, realLogits: x }))(
        tf.tensor1d([0.1, 0.2]),
      );
      const ofG = tf.grad((x) => generator({ ...logits, fakeLogits: x }))(tf.tensor1d([0.1, 0.2]));
      for (const slope of [...ofD.dataSync(), ...ofG.dataSync()]) expect(slope).toBeLessThan(0);
    });
  });

  it.each([
    ['bce', [2, -2], [0.8808, 0.1192]],
    ['lsgan', [1, 0], [1, 0]],
    ['hinge', [1, -1], [1, 0]],
  ] as const)('%s: scores read 1 for real and 0 for fake', (loss, logits, scores) => {
    const { score } = objectiveOf({ loss, labelSmoothing: 0 });
    const read = logits.map((logit) => tf.tidy(() => score!.of(tf.scalar(logit)).dataSync()[0]!));
    scores.forEach((expected, i) => expect(read[i]).toBeCloseTo(expected, 4));
  });

  it.each(['relativistic', 'wgan', 'wgan-gp'] as const)('%s: has no scale', (loss) => {
    expect(objectiveOf({ loss, labelSmoothing: 0 }).score).toBeUndefined();
  });

  it('smooths the labels of those that have some', () => {
    for (const loss of lossNames) {
      const [plain, smooth] = [0, 0.1].map((labelSmoothing) =>
        sidesOf(objectiveOf({ loss, labelSmoothing })),
      );
      expect(plain![0] === smooth![0], loss).toBe(!hasLabels(loss));
      expect(plain![1]).toBe(smooth![1]);
    }
  });
});

describe('meanObjectiveOf', () => {
  it.each([
    ['bce', 0.5, 1],
    ['minimax', 0.5, 1],
    ['lsgan', 1, 2],
    ['hinge', 1, 1],
    ['wgan-gp', 1, 1],
  ] as const)('%s: D times %d and G times %d of the paper', (loss, d, g) => {
    const config = { loss, labelSmoothing: 0 };
    const [paper, own] = [sidesOf(objectiveOf(config)), sidesOf(meanObjectiveOf(config))];
    expect(own[0]).toBeCloseTo(paper[0]! * d, 6);
    expect(own[1]).toBeCloseTo(paper[1]! * g, 6);
  });
});
