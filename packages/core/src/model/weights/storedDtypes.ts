import type { HostDtype, HostTensor } from '@gan-zoo/compiler';
import { UserError } from '@gan-zoo/compiler';

/** The element types that weight files may hold, in the spelling of the safetensors format. */
export type StoredDtype =
  'F64' | 'F32' | 'F16' | 'BF16' | 'I64' | 'I32' | 'I16' | 'I8' | 'U8' | 'BOOL';

/** The values of a tensor whose shape is kept elsewhere. */
export type HostValues = Pick<HostTensor, 'dtype' | 'data'>;

interface StoredRule {
  readonly itemBytes: number;
  /** Turns little-endian bytes, aligned to `itemBytes`, into values in ordinary memory. */
  readonly decode: (bytes: Uint8Array, who: string) => HostValues;
}

const STORED: Readonly<Record<StoredDtype, StoredRule>> = {
  F64: { itemBytes: 8, decode: (bytes, who) => float32(narrowDoubles(f64View(bytes), who)) },
  F32: { itemBytes: 4, decode: (bytes) => float32(f32View(bytes)) },
  F16: { itemBytes: 2, decode: (bytes) => float32(fromHalves(u16View(bytes))) },
  BF16: { itemBytes: 2, decode: (bytes) => float32(fromBrainFloats(u16View(bytes))) },
  I64: { itemBytes: 8, decode: (bytes, who) => int32(narrowLongs(i64View(bytes), who)) },
  I32: { itemBytes: 4, decode: (bytes) => int32(i32View(bytes)) },
  I16: { itemBytes: 2, decode: (bytes) => int32(Int32Array.from(i16View(bytes))) },
  I8: { itemBytes: 1, decode: (bytes) => int32(Int32Array.from(i8View(bytes))) },
  U8: { itemBytes: 1, decode: (bytes) => int32(Int32Array.from(bytes)) },
  BOOL: { itemBytes: 1, decode: (bytes) => ({ dtype: 'bool', data: bytes.map(toFlag) }) },
};

/** How each dtype of host tensors is stored. */
export const STORED_AS: Readonly<Record<HostDtype, StoredDtype>> = {
  float32: 'F32',
  int32: 'I32',
  bool: 'BOOL',
};

/** Tells an element type that {@link decodeStored} reads. */
export const isStoredDtype = (name: unknown): name is StoredDtype =>
  typeof name === 'string' && Object.hasOwn(STORED, name);

/** The names of all readable element types, for messages. */
export const storedDtypeNames = (): string => Object.keys(STORED).join(', ');

/** Bytes per element. */
export const itemBytes = (dtype: StoredDtype): number => STORED[dtype].itemBytes;

/**
 * Turns stored bytes into values in ordinary memory: floating-point numbers become float32,
 * whole numbers int32, flags 0 or 1. The values share memory with `bytes` where nothing has to be
 * converted and the bytes are aligned. Files are little-endian, as is every machine this runs on.
 *
 * @param dtype the element type of the bytes
 * @param bytes a whole number of elements
 * @param who names the file and the tensor in messages
 * @throws UserError when a 64-bit value fits neither int32 nor float32
 */
export function decodeStored(dtype: StoredDtype, bytes: Uint8Array, who: string): HostValues {
  const rule = STORED[dtype];
  const aligned = bytes.byteOffset % rule.itemBytes === 0 ? bytes : new Uint8Array(bytes);
  return rule.decode(aligned, who);
}

/** The bytes of a host tensor's values, without a copy. */
export const encodeStored = ({ data }: HostTensor): Uint8Array =>
  new Uint8Array(data.buffer, data.byteOffset, data.byteLength);

const float32 = (data: Float32Array): HostValues => ({ dtype: 'float32', data });
const int32 = (data: Int32Array): HostValues => ({ dtype: 'int32', data });
const toFlag = (byte: number): number => (byte === 0 ? 0 : 1);

type View<T> = (bytes: Uint8Array) => T;
const f64View: View<Float64Array> = (b) => new Float64Array(b.buffer, b.byteOffset, b.length / 8);
const f32View: View<Float32Array> = (b) => new Float32Array(b.buffer, b.byteOffset, b.length / 4);
const i64View: View<BigInt64Array> = (b) => new BigInt64Array(b.buffer, b.byteOffset, b.length / 8);
const i32View: View<Int32Array> = (b) => new Int32Array(b.buffer, b.byteOffset, b.length / 4);
const u16View: View<Uint16Array> = (b) => new Uint16Array(b.buffer, b.byteOffset, b.length / 2);
const i16View: View<Int16Array> = (b) => new Int16Array(b.buffer, b.byteOffset, b.length / 2);
const i8View: View<Int8Array> = (b) => new Int8Array(b.buffer, b.byteOffset, b.length);

function narrowDoubles(values: Float64Array, who: string): Float32Array {
  const result = Float32Array.from(values);
  const lost = result.findIndex(
    (value, i) => !Number.isFinite(value) && Number.isFinite(values[i]),
  );
  if (lost >= 0) throw outOfRange(who, values[lost]!, 'float32');
  return result;
}

function narrowLongs(values: BigInt64Array, who: string): Int32Array {
  const result = new Int32Array(values.length);
  values.forEach((value, i) => {
    if (value !== BigInt.asIntN(32, value)) throw outOfRange(who, value, 'int32');
    result[i] = Number(value);
  });
  return result;
}

function outOfRange(who: string, value: number | bigint, dtype: HostDtype): UserError {
  return new UserError(
    `${who}: expected values that fit ${dtype}, received ${value}. ` +
      `Convert the tensor before it is saved, or leave it out of the file.`,
  );
}

/** A bfloat16 is the upper half of a float32. */
function fromBrainFloats(halves: Uint16Array): Float32Array {
  const bits = Uint32Array.from(halves, (half) => half << 16);
  return new Float32Array(bits.buffer);
}

function fromHalves(halves: Uint16Array): Float32Array {
  const bits = Uint32Array.from(halves, halfToFloatBits);
  return new Float32Array(bits.buffer);
}

/** Bits of an IEEE binary16 (1 sign, 5 exponent, 10 fraction) → bits of the same binary32. */
function halfToFloatBits(half: number): number {
  const sign = (half & 0x8000) << 16;
  const exponent = (half >> 10) & 0x1f;
  const fraction = half & 0x3ff;
  if (exponent === 0x1f) return sign | 0x7f800000 | (fraction << 13);
  if (exponent > 0) return sign | ((exponent + 112) << 23) | (fraction << 13);
  if (fraction === 0) return sign;
  // Subnormal: shift the leading one out of the fraction.
  const shift = Math.clz32(fraction) - 21;
  return sign | ((113 - shift) << 23) | (((fraction << shift) & 0x3ff) << 13);
}
