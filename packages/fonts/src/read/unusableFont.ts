import { FontError } from '../fontError.ts';

/** Largest font file that is read, and largest content that a compressed one may unfold to. */
export const maxFontBytes = 256 * 2 ** 20;

/** What is wrong with a font file, as the parts of a message. */
export interface FontFault {
  /** The file as the user knows it. */
  readonly file: string;
  readonly expected: string;
  readonly received: string;
  /** Default: that the file is damaged and should be replaced. */
  readonly next?: string;
}

/** The error for a font file that cannot be used. */
export function unusableFont({ file, expected, received, next }: FontFault): FontError {
  const advice = next ?? 'The file is damaged or cut off: get it again, or leave it out.';
  return new FontError(`font "${file}": expected ${expected}, received ${received}. ${advice}`);
}

/** A view for reading big-endian numbers; reads beyond the end throw a RangeError. */
export const viewOf = (bytes: Uint8Array): DataView =>
  new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/** Four letters at a place, as in `glyf`; shorter at the end of the bytes. */
export const tagAt = (bytes: Uint8Array, at: number): string =>
  String.fromCharCode(...bytes.subarray(at, at + 4));

/** Letters of a tag, or its bytes in hexadecimal where they are not printable. */
export function printableTag(bytes: Uint8Array, at = 0): string {
  const tag = tagAt(bytes, at);
  if (/^[ -~]{4}$/.test(tag)) return `"${tag}"`;
  return `0x${Buffer.from(bytes.subarray(at, at + 4)).toString('hex')}`;
}
