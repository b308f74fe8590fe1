import { readFileSync } from 'node:fs';
import { hostTensor, type HostTensor } from '@gan-zoo/compiler';
import * as tf from '@tensorflow/tfjs';
import { expect } from 'vitest';
import { createRandom } from '../random/index.ts';
import { initNetwork, type AnyModule, type InitOptions } from './network.ts';
import type { HostNetworkState, NetworkState } from './module.ts';

/** Copies a host state into tensors of the current backend. */
export const toTensors = ({ params, buffers }: HostNetworkState): NetworkState => ({
  params: mapValues(params, toTensor),
  buffers: mapValues(buffers, toTensor),
});

/** A freshly drawn state of a module, as tensors. */
export const initialState = (module: AnyModule, options?: InitOptions): NetworkState =>
  toTensors(initNetwork(module, createRandom(3), options));

/** Normal values that are the same in every run. */
export const normals = (shape: readonly number[], name = 'test'): tf.Tensor =>
  toTensor(
    hostTensor(
      shape,
      createRandom(5)
        .stream(name)
        .at(0)
        .normals(shape.reduce((size, extent) => size * extent, 1)),
    ),
  );

export const toTensor = ({ data, shape, dtype }: HostTensor): tf.Tensor =>
  tf.tensor(data, [...shape], dtype);

export const mapValues = <From, To>(
  record: Readonly<Record<string, From>>,
  change: (value: From) => To,
): Record<string, To> =>
  Object.fromEntries(Object.entries(record).map(([name, value]) => [name, change(value)]));

interface PackedArray {
  readonly shape: readonly number[];
  readonly data: string;
}

/** What PyTorch computed for one layer or network; see makeFixtures.py. */
export interface TorchCase {
  readonly state: Readonly<Record<string, PackedArray>>;
  readonly input: PackedArray;
  readonly training: PackedArray;
  readonly inference: PackedArray;
  readonly buffers: Readonly<Record<string, PackedArray>>;
  readonly probe?: PackedArray;
  readonly inputGradient?: PackedArray;
  readonly gradients?: Readonly<Record<string, PackedArray>>;
}

/** Reads a file of vectors beside the networks. */
export const loadFixture = <Content>(name: string): Content =>
  JSON.parse(
    readFileSync(new URL(`../networks/fixtures/${name}.json`, import.meta.url), 'utf8'),
  ) as Content;

/** Unpacks float32 values from base64. */
export function unpack({ shape, data }: PackedArray): HostTensor<'float32'> {
  const bytes = new Uint8Array(Buffer.from(data, 'base64'));
  return hostTensor(shape, new Float32Array(bytes.buffer));
}

/** Unpacks a torch activation: [N, C, H, W] becomes [N, H, W, C], everything else stays. */
export function unpackActivation(packed: PackedArray): tf.Tensor {
  const tensor = toTensor(unpack(packed));
  return tensor.rank === 4 ? tf.transpose(tensor, [0, 2, 3, 1]) : tensor;
}

/** Sorts torch's `state_dict` into the module's parameters and buffers, both strictly by name. */
export function stateOf(module: AnyModule, packed: TorchCase['state']): NetworkState {
  const state: NetworkState = { params: {}, buffers: {} };
  for (const [name, array] of Object.entries(packed)) {
    const kind = module.parameters[name]?.kind ?? 'parameter';
    state[kind === 'parameter' ? 'params' : 'buffers'][name] = toTensor(unpack(array));
  }
  return state;
}

/** Options of {@link expectClose}. */
export interface CloseOptions {
  /** Largest difference as a share of the largest expected value; default 1e-5. */
  readonly tolerance?: number;
  /** Differences are never measured against less than this; default 1e-6. */
  readonly smallestScale?: number;
}

/** Asserts equal shapes, finite values, and differences within the tolerance. */
export function expectClose(
  received: tf.Tensor,
  expected: tf.Tensor,
  what: string,
  { tolerance = 1e-5, smallestScale = 1e-6 }: CloseOptions = {},
): void {
  expect(received.shape, `${what}: shape`).toEqual(expected.shape);
  const left = received.dataSync<'float32'>();
  const right = expected.dataSync<'float32'>();
  expect(left.every(Number.isFinite), `${what}: finite`).toBe(true);
  let scale = smallestScale;
  let worst = 0;
  right.forEach((value, place) => {
    scale = Math.max(scale, Math.abs(value));
    worst = Math.max(worst, Math.abs(value - left[place]!));
  });
  expect(worst / scale, `${what}: largest relative difference`).toBeLessThan(tolerance);
}
