import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  adversarialLosses,
  labelSmoothedLeastSquares,
  labelSmoothedNonSaturating,
  relativisticAverageHinge,
  type AdversarialLossName,
} from './adversarial.ts';
import { expectStored, fixtures, readInputs } from './fixtures/readFixture.ts';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

const names = Object.keys(adversarialLosses) as AdversarialLossName[];

/** Both losses where every logit is the same. */
function atLogit(name: AdversarialLossName, logit: number): { d: number; g: number } {
  return tf.tidy(() => {
    const realLogits = tf.fill([2, 3], logit);
    const fakeLogits = tf.fill([4, 1], logit);
    const { discriminator, generator } = adversarialLosses[name];
    return {
      d: discriminator({ realLogits, fakeLogits }).dataSync()[0]!,
      g: generator({ realLogits, fakeLogits }).dataSync()[0]!,
    };
  });
}

describe('adversarialLosses: published values', () => {
  it.each([
    ['nonSaturating', 0, 1.386294, 0.693147],
    ['saturating', 0, 1.386294, -0.693147],
    ['leastSquares', 0.5, 0.25, 0.125],
    ['leastSquares', 0, 0.5, 0.5],
    ['hinge', 0, 2, 0],
    ['relativisticAverageHinge', 0, 2, 2],
    ['relativisticAverageHinge', 3, 2, 2],
    ['wasserstein', 0, 0, 0],
    ['wasserstein', 2, 0, -2],
  ] as const)('%s with every logit %d: D %d, G %d', (name, logit, d, g) => {
    const got = atLogit(name, logit);
    expect(got.d).toBeCloseTo(d, 5);
    expect(got.g).toBeCloseTo(g, 5);
  });
});

describe.each(names)('%s', (name) => {
  const loss = adversarialLosses[name];
  const stored = fixtures.adversarial.losses[name];

  it('has the value and gradients of PyTorch for the discriminator', () => {
    tf.tidy(() => {
      expectStored(
        loss.discriminator,
        readInputs(fixtures.adversarial.inputs),
        stored.discriminator,
      );
    });
  });

  it('has the value and gradients of PyTorch for the generator', () => {
    tf.tidy(() => {
      expectStored(loss.generator, readInputs(fixtures.adversarial.inputs), stored.generator);
    });
  });

  it('pulls each side its own way', () => {
    tf.tidy(() => {
      const real = tf.tensor1d([0.3, -0.2]);
      const fake = tf.tensor1d([-0.1, 0.4]);
      const d = loss.discriminator;
      const start = d({ realLogits: real, fakeLogits: fake }).dataSync()[0]!;
      const better = d({ realLogits: real.add(0.1), fakeLogits: fake.sub(0.1) }).dataSync()[0]!;
      expect(better).toBeLessThan(start);
      const g = (fakeLogits: tf.Tensor) =>
        loss.generator({ realLogits: real, fakeLogits }).dataSync()[0]!;
      expect(g(fake.add(0.1))).toBeLessThan(g(fake));
    });
  });

  it('stays finite for extreme logits, with gradients', () => {
    tf.tidy(() => {
      const fn = (logits: tf.Tensor) =>
        tf.add(
          loss.discriminator({ realLogits: logits, fakeLogits: tf.neg(logits) }),
          loss.generator({ realLogits: logits, fakeLogits: logits }),
        );
      const { value, grad } = tf.valueAndGrad(fn)(tf.tensor1d([-1e4, 1e4, 88.8, -88.8, 0]));
      expect([...value.dataSync(), ...grad.dataSync()].every(Number.isFinite)).toBe(true);
    });
  });

  it('says truly whether its generator needs the real logits', () => {
    tf.tidy(() => {
      const act = () => loss.generator({ fakeLogits: tf.zeros([2]) });
      if (loss.generatorNeedsRealLogits) expect(act).toThrow('received no realLogits');
      else expect(act().rank).toBe(0);
    });
  });
});

describe('labelSmoothedNonSaturating', () => {
  it('has the value and gradients of PyTorch at 0.9', () => {
    tf.tidy(() => {
      const { discriminator } = labelSmoothedNonSaturating({ realLabel: 0.9 });
      const { inputs, smoothedDiscriminator } = fixtures.adversarial;
      expectStored(discriminator, readInputs(inputs), smoothedDiscriminator);
    });
  });

  it('prefers a verdict of 0.9 on real images', () => {
    tf.tidy(() => {
      const { discriminator } = labelSmoothedNonSaturating({ realLabel: 0.9 });
      const fakeLogits = tf.scalar(0);
      const slope = tf.grad((realLogits) => discriminator({ realLogits, fakeLogits }));
      expect(slope(tf.scalar(Math.log(9))).dataSync()[0]).toBeCloseTo(0, 6);
    });
  });

  it.each([0, -0.1, 1.1, NaN])('refuses the label %d', (realLabel) => {
    expect(() => labelSmoothedNonSaturating({ realLabel })).toThrow(
      `labelSmoothedNonSaturating: expected a realLabel above 0 and at most 1, ` +
        `received ${realLabel}. 0.9 is usual.`,
    );
  });
});

describe('labelSmoothedLeastSquares', () => {
  it('aims at the label on real images, at 0 on fakes, and G at 1', () => {
    tf.tidy(() => {
      const { discriminator, generator } = labelSmoothedLeastSquares({ realLabel: 0.75 });
      const logits = { realLogits: tf.tensor1d([0.75, 0.25]), fakeLogits: tf.tensor1d([0.5, 0]) };
      // ½·(0 + ¼)/2 + ½·(¼ + 0)/2, and ½·(¼ + 1)/2.
      expect(discriminator(logits).dataSync()[0]).toBeCloseTo(0.125, 6);
      expect(generator(logits).dataSync()[0]).toBeCloseTo(0.3125, 6);
    });
  });

  it('refuses a label above 1', () => {
    expect(() => labelSmoothedLeastSquares({ realLabel: 2 })).toThrow(
      'labelSmoothedLeastSquares: expected a realLabel above 0 and at most 1, received 2. ' +
        '0.9 is usual.',
    );
  });
});

describe('relativisticAverageHinge', () => {
  it('names what is missing', () => {
    tf.tidy(() => {
      expect(() => relativisticAverageHinge.generator({ fakeLogits: tf.zeros([2]) })).toThrow(
        'relativisticAverageHinge: expected generator({ fakeLogits, realLogits }), received no ' +
          'realLogits. Pass the verdicts on a batch of real images.',
      );
    });
  });
});
