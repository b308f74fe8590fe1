import type { HostTensor, Tree } from '@gan-zoo/compiler';
import type { HostNetworkState } from '../../model/layers/index.ts';
import { createRandom } from '../../model/random/index.ts';
import { isBatchCounter, loadWeights, matchWeights } from '../../model/weights/index.ts';
import type { AnyGanDefinition, GivenNetworks } from '../../gan/definition/definition.ts';
import type { TrainConfig } from '../../gan/definition/trainFields.ts';

/** The state before the first step, with the weights of `--weights` where that is given. */
export async function initialState(
  definition: AnyGanDefinition,
  config: TrainConfig,
  resolvePath: (path: string) => string,
): Promise<Tree<HostTensor>> {
  const fresh = definition.initState(config, createRandom(config.seed));
  if (config.weights === undefined) return fresh;
  const path = resolvePath(config.weights);
  const given = (await definition.readWeights?.(path, config)) ?? (await readSections(path, fresh));
  // Averages and optimizers begin with the weights that the networks have.
  return definition.initState(config, createRandom(config.seed), given);
}

/** Reads every network of a state from its section of a file. */
async function readSections(path: string, state: Tree<HostTensor>): Promise<GivenNetworks> {
  const networks = Object.entries(state as Record<string, unknown>).filter(
    (entry): entry is [string, HostNetworkState] => isNetworkState(entry[1]),
  );
  const loaded = await Promise.all(
    networks.map(async ([name, { params, buffers }]) => {
      const { tensors } = await loadWeights(path, { section: name });
      const expected = { ...params, ...buffers };
      const found = matchWeights(expected, tensors, {
        who: `--weights, ${name}`,
        optional: isBatchCounter,
      });
      const pick = (own: Record<string, HostTensor>): Record<string, HostTensor> =>
        Object.fromEntries(Object.keys(own).map((key) => [key, found[key]!]));
      return [name, { params: pick(params), buffers: pick(buffers) }] as const;
    }),
  );
  return Object.fromEntries(loaded);
}

const isNetworkState = (part: unknown): part is HostNetworkState =>
  typeof part === 'object' && part !== null && 'params' in part && 'buffers' in part;
