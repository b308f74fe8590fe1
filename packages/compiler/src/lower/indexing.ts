import type { AttrsOf } from '../capture/kernels.ts';
import {
  type Lowered,
  type LoweringCall,
  type LoweringContext,
  plain,
  plainLayout,
} from './context.ts';
import { splat } from './elementwise.ts';
import { sliceLowered } from './movement.ts';

/** Rows of x by index; the other axes keep their order. */
export const lowerGather = ({
  context,
  inputs,
  attrs,
  outputs,
}: LoweringCall<
  { readonly x: Lowered; readonly indices: Lowered },
  AttrsOf<'GatherV2'>
>): Lowered => {
  const axis = attrs.axis < 0 ? attrs.axis + inputs.x.shape.length : attrs.axis;
  const batchAxes =
    attrs.batchDims < 0 ? attrs.batchDims + inputs.indices.shape.length : attrs.batchDims;
  const x = context.dense(inputs.x);
  const indices = context.cast(context.dense(inputs.indices), 'int32');
  if (batchAxes > 0) return gatherPerBatch(context, inputs, axis, batchAxes, outputs[0]!.shape);
  return plain(
    context.node(
      'Gather',
      [x, indices],
      { dtype: x.dtype, shape: outputs[0]!.shape },
      {
        attributes: { axis: { i: axis } },
      },
    ),
  );
};

/** Each example of the batch has indices of its own: the gathered axis comes behind the batch. */
function gatherPerBatch(
  context: LoweringContext,
  inputs: { readonly x: Lowered; readonly indices: Lowered },
  axis: number,
  batchAxes: number,
  shape: readonly number[],
): Lowered {
  const axes = plainLayout(inputs.x.shape.length);
  const [batch, before, after] = [
    axes.slice(0, batchAxes),
    axes.slice(batchAxes, axis),
    axes.slice(axis + 1),
  ];
  const x = context.dense(inputs.x, [...batch, axis, ...before, ...after]);
  const indices = context.cast(context.dense(inputs.indices), 'int64');
  const gathered = plainLayout(indices.shape.length - batchAxes).map((each) => each + axis);
  const layout = [
    ...batch,
    ...gathered,
    ...before,
    ...after.map((each) => each + gathered.length - 1),
  ];
  const rows = context.reshape(indices, [...indices.shape, 1]);
  const value = context.node(
    'GatherND',
    [x, rows],
    { dtype: x.dtype, shape: layout.map((each) => shape[each]!) },
    { attributes: { batch_dims: { i: batchAxes } } },
  );
  return { value, shape, layout };
}

export const lowerGatherNd = ({
  context,
  inputs,
  outputs,
}: LoweringCall<{ readonly params: Lowered; readonly indices: Lowered }, object>): Lowered => {
  const params = context.dense(inputs.params);
  const indices = context.cast(context.dense(inputs.indices), 'int64');
  const type = { dtype: params.dtype, shape: outputs[0]!.shape };
  return plain(context.node('GatherND', [params, indices], type));
};

/**
 * A comparison with every class. ONNX's own operator would count negative indices from the end; in
 * tfjs an index out of range is cold everywhere.
 */
export const lowerOneHot = ({
  context,
  inputs,
  attrs,
  outputs,
}: LoweringCall<{ readonly indices: Lowered }, AttrsOf<'OneHot'>>): Lowered => {
  const { dtype, shape } = outputs[0]!;
  const indices = context.cast(context.dense(inputs.indices), 'int32');
  const classes = context.constant(
    Int32Array.from({ length: attrs.depth }, (_, i) => i),
    [attrs.depth],
    'int32',
  );
  const column = context.reshape(indices, [...indices.shape, 1]);
  const isHot = context.node('Equal', [column, classes], { dtype: 'bool', shape });
  const stored = dtype === 'bool' ? 'int32' : dtype;
  const [on, off] = [
    context.scalar(attrs.onValue ?? 1, stored),
    context.scalar(attrs.offValue ?? 0, stored),
  ];
  return plain(
    context.cast(context.node('Where', [isHot, on, off], { dtype: stored, shape }), dtype),
  );
};

/**
 * Adds rows that share a segment id: a scatter with addition into zeros. Rows whose id is out of
 * range go to one more segment, which is cut off.
 */
export const lowerSegmentSum = ({
  context,
  inputs,
  outputs,
}: LoweringCall<{ readonly x: Lowered; readonly segmentIds: Lowered }, object>): Lowered => {
  const { dtype, shape } = outputs[0]!;
  const x = context.dense(inputs.x);
  const ids = context.cast(context.dense(inputs.segmentIds), 'int32');
  const [segments, ...row] = shape as [number, ...number[]];
  const last = context.scalar(segments, 'int32');
  const isLow = context.node('Less', [ids, context.scalar(0, 'int32')], {
    dtype: 'bool',
    shape: ids.shape,
  });
  const clipped = context.node('Min', [context.node('Where', [isLow, last, ids], ids), last], ids);
  const rows = context.reshape(context.cast(clipped, 'int64'), [...ids.shape, 1]);
  const grown = [segments + 1, ...row];
  const zeros = context.dense(splat(context, 0, dtype, grown));
  const sums = context.node(
    'ScatterND',
    [zeros, rows, x],
    { dtype, shape: grown },
    {
      attributes: { reduction: { s: 'add' } },
    },
  );
  return sliceLowered(
    context,
    plain(sums),
    grown.map(() => 0),
    shape,
  );
};

export const lowerScatterNd = ({
  context,
  inputs,
  outputs,
}: LoweringCall<{ readonly indices: Lowered; readonly updates: Lowered }, object>): Lowered => {
  const { dtype, shape } = outputs[0]!;
  const indices = context.cast(context.dense(inputs.indices), 'int64');
  const updates = context.dense(inputs.updates);
  const zeros = context.dense(splat(context, 0, dtype, shape));
  return plain(
    context.node(
      'ScatterND',
      [zeros, indices, updates],
      { dtype, shape },
      {
        attributes: { reduction: { s: 'add' } },
      },
    ),
  );
};

/** Matrix products: Gemm takes a transposed operand as it is, MatMul broadcasts batches. */
export const lowerMatMul = ({
  context,
  inputs,
  attrs,
  outputs,
}: LoweringCall<{ readonly a: Lowered; readonly b: Lowered }, AttrsOf<'BatchMatMul'>>): Lowered => {
  const { shape, dtype } = outputs[0]!;
  // Gemm has no whole numbers.
  if (shape.length === 2 && dtype === 'float32') {
    const a = matrix(inputs.a, attrs.transposeA, context);
    const b = matrix(inputs.b, attrs.transposeB, context);
    const attributes = { transA: { i: a.transposed ? 1 : 0 }, transB: { i: b.transposed ? 1 : 0 } };
    return plain(
      context.node('Gemm', [a.value, b.value], { dtype: 'float32', shape }, { attributes }),
    );
  }
  const last = (lowered: Lowered, transposed: boolean) => {
    const layout = plainLayout(lowered.shape.length);
    if (transposed) layout.push(...layout.splice(-2).reverse());
    return context.dense(lowered, layout);
  };
  const operands = [last(inputs.a, attrs.transposeA), last(inputs.b, attrs.transposeB)];
  return plain(context.node('MatMul', operands, { dtype, shape }));
};

/** A matrix in whichever order it is stored, with the transposition that makes up for it. */
function matrix(
  lowered: Lowered,
  transpose: boolean,
  context: LoweringContext,
): { value: Lowered['value']; transposed: boolean } {
  const isReversed = lowered.layout[0] === 1;
  return {
    value: context.materialize(lowered).value,
    transposed: isReversed !== Boolean(transpose),
  };
}
