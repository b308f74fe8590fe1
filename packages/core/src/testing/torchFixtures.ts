import { hostTensor, type HostTensor } from '@gan-zoo/compiler';
import type { HostNetworkState } from '../model/layers/index.ts';

/** An array of PyTorch as the scripts beside fixtures write it. */
export interface Packed {
  readonly shape: readonly number[];
  /** Little-endian float32 in base64. */
  readonly data: string;
}

/** A stored array as it is, in PyTorch's layout. */
export function unpack({ shape, data }: Packed): HostTensor<'float32'> {
  const bytes = new Uint8Array(Buffer.from(data, 'base64'));
  return hostTensor(shape, new Float32Array(bytes.buffer));
}

/** A stored activation [N, C, H, W] as [N, H, W, C]. */
export const unpackImages = (packed: Packed): HostTensor<'float32'> => channelsLast(unpack(packed));

/** [N, C, H, W] → [N, H, W, C]. */
export function channelsLast({ shape, data }: HostTensor<'float32'>): HostTensor<'float32'> {
  const [n, channels, height, width] = shape as [number, number, number, number];
  const pixels = height * width;
  const moved = data.map((_, i) => {
    const [pixel, channel] = [Math.floor(i / channels) % pixels, i % channels];
    const image = Math.floor(i / (channels * pixels));
    return data[(image * channels + channel) * pixels + pixel]!;
  });
  return hostTensor([n, height, width, channels], moved);
}

/**
 * A PyTorch state dict as a network's state.
 *
 * @param isBuffer by name; default the running statistics
 */
export function unpackState(
  packed: Readonly<Record<string, Packed>>,
  isBuffer = (name: string): boolean => name.includes('.running_'),
): HostNetworkState {
  const state: HostNetworkState = { params: {}, buffers: {} };
  for (const [name, value] of Object.entries(packed)) {
    state[isBuffer(name) ? 'buffers' : 'params'][name] = unpack(value);
  }
  return state;
}
