import type { SfntTables } from './sfntTables.ts';
import { viewOf } from './unusableFont.ts';

/** What one glyph may ask for at most, its components included. */
const limits = { points: 50_000, contours: 4_096, parts: 256, depth: 8 } as const;

/** Says of a glyph whether its outline can be read in bounded time and memory. */
export type GlyphCheck = (glyph: number) => boolean;

/**
 * Checks TrueType outlines before they are parsed: that a glyph lies within its table, that its
 * contours are in order, and that components of components do not multiply without end.
 *
 * @param tables with `glyf` and a `loca` that is long enough
 */
export function createGlyfCheck(tables: SfntTables, shortOffsets: boolean): GlyphCheck {
  const glyf = tables.get('glyf')!;
  const loca = viewOf(tables.get('loca')!);
  const glyphCount = loca.byteLength / (shortOffsets ? 2 : 4) - 1;
  const offsetOf = (glyph: number): number =>
    shortOffsets ? 2 * loca.getUint16(2 * glyph) : loca.getUint32(4 * glyph);
  const isSound = (
    glyph: number,
    spent: { points: number; parts: number },
    depth: number,
  ): boolean => {
    spent.parts++;
    if (glyph >= glyphCount || spent.parts > limits.parts || depth > limits.depth) return false;
    const [from, to] = [offsetOf(glyph), offsetOf(glyph + 1)];
    if (from === to) return true;
    if (from > to || to > glyf.length) return false;
    const view = viewOf(glyf.subarray(from, to));
    const contours = view.getInt16(0);
    if (contours < 0) {
      return componentsOf(view).every((component) => isSound(component, spent, depth + 1));
    }
    spent.points += countPoints(view, contours);
    return spent.points <= limits.points;
  };
  return (glyph) => {
    try {
      return isSound(glyph, { points: 0, parts: 0 }, 0);
    } catch (error) {
      if (error instanceof RangeError) return false;
      throw error;
    }
  };
}

/** Infinite where the contours' last points are not in ascending order. */
function countPoints(view: DataView, contours: number): number {
  if (contours > limits.contours) return Infinity;
  let last = -1;
  for (let contour = 0; contour < contours; contour++) {
    const end = view.getUint16(10 + 2 * contour);
    if (end <= last) return Infinity;
    last = end;
  }
  return last + 1;
}

const flags = { wideOffsets: 1, scale: 8, more: 32, twoScales: 64, matrix: 128 } as const;

function componentsOf(view: DataView): readonly number[] {
  const components: number[] = [];
  for (let at = 10; ;) {
    const flag = view.getUint16(at);
    components.push(view.getUint16(at + 2));
    at += flag & flags.wideOffsets ? 8 : 6;
    if (flag & flags.scale) at += 2;
    else if (flag & flags.twoScales) at += 4;
    else if (flag & flags.matrix) at += 8;
    if (!(flag & flags.more)) return components;
  }
}
