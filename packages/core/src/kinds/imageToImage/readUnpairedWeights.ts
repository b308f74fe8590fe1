import { readdir, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { UserError, type HostTensor } from '@gan-zoo/compiler';
import type { HostNetworkState, Module } from '../../model/layers/index.ts';
import { isBatchCounter, loadWeights, matchWeights } from '../../model/weights/index.ts';

/** The networks of a game over two domains. */
type NetworkName = 'generatorAtoB' | 'generatorBtoA' | 'discriminatorA' | 'discriminatorB';

/**
 * The networks of the authors' program by its names, with which their files end. There a
 * discriminator has the letter of the generator that it trains; here, of the domain that it judges.
 */
const published: Readonly<Record<string, NetworkName>> = {
  net_G_A: 'generatorAtoB',
  net_G_B: 'generatorBtoA',
  net_D_A: 'discriminatorB',
  net_D_B: 'discriminatorA',
};

/**
 * Reads what `--weights` names, to start a training from.
 *
 * - a folder of the authors' program: `latest_net_G_A.pth`, `latest_net_G_B.pth` and, when they are
 *   there, the discriminators (`latest` or any other one beginning)
 * - one such file: that network alone
 * - a file with several networks, under their names here (`generatorAtoB.model.1.weight`), such as
 *   a checkpoint
 * - any other file: the generator from A to B, as the authors publish single generators
 *
 * @returns the networks that were found; the others are to start fresh
 * @throws UserError when nothing fits, or a network is of another shape than the configuration's
 */
export async function readUnpairedWeights(
  path: string,
  modules: Readonly<Record<NetworkName, Module>>,
): Promise<Partial<Record<NetworkName, HostNetworkState>>> {
  const networkNames = Object.keys(modules) as NetworkName[];
  const found: Partial<Record<NetworkName, HostNetworkState>> = {};
  for (const { file, name } of await filesOf(path)) {
    const { tensors } = await loadWeights(file);
    const sections = name === undefined ? networkNames.filter(isIn(tensors)) : [];
    for (const section of sections) {
      const own = await loadWeights(file, { section });
      found[section] = stateOf(modules[section], own.tensors, `--weights ${file}, ${section}`);
    }
    if (sections.length > 0) continue;
    const network = name ?? 'generatorAtoB';
    found[network] = stateOf(modules[network], tensors, `--weights ${file}, ${network}`);
  }
  return found;
}

const isIn =
  (tensors: Readonly<Record<string, HostTensor>>) =>
  (section: string): boolean =>
    Object.keys(tensors).some((name) => name.startsWith(`${section}.`));

interface WeightFile {
  readonly file: string;
  /** Undefined for a file whose name does not tell. */
  readonly name: NetworkName | undefined;
}

const nameOf = (file: string): NetworkName | undefined =>
  published[/net_[GD]_[AB](?=\.\w+$)/.exec(basename(file))?.[0] ?? ''];

/** The files to read; of a folder, those whose names tell their network. */
async function filesOf(path: string): Promise<WeightFile[]> {
  const isFolder = (await stat(path).catch(() => undefined))?.isDirectory() ?? false;
  if (!isFolder) return [{ file: path, name: nameOf(path) }];
  const files = (await readdir(path)).sort().filter((name) => nameOf(name) !== undefined);
  const latest = files.filter((name) => name.startsWith('latest_'));
  const chosen = latest.length > 0 ? latest : files;
  const names = chosen.map(nameOf);
  if (chosen.length > 0 && new Set(names).size === names.length) {
    return chosen.map((name, index) => ({ file: join(path, name), name: names[index] }));
  }
  throw new UserError(
    `--weights ${path}: expected a folder with one file for each network, such as ` +
      `latest_net_G_A.pth and latest_net_G_B.pth, found ${files.join(', ') || 'none of such names'}. ` +
      `Name a file, or leave one of each in the folder.`,
  );
}

function stateOf(
  { parameters }: Module,
  tensors: Readonly<Record<string, HostTensor>>,
  who: string,
): HostNetworkState {
  // Statistics of instance norms, in files from before PyTorch 0.4, have no use.
  const used = Object.entries(tensors).filter(
    ([name]) => parameters[name] !== undefined || !/\.running_(mean|var)$/.test(name),
  );
  const options = { who, optional: isBatchCounter };
  const weights = matchWeights(parameters, Object.fromEntries(used), options);
  const state: HostNetworkState = { params: {}, buffers: {} };
  for (const [name, { kind }] of Object.entries(parameters)) {
    state[kind === 'parameter' ? 'params' : 'buffers'][name] = weights[name]!;
  }
  return state;
}
