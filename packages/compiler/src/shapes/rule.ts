import type { AttrsOf, InputsOf, KernelName } from '../capture/kernels.ts';
import type { ValueType } from '../capture/graph.ts';
import { UserError } from '../errors.ts';

/** Derives the types of a kernel's results from its operands and attributes. */
export type ShapeRule<K extends KernelName> = (
  inputs: InputsOf<K, ValueType>,
  attrs: AttrsOf<K>,
) => ValueType | readonly ValueType[];

/** The shape to which NumPy's rules broadcast the given ones. */
export function broadcastShapes(who: string, ...shapes: readonly (readonly number[])[]): number[] {
  const rank = Math.max(...shapes.map((shape) => shape.length));
  return Array.from({ length: rank }, (_, axis) => {
    let extent = 1;
    for (const shape of shapes) {
      const own = shape[axis - rank + shape.length] ?? 1;
      if (own === 1 || own === extent) continue;
      if (extent !== 1) {
        const shown = shapes.map((each) => `[${each.join(', ')}]`).join(' and ');
        throw new UserError(`${who}: expected shapes that broadcast, received ${shown}.`);
      }
      extent = own;
    }
    return extent;
  });
}

/** The axes of a reduction as sorted non-negative numbers; all of them when none is given. */
export function normalizeAxes(
  axis: number | readonly number[] | undefined | null,
  rank: number,
): number[] {
  const axes = axis === undefined || axis === null ? [...Array(rank).keys()] : [axis].flat();
  return [...new Set(axes.map((each) => (each < 0 ? each + rank : each)))].sort((a, b) => a - b);
}

/** A shape without some axes, or with extent 1 in their place. */
export function reduceShape(
  shape: readonly number[],
  axes: readonly number[],
  keepDims: boolean,
): number[] {
  return shape.flatMap((extent, axis) => (axes.includes(axis) ? (keepDims ? [1] : []) : [extent]));
}
