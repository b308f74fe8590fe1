import { hostTensorInt, type HostTensor } from '@gan-zoo/compiler';

/** Name of the tensor that holds a checkpoint's carried bytes; states have no such name. */
export const carriedName = 'carried/bytes';

/** Bytes as a tensor of 32-bit words: how many there are, then the bytes, filled up with zeros. */
export function carriedTensor(bytes: Uint8Array): HostTensor {
  const words = new Int32Array(1 + Math.ceil(bytes.length / 4));
  words[0] = bytes.length;
  new Uint8Array(words.buffer).set(bytes, 4);
  return hostTensorInt([words.length], words);
}

/** The opposite of {@link carriedTensor}; undefined when the tensor is none of it. */
export function carriedBytes({ data }: HostTensor): Uint8Array | undefined {
  const length = data[0] ?? -1;
  if (!(data instanceof Int32Array) || length < 0 || length > 4 * (data.length - 1)) {
    return undefined;
  }
  return new Uint8Array(data.buffer, data.byteOffset + 4, length);
}
