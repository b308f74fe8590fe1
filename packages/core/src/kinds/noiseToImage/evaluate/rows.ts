import { hostTensor, type HostTensor } from '@gan-zoo/compiler';

/** One picture of several: [1, H, W, C]. */
export function rowOf({ shape, data }: HostTensor, place: number): HostTensor<'float32'> {
  const [count = 0, ...extents] = shape;
  const size = data.length / count;
  const values = data.subarray(place * size, (place + 1) * size) as Float32Array;
  return hostTensor([1, ...extents], values);
}
