/* eslint-disable no-console */
import * as tf from '@tensorflow/tfjs';
import { compileTrainStep, hostTensor, type TrainStep } from '../index.ts';

type Batch = Record<'x' | 'y' | 'rate', tf.Tensor>;

const logits = (x: tf.Tensor, [w1, b1, w2]: tf.Tensor[]): tf.Tensor =>
  x.matMul(w1!).add(b1!).tanh().matMul(w2!);

const step: TrainStep<tf.Tensor[], Batch> = (weights, { x, y, rate }) => {
  const lossOf = (...own: tf.Tensor[]) => tf.losses.sigmoidCrossEntropy(y, logits(x, own));
  const { value: loss, grads } = tf.valueAndGrads(lossOf)(weights);
  const accuracy = logits(x, weights).greater(0).equal(y.greater(0)).cast('float32').mean();
  const next = weights.map((each, i) => each.sub(rate.mul(grads[i]!)));
  return { state: next, metrics: { loss, accuracy }, images: {} };
};

// Points of a square: those in two opposite quarters of it are one class.
const points = tf.randomUniform([256, 2], -1, 1, 'float32', 1);
const batch = {
  x: hostTensor([256, 2], points.dataSync<'float32'>()),
  y: hostTensor([256, 1], points.prod(1).greater(0).cast('float32').dataSync<'float32'>()),
  rate: hostTensor([], [0.5]),
};
const randomWeights = (shape: [number, number]) => tf.randomNormal(shape, 0, 1, 'float32', 2);

const start = [randomWeights([2, 16]), tf.zeros([16]), randomWeights([16, 1])];
const runner = await compileTrainStep(step, start, batch);
for (let i = 0; i < 1000; i++) await runner.step(batch);
console.log((await runner.step(batch)).metrics);
await runner.close();
