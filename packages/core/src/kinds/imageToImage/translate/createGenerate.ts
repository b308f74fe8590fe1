import { hostTensor, sizeOf, type HostTensor, type Runtime } from '@gan-zoo/compiler';
import * as tf from '@tensorflow/tfjs';
import {
  applyNetwork,
  drawMasks,
  dropoutMasks,
  type HostNetworkState,
  type Module,
  type NetworkState,
} from '../../../model/layers/index.ts';
import { createRandom } from '../../../model/random/index.ts';
import type { Generate } from './translateImage.ts';

/** A generator ready for pictures of any size that it divides. */
export interface CompiledGenerator {
  readonly generate: Generate;
  /** Frees the programs of all sizes so far; the next picture compiles anew. */
  release(): Promise<void>;
}

/** How a generator is used. */
export interface GenerateMode {
  /** As in training: pictures are normalised by their own statistics, and dropout is at work. */
  readonly asInTraining: boolean;
  /** With `asInTraining`: drop values; otherwise all of them pass. */
  readonly dropout: boolean;
  /** With `dropout`: what the masks follow from; equal for all pictures of a size. */
  readonly seed: number;
}

type Masks = Readonly<Record<string, HostTensor>>;

/**
 * Prepares a generator: one program for each size of pictures. The weights are constants of the
 * programs, which ONNX Runtime then arranges for its fastest kernels.
 */
export function createGenerate(
  runtime: Runtime,
  { module, state }: { readonly module: Module; readonly state: HostNetworkState },
  mode: GenerateMode,
): CompiledGenerator {
  const compiled = runtime.function(
    (images: tf.Tensor4D, masks: Readonly<Record<string, tf.Tensor>>) => {
      const weights: NetworkState = {
        params: constants(state.params),
        buffers: constants(state.buffers),
      };
      const options = { training: mode.asInTraining, masks };
      return applyNetwork(module, weights, [images], options).output;
    },
  );
  const known = new Map<string, Masks>();
  const masksFor = (shape: readonly number[]): Masks => {
    const key = shape.join('×');
    const masks = known.get(key) ?? createMasks(module, shape, mode);
    known.set(key, masks);
    return masks;
  };
  return {
    generate: async (images) => (await compiled(images, masksFor(images.shape))) as HostTensor,
    release: () => {
      known.clear();
      return compiled.dispose();
    },
  };
}

const constants = (values: Readonly<Record<string, HostTensor>>): Record<string, tf.Tensor> =>
  Object.fromEntries(
    Object.entries(values).map(([name, { data, shape, dtype }]) => [
      name,
      tf.tensor(data, [...shape], dtype),
    ]),
  );

/** Masks for pictures of a shape: drawn, or such that what dropout divides by is made up for. */
function createMasks(
  module: Module,
  shape: readonly number[],
  { asInTraining, dropout, seed }: GenerateMode,
): Masks {
  if (!asInTraining) return {};
  const specs = dropoutMasks(module, shape);
  if (dropout) return drawMasks(specs, createRandom(seed), 'dropout/translate', 0);
  return Object.fromEntries(
    Object.entries(specs).map(([name, { shape: extents, keepProbability }]) => [
      name,
      hostTensor(extents, new Float32Array(sizeOf(extents)).fill(keepProbability)),
    ]),
  );
}
