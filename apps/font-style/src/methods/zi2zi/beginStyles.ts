import { hostTensor, type HostTensor } from '@gan-zoo/compiler';
import type { GivenNetworks, HostNetworkState } from '@gan-zoo/core';
import type { Settings } from '../../settings.ts';
import { createGenerator } from './networks.ts';

/** Slots of styles. */
export interface StyleSlots {
  /** Those that begin. */
  readonly slots: readonly number[];
  /** Those that were trained, at least one. */
  readonly from: readonly number[];
}

/**
 * Lets styles begin as the mean of others instead of noise: their rows in the generator's table of
 * learned style vectors and in the scales and shifts of its conditional norms, and in the
 * discriminator's layer that names styles. Nothing else changes, and nothing of what was given.
 */
export function beginStyles(
  config: Settings,
  networks: GivenNetworks,
  { slots, from }: StyleSlots,
): GivenNetworks {
  const { generator, discriminator } = networks;
  const specs = createGenerator(config).parameters;
  const ofGenerator = (name: string): boolean => specs[name]?.role === 'embedding';
  const ofDiscriminator = (name: string): boolean => name.startsWith('style.');
  const begin = (network: HostNetworkState, isTable: (name: string) => boolean) => {
    const params = Object.entries(network.params).map(([name, tensor]) => [
      name,
      isTable(name) ? withMeanRows(tensor, slots, from) : tensor,
    ]);
    return { ...network, params: Object.fromEntries(params) as HostNetworkState['params'] };
  };
  return {
    ...networks,
    ...(generator && { generator: begin(generator, ofGenerator) }),
    ...(discriminator && { discriminator: begin(discriminator, ofDiscriminator) }),
  };
}

/** A table [rows, …] some of whose rows are the mean of others. */
function withMeanRows(
  { shape, data }: HostTensor,
  slots: readonly number[],
  from: readonly number[],
): HostTensor<'float32'> {
  const width = data.length / shape[0]!;
  const values = Float32Array.from(data);
  for (let column = 0; column < width; column++) {
    const mean = from.reduce((sum, row) => sum + data[row * width + column]!, 0) / from.length;
    for (const row of slots) values[row * width + column] = mean;
  }
  return hostTensor(shape, values);
}
