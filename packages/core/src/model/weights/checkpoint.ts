import { createHash } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import type { HostTensor, Tree } from '@gan-zoo/compiler';
import { canonicalJson } from './canonicalJson.ts';
import { carriedBytes, carriedName, carriedTensor } from './carriedBytes.ts';
import type { CheckpointInfo, CheckpointMetadata } from './checkpointMetadata.ts';
import { assertCheckpointFormat, decodeMetadata, encodeMetadata } from './checkpointMetadata.ts';
import { nameState, restoreState } from './checkpointTree.ts';
import { readTensors, writeSafetensors } from './safetensors.ts';
import { withSafetensorsFile } from './safetensorsFile.ts';
import type { SafetensorsHeader } from './safetensorsHeader.ts';
import { encodeHeader, layOutTensors } from './safetensorsHeader.ts';
import { encodeStored } from './storedDtypes.ts';
import type { FileContext } from './weightFileErrors.ts';
import { badFile } from './weightFileErrors.ts';

/** Everything needed to resume a run: its state and what the file says about itself. */
export interface Checkpoint {
  readonly state: Tree<HostTensor>;
  readonly metadata: CheckpointMetadata;
  /** What an app needs besides to use the networks, in a format of its own. */
  readonly carried?: Uint8Array | undefined;
}

const checkpointFile = (file: string): FileContext => ({
  file,
  advice: 'The checkpoint is damaged or incomplete; use another one.',
});

/**
 * Writes a checkpoint: one safetensors file that describes itself. PyTorch finds the networks'
 * weights under its own names behind the network's, such as `generator.main.0.weight`. Equal
 * states give equal bytes. The old file, if any, stays whole until the new one is complete and on
 * the disk; the values are not copied in memory.
 *
 * @param path where the file goes, usually `*.safetensors`; its folder must exist
 * @param checkpoint.state nested records and lists of tensors, such as
 *   `{ generator: { params, buffers }, generatorOptimizer: { step, m, v }, … }`; its values must
 *   not change before the promise settles
 * @param checkpoint.metadata app, step, epoch, configuration and metrics
 * @param checkpoint.carried bytes of the app's own, to be used with the networks
 * @throws UserError when the system refuses to write, or the state or configuration holds
 *   something that cannot be stored
 */
export async function saveCheckpoint(
  path: string,
  {
    state,
    metadata,
    carried,
  }: Pick<Checkpoint, 'state' | 'carried'> & { readonly metadata: CheckpointInfo },
): Promise<void> {
  const { tensors: named, names } = nameState(state);
  const tensors =
    carried === undefined ? named : { ...named, [carriedName]: carriedTensor(carried) };
  const entries = layOutTensors(tensors);
  const hash = createHash('sha256');
  for (const { name } of entries) {
    hash.update(encodeStored(tensors[name]!));
    // Hashing is the one long stretch here: let timers and signals through.
    await setImmediate();
  }
  const strings = {
    ...encodeMetadata(metadata),
    tree: canonicalJson(names, 'tree'),
    dataSha256: hash.digest('hex'),
  };
  const headerSha256 = hashHeader({ metadata: strings, tensors: entries });
  await writeSafetensors(path, tensors, { ...strings, headerSha256 }, 'the checkpoint');
}

/**
 * Reads a checkpoint and checks that it is exactly what was written.
 *
 * @returns the state as it was saved, and the metadata
 * @throws UserError when the file cannot be read, is no checkpoint, or is damaged
 */
export async function loadCheckpoint(path: string): Promise<Checkpoint> {
  const context = checkpointFile(path);
  return await withSafetensorsFile(context, async (file) => {
    const metadata = readMetadata(file.header, context);
    const hash = createHash('sha256');
    const read = await readTensors(file, path, undefined, (bytes) => hash.update(bytes));
    if (hash.digest('hex') !== file.header.metadata['dataSha256']) {
      throw badFile(context, 'the values do not match their checksum');
    }
    const { [carriedName]: packed, ...tensors } = read;
    const state = restoreState(file.header.metadata['tree'], tensors);
    if (state === undefined) throw badFile(context, 'the state does not match its tensors');
    return { state, metadata, carried: packed && carriedBytes(packed) };
  });
}

/**
 * Reads what a checkpoint says about itself without reading its values.
 *
 * @throws UserError when the file cannot be read, is no checkpoint, or its header is damaged
 */
export async function loadCheckpointMetadata(path: string): Promise<CheckpointMetadata> {
  const context = checkpointFile(path);
  return await withSafetensorsFile(context, (file) =>
    Promise.resolve(readMetadata(file.header, context)),
  );
}

function readMetadata(header: SafetensorsHeader, context: FileContext): CheckpointMetadata {
  assertCheckpointFormat(header.metadata, context);
  const { headerSha256, ...metadata } = header.metadata;
  if (hashHeader({ metadata, tensors: header.tensors }) !== headerSha256) {
    throw badFile(context, 'the header does not match its checksum');
  }
  return decodeMetadata(metadata, context);
}

/**
 * Taken over the header as it would be without its own checksum, with the tensors by name: the
 * place in a file does not tell the order of empty ones.
 */
function hashHeader({ metadata, tensors }: SafetensorsHeader): string {
  const byName = [...tensors].sort((a, b) => (a.name < b.name ? -1 : 1));
  return createHash('sha256')
    .update(encodeHeader({ metadata, tensors: byName }))
    .digest('hex');
}
