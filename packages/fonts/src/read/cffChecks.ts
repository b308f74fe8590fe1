import { unusableFont, viewOf } from './unusableFont.ts';

/** A list of byte strings within a CFF table. */
interface CffIndex {
  readonly items: readonly Uint8Array[];
  /** Where the next structure begins. */
  readonly end: number;
}

const operators = { charset: 15, charStrings: 17, private: 18, subrs: 19, fdArray: 1236 } as const;

/**
 * Checks the skeleton of a CFF table before it is parsed: every list's items lie within the table
 * in ascending order, so that what is read is never more than the table itself.
 *
 * @throws FontError when one does not
 */
export function assertCff(cff: Uint8Array, file: string): void {
  try {
    if (cff[0] !== 1) throw new Damage(`CFF version ${cff[0]}`);
    const names = readIndex(cff, cff[2]!);
    const dicts = readIndex(cff, names.end);
    if (dicts.items.length !== 1) throw new Damage(`${dicts.items.length} fonts in it`);
    readIndex(cff, readIndex(cff, dicts.end).end);
    const top = readDict(dicts.items[0]!);
    readIndex(cff, placeIn(top, operators.charStrings));
    assertPrivate(cff, top);
    if (!top.has(operators.fdArray)) return;
    for (const item of readIndex(cff, placeIn(top, operators.fdArray)).items) {
      assertPrivate(cff, readDict(item));
    }
  } catch (error) {
    if (!(error instanceof RangeError) && !(error instanceof Damage)) throw error;
    const received = error instanceof Damage ? error.message : 'one that ends too early';
    throw unusableFont({ file, expected: 'a whole table CFF of version 1', received });
  }
}

class Damage extends Error {}

type Dict = ReadonlyMap<number, readonly number[]>;

function placeIn(dict: Dict, operator: number): number {
  const place = dict.get(operator)?.at(-1);
  if (place !== undefined && place > 0) return place;
  throw new Damage(`no place of structure ${operator}`);
}

function assertPrivate(cff: Uint8Array, dict: Dict): void {
  const [size, offset] = dict.get(operators.private) ?? [0, 0];
  if (!size || !offset) return;
  if (size < 0 || offset < 0 || offset + size > cff.length) {
    throw new Damage('a private dictionary beyond its end');
  }
  const subrs = readDict(cff.subarray(offset, offset + size)).get(operators.subrs)?.[0];
  if (subrs !== undefined && subrs !== 0) readIndex(cff, offset + subrs);
}

function readIndex(cff: Uint8Array, at: number): CffIndex {
  const view = viewOf(cff);
  const count = view.getUint16(at);
  if (count === 0) return { items: [], end: at + 2 };
  const width = view.getUint8(at + 2);
  if (width < 1 || width > 4) throw new Damage(`offsets of ${width} bytes`);
  const offsetAt = (place: number): number => {
    let offset = 0;
    for (let byte = 0; byte < width; byte++) {
      offset = offset * 256 + view.getUint8(at + 3 + place * width + byte);
    }
    return offset;
  };
  const base = at + 2 + (count + 1) * width;
  const items: Uint8Array[] = [];
  let from = offsetAt(0);
  if (from !== 1) throw new Damage(`a list that begins at ${from}`);
  for (let place = 1; place <= count; place++) {
    const to = offsetAt(place);
    if (to < from || base + to > cff.length) throw new Damage('a list that runs beyond its end');
    items.push(cff.subarray(base + from, base + to));
    from = to;
  }
  return { items, end: base + from };
}

/** Operands by operator; an operator of two bytes 12, n is 1200 + n. */
function readDict(bytes: Uint8Array): Dict {
  const view = viewOf(bytes);
  const dict = new Map<number, readonly number[]>();
  let operands: number[] = [];
  for (let at = 0; at < bytes.length;) {
    const first = view.getUint8(at++);
    if (first <= 21) {
      dict.set(first === 12 ? 1200 + view.getUint8(at++) : first, operands);
      operands = [];
    } else if (first === 28) {
      operands.push(view.getInt16(at));
      at += 2;
    } else if (first === 29) {
      operands.push(view.getInt32(at));
      at += 4;
    } else if (first === 30) {
      while ((view.getUint8(at++) & 0xf) !== 0xf);
      operands.push(NaN);
    } else if (first >= 32 && first <= 246) operands.push(first - 139);
    else if (first >= 247 && first <= 250)
      operands.push((first - 247) * 256 + view.getUint8(at++) + 108);
    else if (first >= 251 && first <= 254)
      operands.push((251 - first) * 256 - view.getUint8(at++) - 108);
    else throw new Damage(`byte ${first} in a dictionary`);
  }
  return dict;
}
