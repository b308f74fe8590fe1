import {
  createRuntime,
  hostTensor,
  hostTensorInt,
  UserError,
  type HostFunction,
  type HostTensor,
  type Runtime,
  type TrainStep,
  type Tree,
} from '@gan-zoo/compiler';
import {
  adam,
  applyNetwork,
  avgPool,
  conv2d,
  createRandom,
  dense,
  flatten,
  initNetwork,
  kaimingUniform,
  leakyRelu,
  sequential,
  valueAndGradients,
  type NetworkState,
  type OptimizerState,
  type Random,
} from '@gan-zoo/core';
import * as tf from '@tensorflow/tfjs';
import { resizePictures } from './resizePictures.ts';

/** Tells glyphs apart: by their styles, or by their characters. */
export interface GlyphClassifier {
  /**
   * The likeliest label of each picture.
   *
   * @param pictures grey levels [N, S, S] in rows, ink 0 on paper 255
   */
  classify(pictures: Uint8Array): Promise<Int32Array>;
  close(): Promise<void>;
}

/** What {@link trainGlyphClassifier} learns from. */
export interface GlyphClassifierOptions {
  /** Names its random streams, and itself in errors. */
  readonly name: string;
  /** Glyphs of real fonts: grey levels [N, S, S] in rows, ink 0 on paper 255. */
  readonly pictures: Uint8Array;
  /** What each picture shows, from 0. */
  readonly labels: readonly number[];
  /** Side of the pictures in pixels. */
  readonly imageSize: number;
  readonly seed: number;
  /** Batches that are learned from; default 200. */
  readonly steps?: number | undefined;
  /** Pictures in a batch; default 64. */
  readonly batchSize?: number | undefined;
  /** Where to compute, and left open; default: a runtime of its own on the CPU. */
  readonly runtime?: Runtime | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((step: number, steps: number) => void) | undefined;
}

interface State {
  readonly network: NetworkState;
  readonly optimizer: OptimizerState;
}

interface Batch {
  readonly pictures: tf.Tensor4D;
  readonly labels: tf.Tensor1D;
  readonly learningRate: tf.Scalar;
}

/** Adam's rate at the first step; it falls evenly, and would be 0 after the last. */
const firstRate = 0.004;

/** Side of the pictures that the network sees. */
const side = 48;

/** Three convolutions that look for strokes, averaged over ninths of the picture. */
const createNetwork = (labels: number) =>
  sequential([
    ...convolution(1, 16),
    ...convolution(16, 32),
    ...convolution(32, 64),
    avgPool({ size: 2 }),
    flatten(),
    dense({ inUnits: 64 * 9, units: labels }),
  ]);

const convolution = (inChannels: number, filters: number) => [
  conv2d({
    ...{ inChannels, filters, kernelSize: 3, strides: 2, padding: 1 },
    kernelInit: kaimingUniform({ slope: 0.2 }),
  }),
  leakyRelu(),
];

/**
 * Trains a small convolutional network to tell single glyphs apart. Half of the pictures are blurred
 * a little, so that it goes by shapes rather than by how sharp they are.
 *
 * Its accuracy on glyphs that it never saw, of the real fonts, is what generated ones can reach.
 *
 * @throws UserError when there are not as many labels as pictures, fewer pictures than a batch, or
 *   a single label
 * @throws the signal's reason when it aborts
 */
export async function trainGlyphClassifier(
  options: GlyphClassifierOptions,
): Promise<GlyphClassifier> {
  const { name, imageSize, steps = 200, seed, batchSize = 64, signal, onProgress } = options;
  const count = assertPictures(options, batchSize);
  const network = createNetwork(count);
  const random = createRandom(seed);
  const runtime = options.runtime ?? (await createRuntime({ backend: 'onnx-cpu' }));
  const closeRuntime = async (): Promise<void> => {
    if (options.runtime === undefined) await runtime.close();
  };
  try {
    const optimizer = adam({ learningRate: firstRate, beta1: 0.9 });
    const state = initNetwork(network, random, { name });
    const runner = await runtime.trainStep(trainStep(network, optimizer, count), {
      network: state as never,
      optimizer: optimizer.init(state.params) as never,
    });
    const batchAt = createBatches(options, batchSize, random);
    for (let step = 0; step < steps; step++) {
      signal?.throwIfAborted();
      const learningRate = hostTensor([], [firstRate * (1 - step / steps)]);
      await runner.step({ ...batchAt(step), learningRate });
      onProgress?.(step + 1, steps);
    }
    const { network: trained } = (await runner.readState()) as unknown as { network: never };
    await runner.close();
    const judge = runtime.function((weights: NetworkState, pictures: tf.Tensor4D) => {
      const { output } = applyNetwork(network, weights, [pictures], { training: false });
      return tf.argMax(output, 1);
    });
    return {
      classify: (pictures) => classify(judge, trained, toInput(pictures, imageSize), batchSize),
      close: async () => {
        await judge.dispose();
        await closeRuntime();
      },
    };
  } catch (error) {
    await closeRuntime();
    throw error;
  }
}

/** The share of pictures that a classifier takes for what they are, 0 … 1. */
export async function classifierAccuracy(
  classifier: GlyphClassifier,
  pictures: Uint8Array,
  labels: readonly number[],
): Promise<number> {
  const judged = await classifier.classify(pictures);
  return judged.filter((label, place) => label === labels[place]).length / labels.length;
}

function trainStep(
  network: ReturnType<typeof createNetwork>,
  optimizer: ReturnType<typeof adam>,
  count: number,
): TrainStep<State, Batch> {
  return (state, { pictures, labels, learningRate }) => {
    const { value, gradients } = valueAndGradients((params) => {
      const before = { ...state.network, params };
      const { output, buffers } = applyNetwork(network, before, [pictures], { training: true });
      const wanted = tf.oneHot(labels.toInt(), count).toFloat();
      const loss = tf.neg(tf.mean(tf.sum(tf.mul(wanted, tf.logSoftmax(output)), 1)));
      return { loss, buffers };
    }, state.network.params);
    const updated = optimizer.update({
      gradients,
      params: state.network.params,
      state: state.optimizer,
      learningRate,
    });
    return {
      state: {
        network: { params: updated.params, buffers: value.buffers },
        optimizer: updated.state,
      },
      metrics: { loss: value.loss },
      images: {},
    };
  };
}

/** Pictures in the network's size, [N, side · side]: paper is 0, ink 1. */
const toInput = (pictures: Uint8Array, imageSize: number): Float32Array =>
  resizePictures(pictures, imageSize, side).map((level) => 1 - level / 255);

/** Batches in a new random order every epoch, half of their pictures blurred. */
function createBatches(
  { name, pictures, labels, imageSize }: GlyphClassifierOptions,
  batchSize: number,
  random: Random,
): (step: number) => { readonly pictures: HostTensor; readonly labels: HostTensor } {
  const [sharp, size] = [toInput(pictures, imageSize), side * side];
  const stepsPerEpoch = Math.floor(labels.length / batchSize);
  return (step) => {
    const epoch = Math.floor(step / stepsPerEpoch);
    const order = random.stream(`${name}/shuffle`).at(epoch).permutation(labels.length);
    const first = (step % stepsPerEpoch) * batchSize;
    const chosen = Array.from(order.subarray(first, first + batchSize));
    const chances = random.stream(`${name}/blur`).at(step).uniforms(batchSize);
    const input = new Float32Array(batchSize * size);
    for (const [at, place] of chosen.entries()) {
      const picture = sharp.subarray(place * size, (place + 1) * size);
      input.set(chances[at]! < 0.5 ? blurred(picture) : picture, at * size);
    }
    return {
      pictures: hostTensor([batchSize, side, side, 1], input),
      labels: hostTensorInt(
        [batchSize],
        chosen.map((place) => labels[place]!),
      ),
    };
  };
}

/** Each pixel as the mean of itself and its eight neighbours; the edge stays. */
function blurred(picture: Float32Array): Float32Array {
  const soft = Float32Array.from(picture);
  for (let y = 1; y < side - 1; y++) {
    for (let x = 1; x < side - 1; x++) {
      let sum = 0;
      for (const row of [(y - 1) * side, y * side, (y + 1) * side]) {
        sum += picture[row + x - 1]! + picture[row + x]! + picture[row + x + 1]!;
      }
      soft[y * side + x] = sum / 9;
    }
  }
  return soft;
}

/** Runs block after block; a smaller last one is filled up, so that one session serves all. */
async function classify(
  judge: HostFunction,
  weights: Tree<HostTensor>,
  input: Float32Array,
  block: number,
): Promise<Int32Array> {
  const size = side * side;
  const count = input.length / size;
  const judged = new Int32Array(count);
  for (let first = 0; first < count; first += block) {
    const last = Math.min(count, first + block);
    const values = new Float32Array(block * size);
    values.set(input.subarray(first * size, last * size));
    const { data } = (await judge(
      weights,
      hostTensor([block, side, side, 1], values),
    )) as HostTensor;
    judged.set(data.subarray(0, last - first), first);
  }
  return judged;
}

/** @returns the number of labels */
function assertPictures(
  { name, pictures, labels, imageSize }: GlyphClassifierOptions,
  batchSize: number,
): number {
  const received = pictures.length / imageSize ** 2;
  const count = labels.reduce((most, label) => Math.max(most, label), -1) + 1;
  if (received === labels.length && received >= batchSize && count >= 2) return count;
  throw new UserError(
    `${name}: expected at least ${batchSize} pictures of ${imageSize}×${imageSize} px with two or ` +
      `more labels, each with its own, received ${received} pictures, ${labels.length} numbers ` +
      `and ${count} labels.`,
  );
}
