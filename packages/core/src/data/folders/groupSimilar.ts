/** What two pictures are compared by. */
export interface ImageLook {
  readonly path: string;
  /** 64 bits in two 32-bit whole numbers. */
  readonly low: number;
  readonly high: number;
  /** A very small version of the picture; equally long for all. */
  readonly colours: Uint8Array;
}

/**
 * Groups what differs in at most `threshold` bits and, on average, `tolerance` steps of colour.
 *
 * Not every pair is compared: the 64 bits are cut into `threshold + 1` bands, and of two pictures
 * that differ in no more than `threshold` bits at least one band must be equal. So only pictures
 * that share a band meet.
 *
 * @returns the paths of each group of two or more, in the order of the looks
 */
export function groupSimilar(
  looks: readonly ImageLook[],
  threshold: number,
  tolerance: number,
): string[][] {
  const parents = Int32Array.from(looks, (_, index) => index);
  for (const band of bandsOf(threshold + 1)) {
    for (const members of membersByBand(looks, band).values()) {
      joinSimilar(looks, members, parents, threshold, tolerance);
    }
  }
  const groups = new Map<number, string[]>();
  looks.forEach(({ path }, index) => append(groups, rootOf(parents, index), path));
  return [...groups.values()].filter((group) => group.length > 1);
}

/** A selection of the 64 bits. */
interface Band {
  readonly low: number;
  readonly high: number;
}

function bandsOf(count: number): Band[] {
  const bands = Array.from({ length: count }, () => ({ low: 0, high: 0 }));
  for (let bit = 0; bit < 64; bit++) {
    const band = bands[Math.floor((bit * count) / 64)]!;
    if (bit < 32) band.low |= 1 << bit;
    else band.high |= 1 << (bit - 32);
  }
  return bands;
}

function membersByBand(looks: readonly ImageLook[], band: Band): Map<string, number[]> {
  const members = new Map<string, number[]>();
  looks.forEach(({ low, high }, index) => {
    append(members, `${low & band.low} ${high & band.high}`, index);
  });
  return members;
}

function append<Key, Value>(lists: Map<Key, Value[]>, key: Key, value: Value): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [value]);
  else list.push(value);
}

function joinSimilar(
  looks: readonly ImageLook[],
  members: readonly number[],
  parents: Int32Array,
  threshold: number,
  tolerance: number,
): void {
  for (let place = 1; place < members.length; place++) {
    const index = members[place]!;
    const look = looks[index]!;
    for (let earlier = 0; earlier < place; earlier++) {
      const other = members[earlier]!;
      const otherLook = looks[other]!;
      if (differingBits(look, otherLook) > threshold) continue;
      const [root, otherRoot] = [rootOf(parents, index), rootOf(parents, other)];
      if (root === otherRoot || !areColoursNear(look.colours, otherLook.colours, tolerance)) {
        continue;
      }
      parents[Math.max(root, otherRoot)] = Math.min(root, otherRoot);
    }
  }
}

/** The first member of the group that an image belongs to so far (union–find, halving paths). */
function rootOf(parents: Int32Array, index: number): number {
  let root = index;
  while (parents[root] !== root) {
    parents[root] = parents[parents[root]!]!;
    root = parents[root]!;
  }
  return root;
}

const differingBits = (left: ImageLook, right: ImageLook): number =>
  countBits(left.low ^ right.low) + countBits(left.high ^ right.high);

/** Ones in 32 bits, added up in pairs, fours and bytes. */
function countBits(bits: number): number {
  const pairs = bits - ((bits >>> 1) & 0x55555555);
  const fours = (pairs & 0x33333333) + ((pairs >>> 2) & 0x33333333);
  return Math.imul((fours + (fours >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}

function areColoursNear(left: Uint8Array, right: Uint8Array, tolerance: number): boolean {
  const limit = tolerance * left.length;
  let difference = 0;
  for (let at = 0; at < left.length && difference <= limit; at++) {
    difference += Math.abs(left[at]! - right[at]!);
  }
  return difference <= limit;
}
