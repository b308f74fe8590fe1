import * as tf from '@tensorflow/tfjs';
import type { AttrsOf, InputsOf } from '../capture/kernels.ts';
import type { ValueType } from '../capture/graph.ts';
import { UserError } from '../errors.ts';
import type { HostDtype } from '../hostTensor.ts';

type X = { x: ValueType };

export const reshapeType = ({ x }: X, { shape }: AttrsOf<'Reshape'>): ValueType => {
  const size = x.shape.reduce((a, b) => a * b, 1);
  return { dtype: x.dtype, shape: tf.util.inferFromImplicitShape(shape, size) };
};

export const expandDimsType = (
  { input }: { input: ValueType },
  { dim }: AttrsOf<'ExpandDims'>,
): ValueType => {
  const at = dim < 0 ? input.shape.length + dim + 1 : dim;
  return { dtype: input.dtype, shape: [...input.shape.slice(0, at), 1, ...input.shape.slice(at)] };
};

export const transposeType = ({ x }: X, { perm }: AttrsOf<'Transpose'>): ValueType => ({
  dtype: x.dtype,
  shape: perm.map((axis) => x.shape[axis]!),
});

/** Where a slice begins and how long it is, per axis; −1 as size means up to the end. */
export function sliceBounds(
  shape: readonly number[],
  { begin, size }: AttrsOf<'Slice'>,
): { begin: number[]; size: number[] } {
  const from = shape.map((_, axis) => [begin].flat()[axis] ?? 0);
  const sizes = [size ?? -1].flat();
  const length = shape.map((extent, axis) => {
    const own = sizes[axis] ?? -1;
    return own < 0 ? extent - from[axis]! : own;
  });
  return { begin: from, size: length };
}

export const sliceType = ({ x }: X, attrs: AttrsOf<'Slice'>): ValueType => ({
  dtype: x.dtype,
  shape: sliceBounds(x.shape, attrs).size,
});

/** tfjs's own reading of a strided slice's masks. */
export const stridedSliceInfo = (shape: readonly number[], attrs: AttrsOf<'StridedSlice'>) =>
  tf.slice_util.sliceInfo(
    [...shape],
    attrs.begin,
    attrs.end,
    attrs.strides,
    attrs.beginMask,
    attrs.endMask,
    attrs.ellipsisMask,
    attrs.newAxisMask,
    attrs.shrinkAxisMask,
  );

export const stridedSliceType = ({ x }: X, attrs: AttrsOf<'StridedSlice'>): ValueType => ({
  dtype: x.dtype,
  shape: stridedSliceInfo(x.shape, attrs).finalShape,
});

export const concatType = (
  inputs: InputsOf<'Concat', ValueType>,
  { axis }: AttrsOf<'Concat'>,
): ValueType => {
  const first = inputs[0]!;
  const at = axis < 0 ? axis + first.shape.length : axis;
  const extent = inputs.reduce((sum, { shape }) => sum + shape[at]!, 0);
  return { dtype: first.dtype, shape: first.shape.map((own, i) => (i === at ? extent : own)) };
};

/** The sizes of the pieces of a split. */
export function splitSizes(extent: number, numOrSizes: number | readonly number[]): number[] {
  if (typeof numOrSizes === 'number')
    return new Array<number>(numOrSizes).fill(extent / numOrSizes);
  const known = numOrSizes.filter((size) => size >= 0).reduce((a, b) => a + b, 0);
  return numOrSizes.map((size) => (size < 0 ? extent - known : size));
}

export const splitType = ({ x }: X, { numOrSizeSplits, axis }: AttrsOf<'SplitV'>): ValueType[] => {
  const at = axis < 0 ? axis + x.shape.length : axis;
  return splitSizes(x.shape[at]!, numOrSizeSplits).map((size) => ({
    dtype: x.dtype,
    shape: x.shape.map((own, i) => (i === at ? size : own)),
  }));
};

export const packType = (
  inputs: InputsOf<'Pack', ValueType>,
  { axis }: AttrsOf<'Pack'>,
): ValueType => {
  const first = inputs[0]!;
  const at = axis < 0 ? axis + first.shape.length + 1 : axis;
  const shape = [...first.shape.slice(0, at), inputs.length, ...first.shape.slice(at)];
  return { dtype: first.dtype, shape };
};

export const unpackType = (
  { value }: { value: ValueType },
  { axis }: AttrsOf<'Unpack'>,
): ValueType[] => {
  const at = axis < 0 ? axis + value.shape.length : axis;
  const shape = value.shape.filter((_, i) => i !== at);
  return Array.from({ length: value.shape[at]! }, () => ({ dtype: value.dtype, shape }));
};

/** Padding of any kind: every extent grows by its two paddings. */
export const paddedType = (
  { x }: X,
  { paddings }: { paddings: [number, number][] },
): ValueType => ({
  dtype: x.dtype,
  shape: x.shape.map((extent, i) => extent + paddings[i]![0] + paddings[i]![1]),
});

export const tileType = ({ x }: X, { reps }: AttrsOf<'Tile'>): ValueType => ({
  dtype: x.dtype,
  shape: x.shape.map((extent, i) => extent * reps[i]!),
});

export const gatherType = (
  { x, indices }: { x: ValueType; indices: ValueType },
  { axis, batchDims }: AttrsOf<'GatherV2'>,
): ValueType => {
  const at = axis < 0 ? axis + x.shape.length : axis;
  const gathered = indices.shape.slice(batchDims);
  return {
    dtype: x.dtype,
    shape: [...x.shape.slice(0, at), ...gathered, ...x.shape.slice(at + 1)],
  };
};

export const gatherNdType = (inputs: { params: ValueType; indices: ValueType }): ValueType => {
  const { params, indices } = inputs;
  const depth = indices.shape.at(-1)!;
  return {
    dtype: params.dtype,
    shape: [...indices.shape.slice(0, -1), ...params.shape.slice(depth)],
  };
};

export const oneHotType = (
  { indices }: { indices: ValueType },
  { depth, dtype }: AttrsOf<'OneHot'>,
): ValueType => ({ dtype: (dtype ?? 'int32') as HostDtype, shape: [...indices.shape, depth] });

export const segmentSumType = (
  { x, segmentIds }: { x: ValueType; segmentIds: ValueType },
  { numSegments }: AttrsOf<'UnsortedSegmentSum'>,
): ValueType => {
  if (segmentIds.shape.length !== 1) {
    throw new UserError(
      `unsortedSegmentSum: expected segment ids of rank 1, received [${segmentIds.shape.join(', ')}]. ` +
        `Flatten them together with the axes of the tensor that they name.`,
    );
  }
  return { dtype: x.dtype, shape: [numSegments, ...x.shape.slice(1)] };
};

export const scatterType = (
  { updates }: { updates: ValueType },
  { shape }: AttrsOf<'ScatterNd'>,
): ValueType => ({ dtype: updates.dtype, shape });

export const fillType = (_: object, { shape, value, dtype }: AttrsOf<'Fill'>): ValueType => ({
  dtype: ((dtype as string | undefined) ?? tf.util.inferDtype(value)) as HostDtype,
  shape,
});

/** tfjs turns a default step round when the range goes down. */
export const rangeStep = ({ start, stop, step }: AttrsOf<'Range'>): number =>
  stop < start && step === 1 ? -1 : step;

export const rangeType = (_: object, attrs: AttrsOf<'Range'>): ValueType => ({
  dtype: attrs.dtype,
  shape: [Math.max(0, Math.ceil((attrs.stop - attrs.start) / rangeStep(attrs)))],
});

export const depthToSpaceType = (
  { x }: X,
  { blockSize, dataFormat }: AttrsOf<'DepthToSpace'>,
): ValueType => {
  const [n, a, b, c] = x.shape as [number, number, number, number];
  const area = blockSize * blockSize;
  return dataFormat === 'NCHW'
    ? { dtype: x.dtype, shape: [n, a / area, b * blockSize, c * blockSize] }
    : { dtype: x.dtype, shape: [n, a * blockSize, b * blockSize, c / area] };
};

export const spaceToBatchType = (
  { x }: X,
  { blockShape, paddings }: AttrsOf<'SpaceToBatchND'>,
): ValueType => {
  const blocks = blockShape.reduce((a, b) => a * b, 1);
  const spatial = blockShape.map(
    (block, i) => (x.shape[i + 1]! + paddings[i]![0]! + paddings[i]![1]!) / block,
  );
  const rest = x.shape.slice(1 + blockShape.length);
  return { dtype: x.dtype, shape: [x.shape[0]! * blocks, ...spatial, ...rest] };
};

export const batchToSpaceType = (
  { x }: X,
  { blockShape, crops }: AttrsOf<'BatchToSpaceND'>,
): ValueType => {
  const blocks = blockShape.reduce((a, b) => a * b, 1);
  const spatial = blockShape.map(
    (block, i) => x.shape[i + 1]! * block - crops[i]![0]! - crops[i]![1]!,
  );
  const rest = x.shape.slice(1 + blockShape.length);
  return { dtype: x.dtype, shape: [x.shape[0]! / blocks, ...spatial, ...rest] };
};
