import type { HostTensor } from '@gan-zoo/compiler';
import { writeFileAtomically } from '../../base/files/atomicFile.ts';
import type { SafetensorsHeader, TensorEntry } from './safetensorsHeader.ts';
import {
  LENGTH_BYTES,
  encodeHeader,
  layOutTensors,
  parseHeader,
  parseHeaderLength,
} from './safetensorsHeader.ts';
import type { SafetensorsFile } from './safetensorsFile.ts';
import { withSafetensorsFile } from './safetensorsFile.ts';
import { decodeStored, encodeStored } from './storedDtypes.ts';
import { weightFile } from './weightFileErrors.ts';

/** Tensors by name and the strings that a safetensors file carries beside them. */
export interface NamedTensors {
  readonly tensors: Record<string, HostTensor>;
  readonly metadata: Readonly<Record<string, string>>;
}

/**
 * The bytes of a safetensors file piece by piece: the header, then the values of each tensor
 * without a copy. The same tensors and metadata give the same bytes, in whatever order they come.
 *
 * @param tensors by name; stored as F32, I32 or BOOL
 * @param metadata strings to carry along
 * @throws UserError for the reserved name `__metadata__` and for values that do not fit the shape
 */
export function* safetensorsPieces(
  tensors: Readonly<Record<string, HostTensor>>,
  metadata: Readonly<Record<string, string>> = {},
): Generator<Uint8Array, void, undefined> {
  const entries = layOutTensors(tensors);
  yield encodeHeader({ metadata, tensors: entries });
  for (const { name } of entries) yield encodeStored(tensors[name]!);
}

/** Like {@link safetensorsPieces}, as one array of bytes. */
export function encodeSafetensors(
  tensors: Readonly<Record<string, HostTensor>>,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array {
  const pieces = [...safetensorsPieces(tensors, metadata)];
  const bytes = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
  let position = 0;
  for (const piece of pieces) {
    bytes.set(piece, position);
    position += piece.length;
  }
  return bytes;
}

/**
 * Writes a safetensors file as a whole or not at all, without a copy of the values in memory.
 *
 * @param path where the file goes; its folder must exist
 * @param what what the file is, for messages: `the weights`
 * @throws UserError when the system refuses, or for what {@link safetensorsPieces} refuses
 */
export async function writeSafetensors(
  path: string,
  tensors: Readonly<Record<string, HostTensor>>,
  metadata: Readonly<Record<string, string>> = {},
  what = 'the weights',
): Promise<void> {
  await writeFileAtomically(path, safetensorsPieces(tensors, metadata), what);
}

/**
 * Reads the bytes of a safetensors file. F32 and I32 values share memory with `bytes` where their
 * place is aligned; F16, BF16 and F64 become float32; I64, I16, I8 and U8 become int32.
 *
 * @param bytes the whole file
 * @param file its name in messages
 * @throws UserError that says what is wrong with the file
 */
export function decodeSafetensors(bytes: Uint8Array, file = 'safetensors'): NamedTensors {
  const context = weightFile(file);
  const length = parseHeaderLength(bytes, bytes.length, context);
  const data = bytes.subarray(LENGTH_BYTES + length);
  const header = parseHeader(
    bytes.subarray(LENGTH_BYTES, LENGTH_BYTES + length),
    data.length,
    context,
  );
  const named = header.tensors.map((entry) => {
    return [entry.name, toHostTensor(entry, data.subarray(entry.begin, entry.end), file)] as const;
  });
  return { tensors: Object.fromEntries(named), metadata: header.metadata };
}

/**
 * Reads a safetensors file, tensor by tensor into memory of its own.
 *
 * @throws UserError when the file cannot be read, or says what is wrong with it
 */
export async function readSafetensors(path: string): Promise<NamedTensors> {
  return await withSafetensorsFile(weightFile(path), async (file) => ({
    tensors: await readTensors(file, path),
    metadata: file.header.metadata,
  }));
}

/**
 * Reads names, dtypes, shapes and metadata of a safetensors file, but not its data.
 *
 * @throws UserError when the file cannot be read, or says what is wrong with it
 */
export async function readSafetensorsHeader(path: string): Promise<SafetensorsHeader> {
  return await withSafetensorsFile(weightFile(path), (file) => Promise.resolve(file.header));
}

/**
 * Reads tensors of an open file in the order of their bytes.
 *
 * @param rename gives a tensor's name in the result, or undefined to leave it in the file
 * @param onBytes sees the stored bytes of each tensor that is read
 */
export async function readTensors(
  file: SafetensorsFile,
  path: string,
  rename: (name: string) => string | undefined = (name) => name,
  onBytes: (bytes: Uint8Array) => void = () => undefined,
): Promise<Record<string, HostTensor>> {
  const named: [string, HostTensor][] = [];
  for (const entry of file.header.tensors) {
    const name = rename(entry.name);
    if (name === undefined) continue;
    const bytes = await file.read(entry);
    onBytes(bytes);
    named.push([name, toHostTensor(entry, bytes, path)]);
  }
  return Object.fromEntries(named);
}

function toHostTensor(entry: TensorEntry, bytes: Uint8Array, file: string): HostTensor {
  const values = decodeStored(entry.dtype, bytes, `${file}: tensor "${entry.name}"`);
  return { ...values, shape: entry.shape };
}
