import type { HostTensor } from '@gan-zoo/compiler';
import { UserError, sizeOf } from '@gan-zoo/compiler';
import { findDuplicateKey } from './duplicateKey.ts';
import type { StoredDtype } from './storedDtypes.ts';
import { STORED_AS, isStoredDtype, itemBytes, storedDtypeNames } from './storedDtypes.ts';
import type { FileContext } from './weightFileErrors.ts';
import { badFile, formatShape } from './weightFileErrors.ts';

/** One tensor of a safetensors file; `begin` and `end` are bytes from the start of the data. */
export interface TensorEntry {
  readonly name: string;
  readonly dtype: StoredDtype;
  readonly shape: readonly number[];
  readonly begin: number;
  readonly end: number;
}

/** What a safetensors file says about itself, its tensors in the order of their bytes. */
export interface SafetensorsHeader {
  readonly metadata: Readonly<Record<string, string>>;
  readonly tensors: readonly TensorEntry[];
}

/** Bytes before the header: its length as a 64-bit number. */
export const LENGTH_BYTES = 8;
/** The reference implementation's limit. */
const MAX_HEADER_BYTES = 100_000_000;
const METADATA_KEY = '__metadata__';
const ALIGNMENT = 8;

/**
 * Places tensors as the reference implementation does: wider elements first, then by the bytes of
 * the names, so that the same tensors give the same file and every tensor is aligned.
 */
export function layOutTensors(tensors: Readonly<Record<string, HostTensor>>): TensorEntry[] {
  const names = Object.keys(tensors).map((name) => ({ name, bytes: Buffer.from(name) }));
  const rank = { float32: 0, int32: 1, bool: 2 } as const;
  names.sort(
    (a, b) =>
      rank[tensors[a.name]!.dtype] - rank[tensors[b.name]!.dtype] ||
      Buffer.compare(a.bytes, b.bytes),
  );
  let end = 0;
  return names.map(({ name }) => {
    const tensor = tensors[name]!;
    assertStorable(name, tensor);
    const begin = end;
    end += tensor.data.byteLength;
    return { name, dtype: STORED_AS[tensor.dtype], shape: tensor.shape, begin, end };
  });
}

/** The bytes of a file before its data: length and JSON, padded with spaces to 8 bytes. */
export function encodeHeader({ metadata, tensors }: SafetensorsHeader): Uint8Array {
  const fields = tensors.map(({ name, dtype, shape, begin, end }) => {
    const entry = { dtype, shape, data_offsets: [begin, end] };
    return `${JSON.stringify(name)}:${JSON.stringify(entry)}`;
  });
  const keys = Object.keys(metadata).sort();
  if (keys.length > 0) {
    const pairs = keys.map((key) => `${JSON.stringify(key)}:${JSON.stringify(metadata[key])}`);
    fields.unshift(`"${METADATA_KEY}":{${pairs.join(',')}}`);
  }
  const json = Buffer.from(`{${fields.join(',')}}`);
  const padded = Math.ceil(json.length / ALIGNMENT) * ALIGNMENT;
  if (padded > MAX_HEADER_BYTES) {
    throw new UserError(
      `safetensors: expected a header of at most ${MAX_HEADER_BYTES} bytes, received ${padded}. ` +
        `Keep large metadata in a file of its own.`,
    );
  }
  const bytes = new Uint8Array(LENGTH_BYTES + padded).fill(0x20);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(padded), true);
  bytes.set(json, LENGTH_BYTES);
  return bytes;
}

/** Reads the header's length from the first 8 bytes. */
export function parseHeaderLength(
  bytes: Uint8Array,
  fileBytes: number,
  context: FileContext,
): number {
  if (bytes.length < LENGTH_BYTES) {
    throw badFile(context, `expected at least ${LENGTH_BYTES} bytes, received ${bytes.length}`);
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, LENGTH_BYTES);
  const length = view.getBigUint64(0, true);
  const room = fileBytes - LENGTH_BYTES;
  if (length > MAX_HEADER_BYTES || length > room) {
    throw badFile(
      context,
      `the header should be ${length} bytes long, but only ${room} bytes follow ` +
        `(at most ${MAX_HEADER_BYTES} are allowed): not a safetensors file, or cut short`,
    );
  }
  return Number(length);
}

/**
 * Reads and checks a header: every tensor's dtype, shape and place.
 *
 * @param bytes the header without its length
 * @param dataBytes how many bytes follow it
 * @throws UserError that says what is wrong with the file
 */
export function parseHeader(
  bytes: Uint8Array,
  dataBytes: number,
  context: FileContext,
): SafetensorsHeader {
  const fields = parseJsonObject(bytes, context);
  const metadata = parseMetadata(fields[METADATA_KEY], context);
  const tensors = Object.entries(fields)
    .filter(([name]) => name !== METADATA_KEY)
    .map(([name, entry]) => parseEntry(name, entry, context))
    .sort((a, b) => a.begin - b.begin || a.end - b.end);
  assertContiguous(tensors, dataBytes, context);
  return { metadata, tensors };
}

function parseJsonObject(bytes: Uint8Array, context: FileContext): Record<string, unknown> {
  let json: string;
  let fields: unknown;
  try {
    json = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    fields = JSON.parse(json);
  } catch (error) {
    throw badFile(context, `the header is not JSON (${(error as Error).message})`);
  }
  if (!isRecord(fields)) throw badFile(context, 'the header is not a JSON object');
  const duplicate = findDuplicateKey(json);
  if (duplicate !== undefined) throw badFile(context, `the name "${duplicate}" stands there twice`);
  return fields;
}

function parseMetadata(value: unknown, context: FileContext): Record<string, string> {
  if (value === undefined) return {};
  if (!isRecord(value) || Object.values(value).some((text) => typeof text !== 'string')) {
    throw badFile(context, `expected ${METADATA_KEY} to be a record of strings`);
  }
  return value as Record<string, string>;
}

function parseEntry(name: string, entry: unknown, context: FileContext): TensorEntry {
  const wrong = (problem: string): UserError => badFile(context, `tensor "${name}": ${problem}`);
  if (!isRecord(entry)) throw wrong('expected a record of dtype, shape and data_offsets');
  const { dtype, shape, data_offsets: offsets } = entry;
  if (!isStoredDtype(dtype)) {
    const received = JSON.stringify(dtype) ?? 'nothing';
    throw wrong(`expected a dtype among ${storedDtypeNames()}, received ${received}`);
  }
  if (!isCounts(shape)) throw wrong('expected a shape of whole numbers from 0');
  if (!isCounts(offsets) || offsets.length !== 2) throw wrong('expected two data_offsets');
  const [begin, end] = offsets as [number, number];
  const expected = sizeOf(shape) * itemBytes(dtype);
  if (end - begin !== expected) {
    throw wrong(
      `expected ${expected} bytes for ${dtype} ${formatShape(shape)}, received ${end - begin}`,
    );
  }
  return { name, dtype, shape, begin, end };
}

function assertContiguous(
  tensors: readonly TensorEntry[],
  dataBytes: number,
  context: FileContext,
): void {
  let position = 0;
  for (const { name, begin, end } of tensors) {
    if (begin !== position) {
      const problem = begin < position ? 'overlaps the tensor before it' : 'comes after a gap';
      throw badFile(
        context,
        `tensor "${name}" ${problem}: it should begin at byte ${position}, but says ${begin}`,
      );
    }
    position = end;
  }
  if (position === dataBytes) return;
  const what = position > dataBytes ? 'the file is cut short' : 'the file has bytes too many';
  throw badFile(context, `${what}: expected ${position} bytes of data, received ${dataBytes}`);
}

function assertStorable(name: string, { dtype, shape, data }: HostTensor): void {
  const wrong = (problem: string): UserError => new UserError(`safetensors: "${name}" ${problem}`);
  if (name === METADATA_KEY) throw wrong('is a reserved name. Rename the tensor.');
  if (!isCounts(shape) || data.length !== sizeOf(shape)) {
    throw wrong(`expected values for shape ${formatShape(shape)}, received ${data.length}.`);
  }
  if (dtype === 'bool' && data.some((flag) => flag > 1)) {
    throw wrong('expected flags of 0 or 1, received other values.');
  }
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isCounts = (value: unknown): value is number[] =>
  Array.isArray(value) && value.every((count) => Number.isSafeInteger(count) && count >= 0);
