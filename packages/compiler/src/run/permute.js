// Plain JavaScript, since the worker needs it too.

/** @typedef {import('../hostTensor.ts').HostTensor} HostTensor */

/**
 * Reorders the axes of a tensor in memory: axis i of the result is axis `perm[i]` of the operand.
 *
 * @param {HostTensor} tensor
 * @param {readonly number[]} perm
 * @returns {HostTensor} the tensor itself when nothing moves
 */
export function permute(tensor, perm) {
  if (perm.every((axis, i) => axis === i)) return tensor;
  const { shape, data, dtype } = tensor;
  const extents = perm.map((axis) => /** @type {number} */ (shape[axis]));
  const steps = perm.map((axis) => shape.slice(axis + 1).reduce((a, b) => a * b, 1));
  const result = /** @type {HostTensor['data']} */ (
    new /** @type {any} */ (data.constructor)(data.length)
  );
  const index = perm.map(() => 0);
  const last = perm.length - 1;
  const [innerExtent, innerStep] = /** @type {[number, number]} */ ([extents[last], steps[last]]);
  let offset = 0;
  for (let at = 0; at < result.length; at += innerExtent) {
    for (let i = 0; i < innerExtent; i++) {
      result[at + i] = /** @type {number} */ (data[offset + i * innerStep]);
    }
    for (let axis = last - 1; axis >= 0; axis--) {
      const [extent, step] = /** @type {[number, number]} */ ([extents[axis], steps[axis]]);
      const next = /** @type {number} */ (index[axis]) + 1;
      offset += step;
      if (next < extent) {
        index[axis] = next;
        break;
      }
      offset -= step * extent;
      index[axis] = 0;
    }
  }
  return /** @type {HostTensor} */ ({ dtype, shape: extents, data: result });
}

/**
 * The permutation that undoes another.
 *
 * @param {readonly number[]} perm
 * @returns {number[]}
 */
export const inversePermutation = (perm) => perm.map((_, axis) => perm.indexOf(axis));
