import * as tf from '@tensorflow/tfjs';
import { rule } from './registry.ts';

const product = (extents: readonly number[]): number => extents.reduce((all, one) => all * one, 1);

/**
 * One segment sum for the whole batch. tfjs makes one per example for `batchDims` 1 and a wrong
 * one for more.
 */
const gather = rule(
  tf.GatherV2,
  ['x', 'indices'],
  (dy, { x, indices }, attrs: tf.GatherV2Attrs) => ({
    x: () => scatterRows(dy, x.shape, indices, attrs),
    indices: () => tf.zeros(indices.shape),
  }),
);

/** Adds the rows of dy [batch, outer, K, inner] at their indices of x [batch, outer, n, inner]. */
function scatterRows(
  dy: tf.Tensor,
  shape: number[],
  indices: tf.Tensor,
  { axis, batchDims }: tf.GatherV2Attrs,
): tf.Tensor {
  const at = tf.util.parseAxisParam(axis, shape)[0] ?? 0;
  const batchAxes = batchDims < 0 ? batchDims + indices.rank : batchDims;
  const batch = product(shape.slice(0, batchAxes));
  const outer = product(shape.slice(batchAxes, at));
  const rows = shape[at] ?? 1;
  const inner = product(shape.slice(at + 1));
  const count = product(indices.shape.slice(batchAxes));
  const swap = (tensor: tf.Tensor) => (outer === 1 ? tensor : tf.transpose(tensor, [0, 2, 1, 3]));
  const updates = swap(tf.reshape(dy, [batch, outer, count, inner]));
  const starts = tf.tensor2d(
    Array.from({ length: batch }, (_, index) => [index * rows]),
    [batch, 1],
    'int32',
  );
  const flat = tf.reshape(indices, [batch, count]);
  const segments = tf.reshape(batch === 1 ? flat : tf.add(flat, starts), [batch * count]);
  const sums = tf.unsortedSegmentSum(
    tf.reshape(updates, [batch * count, outer * inner]),
    segments as tf.Tensor1D,
    batch * rows,
  );
  return tf.reshape(swap(tf.reshape(sums, [batch, rows, outer, inner])), shape);
}

/** tfjs has none. Repeated indices add up. */
const gatherNd = rule(tf.GatherNd, ['params', 'indices'], (dy, { params, indices }) => ({
  params: () => {
    const depth = indices.shape.at(-1) ?? 1;
    const count = product(indices.shape.slice(0, -1));
    const updates = tf.reshape(dy, [count, ...params.shape.slice(depth)]);
    return tf.scatterND(tf.reshape(indices, [count, depth]), updates, params.shape);
  },
  indices: () => tf.zeros(indices.shape),
}));

/** tfjs has none. */
const scatterNd = rule(tf.ScatterNd, ['indices'], (dy, { indices }) => ({
  indices: () => tf.zeros(indices.shape),
  updates: () => tf.gatherND(dy, indices),
}));

/** tfjs has none: every value goes back to where it was taken from, zeros elsewhere. */
const stridedSlice = rule(tf.StridedSlice, ['x'], (dy, { x }, attrs: tf.StridedSliceAttrs) => ({
  x: () => {
    const { begin, end, strides } = attrs;
    const { beginMask, endMask, ellipsisMask, newAxisMask, shrinkAxisMask } = attrs;
    const taken = tf.slice_util.sliceInfo(
      x.shape,
      begin,
      end,
      strides,
      beginMask,
      endMask,
      ellipsisMask,
      newAxisMask,
      shrinkAxisMask,
    );
    // With the axes that the slice shrinks away, and without those that it adds.
    const counts = x.shape.map((_, axis) => {
      const length = (taken.end[axis] ?? 0) - (taken.begin[axis] ?? 0);
      return Math.max(0, Math.ceil(length / (taken.strides[axis] ?? 1)));
    });
    const sliced = tf.reshape(dy, counts);
    const spread = x.shape.reduce(
      (gradient, extent, axis) =>
        spreadAxis(gradient, axis, extent, taken.begin[axis] ?? 0, taken.strides[axis] ?? 1),
      sliced,
    );
    return spread === sliced ? tf.clone(spread) : spread;
  },
}));

/** Puts the rows of one axis at begin, begin + stride, … of an axis of `extent` rows. */
function spreadAxis(
  tensor: tf.Tensor,
  axis: number,
  extent: number,
  begin: number,
  stride: number,
): tf.Tensor {
  const count = tensor.shape[axis] ?? 1;
  if (count === extent && stride === 1) return tensor;
  const step = Math.abs(stride);
  const first = stride > 0 ? begin : begin + (count - 1) * stride;
  const ascending = stride > 0 ? tensor : tf.reverse(tensor, axis);
  const left = product(tensor.shape.slice(0, axis));
  const right = product(tensor.shape.slice(axis + 1));
  const apart = tf.pad(tf.reshape(ascending, [left, count, 1, right]), [
    [0, 0],
    [0, 0],
    [0, step - 1],
    [0, 0],
  ]);
  const kept = Math.min(count * step, extent - first);
  const row = tf.slice(
    tf.reshape(apart, [left, count * step, right]),
    [0, 0, 0],
    [left, kept, right],
  );
  const placed = tf.pad(row, [
    [0, 0],
    [first, extent - first - kept],
    [0, 0],
  ]);
  return tf.reshape(
    placed,
    tensor.shape.map((size, index) => (index === axis ? extent : size)),
  );
}

/** tfjs has none: each of the k values of a row goes back to its place. */
const topK: tf.GradConfig = {
  kernelName: tf.TopK,
  inputsToSave: ['x'],
  gradFunc: (dy, saved, attrs) => ({
    x: () => {
      const { k, sorted } = attrs as unknown as tf.TopKAttrs;
      const x = saved[0] as tf.Tensor;
      const places = tf.oneHot(tf.topk(x, k, sorted).indices, x.shape.at(-1) ?? 1, 1, 0, 'float32');
      return tf.sum(tf.mul(tf.expandDims([dy].flat()[0] as tf.Tensor, -1), places), -2);
    },
  }),
};

/** Corrected gradients of kernels that select by index. */
export const indexingGradients: readonly tf.GradConfig[] = [
  gather,
  gatherNd,
  scatterNd,
  stridedSlice,
  topK,
];
