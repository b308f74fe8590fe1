import type { HostTensor } from '@gan-zoo/compiler';
import {
  averagedNetwork,
  type GivenNetworks,
  type HostNetworkState,
  type NetworkAverage,
} from '@gan-zoo/core';
import type { LoadedStyles } from '../drawing/index.ts';
import { methods } from '../methods/index.ts';
import type { Settings } from '../settings.ts';
import { beginStyles } from './beginStyles.ts';

/**
 * The networks that a fine-tuning begins with: those of the run, averages where it has them, as
 * glyphs are drawn with them.
 *
 * @param config of the fine-tuning
 * @param places of the run's data set, or the next one, whose styles the run was not trained on:
 *   zi2zi lets them begin as the mean of its styles
 */
export function startNetworks(
  {
    state,
    styles,
    config: { method, firstSlot },
  }: Pick<LoadedStyles, 'state' | 'styles' | 'config'>,
  config: Settings,
  places: readonly number[],
): GivenNetworks {
  const parts = state as unknown as Readonly<Record<string, unknown>>;
  const networks = Object.fromEntries(
    Object.entries(parts)
      .filter((entry): entry is [string, HostNetworkState] => isNetwork(entry[1]))
      .map(([name, network]) => {
        const average = parts[`${name}Average`] as NetworkAverage<HostTensor> | undefined;
        const averaged = averagedNetwork<HostTensor>(network, average) as HostNetworkState;
        return [name, config.embedding === 'learned' ? withLearnedStyles(averaged) : averaged];
      }),
  );
  const { styles: rules } = methods[method];
  if (rules.tables === undefined || places.length === 0) return networks;
  const slotOf = (place: number): number => firstSlot + place;
  const from = styles.map(({ place }) => slotOf(place));
  return beginStyles(rules.tables(config), networks, { slots: places.map(slotOf), from });
}

const isNetwork = (part: unknown): part is HostNetworkState =>
  typeof part === 'object' && part !== null && 'params' in part && 'buffers' in part;

/** Style vectors that were frozen, as parameters. */
function withLearnedStyles(network: HostNetworkState): HostNetworkState {
  const { 'embedding.weight': table, ...buffers } = network.buffers;
  if (table === undefined) return network;
  const params = { ...network.params, 'embedding.weight': table };
  return { params: params as HostNetworkState['params'], buffers };
}
