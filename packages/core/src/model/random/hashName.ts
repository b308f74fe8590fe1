import type { PhiloxKey } from './philox.ts';

const OFFSET_BASIS = 0xcbf29ce484222325n;
const PRIME = 0x100000001b3n;

/**
 * The 64-bit FNV-1a hash of a text's UTF-8 bytes, as two 32-bit words.
 *
 * @returns `[low word, high word]`, both unsigned
 */
export function hashName(name: string): PhiloxKey {
  let hash = OFFSET_BASIS;
  for (const byte of new TextEncoder().encode(name)) {
    hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * PRIME);
  }
  return [Number(hash & 0xffffffffn), Number(hash >> 32n)];
}
