import { hostTensor, type TrainStep } from '@gan-zoo/compiler';
import * as tf from '@tensorflow/tfjs';
import { z } from 'zod';
import { fields } from '../base/options/index.ts';
import type { GanDefinition } from '../gan/definition/definition.ts';
import { trainFields } from '../gan/definition/trainFields.ts';

interface State {
  readonly colour: tf.Tensor1D;
  /** Nothing but size. */
  readonly ballast: tf.Tensor1D;
}

interface Batch {
  readonly images: tf.Tensor4D;
  readonly noise: tf.Tensor1D;
}

const schema = z.object({
  ...trainFields,
  data: fields.data.default('pictures'),
  epochs: fields.epochs.default(2),
  batchSize: fields.batchSize.default(4),
  heldBackImages: z.int().min(0).default(0).describe('Pictures to compare with'),
  learningRate: z.number().default(0.1).describe('Share of the way to go at each step'),
  parts: z.int().min(1).default(1).describe('Parts that a step comes in'),
  failAt: z.int().default(-1).describe('Step whose data cannot be read'),
  ballast: z.int().min(1).default(1).describe('Numbers in the state that only count steps'),
  delay: z.number().default(0).describe('How long reading a batch takes, in milliseconds'),
});

/** A configuration of {@link meanColour}. */
export type MeanColourConfig = z.output<typeof schema>;

/** The noise shows whether random numbers repeat. */
const createTrainStep =
  ({ learningRate }: MeanColourConfig): TrainStep<State, Batch> =>
  ({ colour, ballast }, { images, noise }) => {
    const distance = tf.sub(tf.mean(images, [0, 1, 2]), colour);
    const next = tf.add(colour, tf.mul(tf.add(distance, tf.mul(noise, 0.01)), learningRate));
    return {
      state: { colour: next as tf.Tensor1D, ballast: tf.add(ballast, 1) },
      metrics: { loss: tf.mean(tf.square(distance)) },
      images: {},
    };
  };

/**
 * The smallest definition that trains: learns the mean colour of its pictures, in no time. For tests
 * of the trainer and of what watches it.
 */
export const meanColour: GanDefinition<MeanColourConfig, State, Batch> = {
  name: 'mean-colour',
  version: '1.0.0',
  schema,
  presets: { usual: { description: 'As it is', values: {} } },
  defaultPreset: 'usual',
  initState: ({ ballast }, random) => ({
    colour: hostTensor([3], random.stream('init').at(0).normals(3)),
    ballast: hostTensor([ballast]),
  }),
  createTrainStep,
  openBatches: async ({ data: folder, parts, failAt, delay, workers }, tools) => {
    const { random } = tools;
    const source = await tools.images({ folder, imageSize: 8, flip: true, workers });
    const noise = random.stream('noise');
    return {
      stepsPerEpoch: source.stepsPerEpoch,
      batchAt: async (step) => {
        if (step === failAt) throw new Error('the data is gone');
        if (delay > 0) await new Promise((resolve) => setTimeout(resolve, delay));
        const pictures = await source.batchAt(step);
        const batches = Array.from({ length: parts }, (_, part) => ({
          images: pictures,
          noise: hostTensor([3], noise.at(step * parts + part).normals(3)),
        }));
        return parts === 1 ? batches[0]! : batches;
      },
      close: () => source.close(),
    };
  },
  sample: {
    inputs: () =>
      Promise.resolve({ ones: hostTensor([2, 8, 8, 3], new Float32Array(384).fill(1)) }),
    select: ({ colour }) => ({ colour }),
    draw: () =>
      ((selected: State, { ones }: { ones: tf.Tensor }) => ({
        plain: tf.mul(ones, selected.colour),
      })) as never,
    grids: [{ columns: ['plain'] }],
    fakes: [{ name: 'plain', like: 'images' }],
  },
  references: async ({ data: folder }, tools) => ({
    images: {
      training: (await tools.pictures({ folder, imageSize: 8, part: 'training', count: 8 }))!,
      heldBack: await tools.pictures({ folder, imageSize: 8, part: 'heldBack', count: 8 }),
    },
  }),
  discriminators: [],
  plots: [{ name: 'losses', title: 'Loss', yLabel: 'loss', metrics: ['loss'] }],
  tinyConfig: {},
};
