import type { AttrsOf } from '../capture/kernels.ts';
import { UserError } from '../errors.ts';
import { sizeOfShape } from '../onnx/graph.ts';
import { type Lowered, type LoweringCall, plain, plainLayout } from './context.ts';
import { splat } from './elementwise.ts';

/** Rows of x by index; the other axes keep their order. */
export const lowerGather = ({
  context,
  inputs,
  attrs,
  outputs,
}: LoweringCall<{ readonly x: Lowered; readonly indices: Lowered }, AttrsOf<'GatherV2'>>): Lowered => {
  if ((attrs.batchDims ?? 0) !== 0) {
    throw new UserError(
      `GatherV2: expected batchDims 0, received ${attrs.batchDims}. Gather along one flattened axis instead.`,
    );
  }
  const x = context.dense(inputs.x);
  const indices = context.cast(context.dense(inputs.indices), 'int32');
  const axis = attrs.axis < 0 ? attrs.axis + x.shape.length : attrs.axis;
  return plain(
    context.node('Gather', [x, indices], { dtype: x.dtype, shape: outputs[0]!.shape }, {
      attributes: { axis: { i: axis } },
    }),
  );
};

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

export const lowerOneHot = ({
  context,
  inputs,
  attrs,
  outputs,
}: LoweringCall<{ readonly indices: Lowered }, AttrsOf<'OneHot'>>): Lowered => {
  const { dtype, shape } = outputs[0]!;
  const indices = context.cast(context.dense(inputs.indices), 'int64');
  const stored = dtype === 'bool' ? 'int32' : dtype;
  const values = [attrs.offValue ?? 0, attrs.onValue ?? 1];
  const data = stored === 'int32' ? Int32Array.from(values) : Float32Array.from(values);
  const operands = [indices, context.scalar(attrs.depth, 'int64'), context.constant(data, [2], stored)];
  const hot = context.node('OneHot', operands, { dtype: stored, shape }, { attributes: { axis: { i: -1 } } });
  return plain(context.cast(hot, dtype));
};

/** Adds rows that share a segment id: a scatter with addition into zeros. */
export const lowerSegmentSum = ({
  context,
  inputs,
  outputs,
}: LoweringCall<{ readonly x: Lowered; readonly segmentIds: Lowered }, object>): Lowered => {
  const { dtype, shape } = outputs[0]!;
  const x = context.dense(inputs.x);
  const ids = context.cast(context.dense(inputs.segmentIds), 'int64');
  const count = sizeOfShape(ids.shape);
  const rows = context.reshape(x, [count, ...shape.slice(1)]);
  const zeros = context.dense(splat(context, 0, dtype, shape));
  return plain(
    context.node('ScatterND', [zeros, context.reshape(ids, [count, 1]), rows], { dtype, shape }, {
      attributes: { reduction: { s: 'add' } },
    }),
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
    context.node('ScatterND', [zeros, indices, updates], { dtype, shape }, {
      attributes: { reduction: { s: 'add' } },
    }),
  );
};

/** Matrix products: Gemm takes a transposed operand as it is, MatMul broadcasts batches. */
export const lowerMatMul = ({
  context,
  inputs,
  attrs,
  outputs,
}: LoweringCall<{ readonly a: Lowered; readonly b: Lowered }, AttrsOf<'BatchMatMul'>>): Lowered => {
  const { shape } = outputs[0]!;
  if (shape.length === 2) {
    const a = matrix(inputs.a, attrs.transposeA, context);
    const b = matrix(inputs.b, attrs.transposeB, context);
    const attributes = { transA: { i: a.transposed ? 1 : 0 }, transB: { i: b.transposed ? 1 : 0 } };
    return plain(context.node('Gemm', [a.value, b.value], { dtype: 'float32', shape }, { attributes }));
  }
  const last = (lowered: Lowered, transposed: boolean) => {
    const layout = plainLayout(lowered.shape.length);
    if (transposed) layout.push(...layout.splice(-2).reverse());
    return context.dense(lowered, layout);
  };
  const operands = [last(inputs.a, attrs.transposeA), last(inputs.b, attrs.transposeB)];
  return plain(context.node('MatMul', operands, { dtype: 'float32', shape }));
};

/** A matrix in whichever order it is stored, with the transposition that makes up for it. */
function matrix(
  lowered: Lowered,
  transpose: boolean,
  context: LoweringCall<object, object>['context'],
): { value: Lowered['value']; transposed: boolean } {
  const isReversed = lowered.layout[0] === 1;
  return { value: context.materialize(lowered).value, transposed: isReversed !== Boolean(transpose) };
}
