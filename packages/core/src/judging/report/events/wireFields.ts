/**
 * A protobuf message as its encoded fields. Event files need six small messages that have not
 * changed in years: a schema compiler would weigh more than these few lines.
 */
export type WireMessage = readonly Uint8Array[];

const VARINT = 0;
const FIXED64 = 1;
const LENGTH_DELIMITED = 2;
const FIXED32 = 5;

/** An integer field (int32, int64, enum). @param value 0 … 2⁵³ − 1 */
export const integerField = (field: number, value: number): Uint8Array =>
  Buffer.concat([tag(field, VARINT), varint(value)]);

/** A `double` field. */
export function doubleField(field: number, value: number): Uint8Array {
  const bytes = Buffer.alloc(8);
  bytes.writeDoubleLE(value);
  return Buffer.concat([tag(field, FIXED64), bytes]);
}

/** A `float` field; NaN and infinities are values like others. */
export function floatField(field: number, value: number): Uint8Array {
  const bytes = Buffer.alloc(4);
  bytes.writeFloatLE(value);
  return Buffer.concat([tag(field, FIXED32), bytes]);
}

/** A `string` (UTF-8), `bytes` or message field. */
export function bytesField(field: number, value: string | Uint8Array | WireMessage): Uint8Array {
  const bytes =
    typeof value === 'string'
      ? Buffer.from(value)
      : value instanceof Uint8Array
        ? value
        : Buffer.concat(value);
  return Buffer.concat([tag(field, LENGTH_DELIMITED), varint(bytes.length), bytes]);
}

const tag = (field: number, wireType: number): Uint8Array => varint(field * 8 + wireType);

/** Seven bits a byte, the lowest first; the high bit says that more follow. */
function varint(value: number): Uint8Array {
  if (!Number.isSafeInteger(value) || value < 0) {
    throw new RangeError(`varint: expected an integer from 0 to 2^53 - 1, received ${value}.`);
  }
  const bytes: number[] = [];
  let rest = value;
  while (rest >= 128) {
    bytes.push((rest % 128) + 128);
    rest = Math.floor(rest / 128);
  }
  bytes.push(rest);
  return Uint8Array.from(bytes);
}
