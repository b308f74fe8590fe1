import { unzipSync } from 'fflate';
import type { HostValues } from './storedDtypes.ts';
import { decodeStored, itemBytes } from './storedDtypes.ts';
import { readPickle } from './torchPickle.ts';
import type { TorchStorage } from './torchValues.ts';
import type { FileContext } from './weightFileErrors.ts';
import { badFile } from './weightFileErrors.ts';

/** What a file of `torch.save` holds: the object it was given, and the values of its storages. */
export interface TorchContainer {
  readonly root: unknown;
  readonly readStorage: (storage: TorchStorage) => HostValues;
}

const ZIP_START = [0x50, 0x4b, 0x03, 0x04];
/** Protocol 2, then the number 0x1950a86a20f9469cfc6c, then the end of the pickle. */
const LEGACY_START = [
  0x80, 0x02, 0x8a, 0x0a, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19, 0x2e,
];
const LEGACY_PROTOCOL = 1001;

const startsWith = (bytes: Uint8Array, start: readonly number[]): boolean =>
  start.every((byte, i) => bytes[i] === byte);

/** Tells a zip archive, as PyTorch writes it since 1.6, from its first bytes. */
export const isZip = (bytes: Uint8Array): boolean => startsWith(bytes, ZIP_START);

/** Tells the format of PyTorch before 1.6 from its first bytes. */
export const isLegacyTorch = (bytes: Uint8Array): boolean => startsWith(bytes, LEGACY_START);

/**
 * Opens the zip archive that PyTorch writes since 1.6: `<name>/data.pkl` describes, and one record
 * `<name>/data/<key>` holds each storage.
 *
 * @throws UserError when it is another archive, damaged, or wants to call anything
 */
export function openTorchZip(bytes: Uint8Array, context: FileContext): TorchContainer {
  const names = listRecords(bytes, context);
  const pickle = names.find((name) => /^[^/]+\/data\.pkl$/.test(name));
  if (pickle === undefined) {
    throw badFile(context, 'a zip archive without data.pkl: not written by torch.save');
  }
  const folder = pickle.slice(0, -'data.pkl'.length);
  if (names.includes(`${folder}byteorder`)) {
    const order = new TextDecoder().decode(readRecord(bytes, `${folder}byteorder`, context));
    if (order !== 'little')
      throw badFile(context, `expected little-endian data, received ${order}`);
  }
  const root = readPickle(readRecord(bytes, pickle, context), context).next();
  const readStorage = rememberLast((storage) => {
    const record = readRecord(bytes, `${folder}data/${storage.key}`, context);
    return decodeStorage(storage, record, context);
  });
  return { root, readStorage };
}

/**
 * Opens the format before PyTorch 1.6: pickles of a magic number, a protocol, the machine, the
 * object and the keys of its storages, then each storage as its length and its values.
 *
 * @throws UserError when it is damaged, or wants to call anything
 */
export function openLegacyTorch(bytes: Uint8Array, context: FileContext): TorchContainer {
  const pickles = readPickle(bytes.subarray(LEGACY_START.length), context);
  const protocol = pickles.next();
  if (protocol !== LEGACY_PROTOCOL) {
    throw badFile(context, `expected protocol ${LEGACY_PROTOCOL}, received ${String(protocol)}`);
  }
  const machine = pickles.next();
  if (machine instanceof Map && machine.get('little_endian') === false) {
    throw badFile(context, 'expected little-endian data, received big-endian');
  }
  const root = pickles.next();
  const keys = pickles.next();
  if (!Array.isArray(keys)) throw badFile(context, 'expected a list of storages');
  const blocks = bytes.subarray(LEGACY_START.length + pickles.position());
  const places = placeBlocks(keys.map(String), pickles.storages, blocks, context);
  const readStorage = rememberLast((storage) => {
    const block = places.get(storage.key);
    if (block === undefined) throw badFile(context, `storage ${storage.key} is missing`);
    return decodeStorage(storage, block, context);
  });
  return { root, readStorage };
}

/** Finds the bytes of each storage; a block is its length in elements, then its values. */
function placeBlocks(
  keys: readonly string[],
  storages: ReadonlyMap<string, TorchStorage>,
  blocks: Uint8Array,
  context: FileContext,
): ReadonlyMap<string, Uint8Array> {
  const view = new DataView(blocks.buffer, blocks.byteOffset, blocks.byteLength);
  const places = new Map<string, Uint8Array>();
  let position = 0;
  for (const key of keys) {
    const storage = storages.get(key);
    if (storage === undefined) throw badFile(context, `storage ${key} belongs to no tensor`);
    const start = position + 8;
    if (start > blocks.length) throw badFile(context, `the file is cut short at storage ${key}`);
    const length = Number(view.getBigUint64(position, true)) * itemBytes(storage.dtype);
    position = start + length;
    places.set(key, blocks.subarray(start, position));
  }
  return places;
}

function decodeStorage(storage: TorchStorage, bytes: Uint8Array, context: FileContext): HostValues {
  const expected = storage.length * itemBytes(storage.dtype);
  if (bytes.length !== expected) {
    throw badFile(
      context,
      `storage ${storage.key} should have ${expected} bytes, received ${bytes.length}`,
    );
  }
  return decodeStored(storage.dtype, bytes, `${context.file}: storage ${storage.key}`);
}

/** Tensors that share a storage mostly follow one another; keeping more would double the memory. */
function rememberLast(read: TorchContainer['readStorage']): TorchContainer['readStorage'] {
  let last: { storage: TorchStorage; values: HostValues } | undefined;
  return (storage) => {
    if (last?.storage.key !== storage.key || last.storage.dtype !== storage.dtype) {
      last = { storage, values: read(storage) };
    }
    return last.values;
  };
}

function listRecords(bytes: Uint8Array, context: FileContext): string[] {
  const names: string[] = [];
  unzip(bytes, context, (name) => {
    names.push(name);
    return false;
  });
  return names;
}

function readRecord(bytes: Uint8Array, wanted: string, context: FileContext): Uint8Array {
  const record = unzip(bytes, context, (name) => name === wanted)[wanted];
  if (record === undefined) throw badFile(context, `the record ${wanted} is missing`);
  return record;
}

/** PyTorch stores records as they are; a compressed one could claim any size. */
function unzip(
  bytes: Uint8Array,
  context: FileContext,
  isWanted: (name: string) => boolean,
): Record<string, Uint8Array> {
  return unzipSync(bytes, {
    filter: ({ name, size, compression }) => {
      if (name === '' || size > bytes.length) throw badFile(context, 'the zip archive is damaged');
      if (!isWanted(name)) return false;
      if (compression === 0) return true;
      throw badFile(context, `the record ${name} is compressed, which torch.save never does`);
    },
  });
}
