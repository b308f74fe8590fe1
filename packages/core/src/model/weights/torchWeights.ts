import { readFile } from 'node:fs/promises';
import type { HostTensor } from '@gan-zoo/compiler';
import { UserError } from '@gan-zoo/compiler';
import { pickSection } from './pickSection.ts';
import { isLegacyTorch, isZip, openLegacyTorch, openTorchZip } from './torchContainer.ts';
import { TorchTensor, readWindow } from './torchValues.ts';
import type { FileContext } from './weightFileErrors.ts';
import { badFile, readingError, weightFile } from './weightFileErrors.ts';

/** Records of these names only wrap the weights; they give no prefix. */
const WRAPPERS = new Set(['state_dict', 'model_state_dict']);

/**
 * Reads the weights of a file of `torch.save`, without executing anything of it: both the zip
 * archive of PyTorch 1.6 and newer and the format before it. Half, bfloat16 and double become
 * float32; 8- to 64-bit whole numbers become int32.
 *
 * Where the weights are: a state dict is a dictionary that directly holds tensors under text keys;
 * dictionaries within dictionaries are searched, optimizers (`state` beside `param_groups`) are
 * left out. One state dict gives its names as they are. Of several, each name gets the keys that
 * lead to it in front, joined by dots, such as `generator.main.0.weight` for
 * `{'generator': …, 'discriminator': …}`; the keys `state_dict` and `model_state_dict` do not
 * count. The prefix `module.` of DataParallel is dropped when every name of a state dict has it.
 *
 * @param path recognised by its content, whatever its extension
 * @param section reads only the names that begin with `<section>.`, without that prefix; a file
 *   that has none is taken as a whole
 * @throws UserError when the file cannot be read, is damaged or wants to call anything
 */
export async function readTorchWeights(
  path: string,
  section?: string,
): Promise<Record<string, HostTensor>> {
  let bytes: Uint8Array;
  try {
    bytes = await readFile(path);
  } catch (error) {
    throw readingError(path, error);
  }
  return decodeTorchWeights(bytes, path, section);
}

/**
 * Like {@link readTorchWeights}, for bytes in memory.
 *
 * @param file its name in messages
 */
export function decodeTorchWeights(
  bytes: Uint8Array,
  file = 'torch weights',
  section?: string,
): Record<string, HostTensor> {
  const context = weightFile(file);
  try {
    return decode(bytes, context, section);
  } catch (error) {
    // Whatever a crafted file does to the parsers is the file's fault.
    if (error instanceof UserError) throw error;
    throw badFile(context, `the file is damaged (${(error as Error).message})`);
  }
}

function decode(
  bytes: Uint8Array,
  context: FileContext,
  section?: string,
): Record<string, HostTensor> {
  const { root, readStorage } = openContainer(bytes, context);
  const tensors = joinNames(findStateDicts(root), context);
  if (tensors.size === 0) {
    throw badFile(context, 'expected a dictionary of tensors such as a state_dict, found none');
  }
  const rename = pickSection([...tensors.keys()], section);
  const named: [string, HostTensor][] = [];
  for (const [name, tensor] of tensors) {
    const newName = rename(name);
    if (newName === undefined) continue;
    named.push([newName, readWindow(tensor, readStorage(tensor.storage), name, context)]);
  }
  return Object.fromEntries(named);
}

function openContainer(bytes: Uint8Array, context: FileContext) {
  if (isZip(bytes)) return openTorchZip(bytes, context);
  if (isLegacyTorch(bytes)) return openLegacyTorch(bytes, context);
  throw badFile(context, 'not a file of torch.save');
}

interface StateDict {
  readonly prefix: readonly string[];
  readonly tensors: ReadonlyMap<string, TorchTensor>;
}

function findStateDicts(root: unknown): StateDict[] {
  const found: StateDict[] = [];
  const seen = new Set<unknown>();
  const queue: { node: unknown; path: readonly string[] }[] = [{ node: root, path: [] }];
  for (const { node, path } of queue) {
    if (!(node instanceof Map) || seen.has(node) || isOptimizer(node)) continue;
    seen.add(node);
    const tensors = new Map<string, TorchTensor>();
    for (const [key, value] of node as Map<unknown, unknown>) {
      if (typeof key !== 'string') continue;
      if (value instanceof TorchTensor) tensors.set(key, value);
      else queue.push({ node: value, path: [...path, key] });
    }
    const prefix = path.filter((key) => !WRAPPERS.has(key));
    if (tensors.size > 0) found.push({ prefix, tensors: withoutDataParallel(tensors) });
  }
  return found;
}

const isOptimizer = (node: Map<unknown, unknown>): boolean =>
  node.has('state') && node.has('param_groups');

function withoutDataParallel(
  tensors: ReadonlyMap<string, TorchTensor>,
): ReadonlyMap<string, TorchTensor> {
  const prefix = 'module.';
  if (![...tensors.keys()].every((name) => name.startsWith(prefix))) return tensors;
  return new Map([...tensors].map(([name, tensor]) => [name.slice(prefix.length), tensor]));
}

function joinNames(
  stateDicts: readonly StateDict[],
  context: FileContext,
): ReadonlyMap<string, TorchTensor> {
  if (stateDicts.length === 1) return stateDicts[0]!.tensors;
  const joined = new Map<string, TorchTensor>();
  for (const { prefix, tensors } of stateDicts) {
    for (const [name, tensor] of tensors) {
      const fullName = [...prefix, name].join('.');
      if (joined.has(fullName)) throw badFile(context, `the name "${fullName}" stands there twice`);
      joined.set(fullName, tensor);
    }
  }
  return joined;
}
