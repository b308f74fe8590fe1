import type { HostTensor } from '../hostTensor.ts';

/**
 * Reorders the axes of a tensor in memory: axis i of the result is axis `perm[i]` of the operand.
 *
 * @returns the tensor itself when nothing moves
 */
export function permute(tensor: HostTensor, perm: readonly number[]): HostTensor {
  if (perm.every((axis, i) => axis === i)) return tensor;
  const { shape, data, dtype } = tensor;
  const strides = shape.map((_, axis) => shape.slice(axis + 1).reduce((a, b) => a * b, 1));
  const extents = perm.map((axis) => shape[axis]!);
  const steps = perm.map((axis) => strides[axis]!);
  const result = data.slice();
  const index = new Array<number>(perm.length).fill(0);
  const last = perm.length - 1;
  const [innerExtent, innerStep] = [extents[last]!, steps[last]!];
  let offset = 0;
  for (let at = 0; at < result.length; at += innerExtent) {
    for (let i = 0; i < innerExtent; i++) result[at + i] = data[offset + i * innerStep]!;
    for (let axis = last - 1; axis >= 0; axis--) {
      offset += steps[axis]!;
      if (++index[axis]! < extents[axis]!) break;
      offset -= steps[axis]! * extents[axis]!;
      index[axis] = 0;
    }
  }
  return { dtype, shape: extents, data: result };
}

/** The permutation that undoes another. */
export const inversePermutation = (perm: readonly number[]): number[] =>
  perm.map((_, axis) => perm.indexOf(axis));
