import { hostTensor, type HostTensor } from '@gan-zoo/compiler';
import type { GivenNetworks, HostNetworkState } from '@gan-zoo/core';
import type { StyleTables } from '../methods/index.ts';

/** Slots of styles. */
export interface StyleSlots {
  /** Those that begin. */
  readonly slots: readonly number[];
  /** Those that were trained, at least one. */
  readonly from: readonly number[];
}

/**
 * Lets styles begin as the mean of others instead of noise, in all tables with a row per style.
 * Nothing else changes, and nothing of what was given.
 */
export function beginStyles(
  tables: StyleTables,
  networks: GivenNetworks,
  { slots, from }: StyleSlots,
): GivenNetworks {
  const changed = Object.entries(tables).flatMap(([name, isTable]) => {
    const network = networks[name];
    if (network === undefined) return [];
    const params = Object.entries(network.params).map(([parameter, tensor]) => [
      parameter,
      isTable(parameter) ? withMeanRows(tensor, slots, from) : tensor,
    ]);
    const begun = { ...network, params: Object.fromEntries(params) as HostNetworkState['params'] };
    return [[name, begun] as const];
  });
  return { ...networks, ...Object.fromEntries(changed) };
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
