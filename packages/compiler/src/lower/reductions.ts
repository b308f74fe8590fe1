import type { AttrsOf } from '../capture/kernels.ts';
import { normalizeAxes, reduceShape } from '../shapes/rule.ts';
import {
  type Lowered,
  type LoweringCall,
  type LoweringContext,
  physicalAxes,
  plain,
} from './context.ts';
import { elementwise } from './broadcast.ts';
import type { OnnxValue } from '../onnx/graph.ts';

interface ReductionAttrs {
  axis?: number | number[];
  reductionIndices?: number | number[];
  keepDims?: boolean;
}

type Call = LoweringCall<{ readonly x: Lowered }, ReductionAttrs>;

/** What a reduction does with axes whose broadcast was never carried out. */
type LazyRule = 'multiply' | 'ignore' | 'materialize';

/**
 * Lowers to one of ONNX's Reduce operators in the operand's own layout. An axis that is broadcast
 * lazily is not read over and over: a sum multiplies by its extent, a mean or maximum ignores it.
 */
export const toReduction =
  (op: string, lazyRule: LazyRule) =>
  ({ context, inputs, attrs, outputs }: Call): Lowered => {
    const x = lazyRule === 'materialize' ? context.materialize(inputs.x) : inputs.x;
    const rank = x.shape.length;
    const axes = normalizeAxes(attrs.reductionIndices ?? attrs.axis, rank);
    const physical = physicalAxes(x.layout, axes).sort((a, b) => a - b);
    const stored = physical.filter((axis) => x.value.shape[axis] !== 1);
    let value = castForReduction(context, op, x.value);
    if (stored.length > 0) {
      const shape = reduceShape(value.shape, stored, true);
      value = context.node(
        op,
        [value, context.ints(stored)],
        { dtype: value.dtype, shape },
        {
          attributes: { keepdims: { i: 1 } },
        },
      );
    }
    if (lazyRule === 'multiply') value = multiply(context, value, lazyExtent(x, axes));
    value = context.cast(value, outputs[0]!.dtype);
    const kept: Lowered = { value, layout: x.layout, shape: reduceShape(x.shape, axes, true) };
    return attrs.keepDims === true ? kept : dropAxes(context, kept, axes);
  };

/** ONNX has no boolean reductions, and its mean of whole numbers would round. */
function castForReduction(context: LoweringContext, op: string, value: OnnxValue): OnnxValue {
  if (op === 'ReduceMean') return context.cast(value, 'float32');
  return value.dtype === 'bool' ? context.cast(value, 'int32') : value;
}

const lazyExtent = (x: Lowered, axes: readonly number[]): number =>
  axes.reduce((product, axis) => {
    const isLazy = x.value.shape[x.layout.indexOf(axis)] === 1;
    return isLazy ? product * x.shape[axis]! : product;
  }, 1);

function multiply(context: LoweringContext, value: OnnxValue, factor: number): OnnxValue {
  if (factor === 1) return value;
  return context.node('Mul', [value, context.scalar(factor, value.dtype)], value);
}

/** Removes logical axes that are stored with extent 1. */
export function dropAxes(
  context: LoweringContext,
  lowered: Lowered,
  axes: readonly number[],
): Lowered {
  const keep = lowered.layout.filter((axis) => !axes.includes(axis));
  const shape = lowered.layout.flatMap((axis, i) =>
    axes.includes(axis) ? [] : [lowered.value.shape[i]!],
  );
  const renumber = (axis: number): number => axis - axes.filter((other) => other < axis).length;
  return {
    value: context.reshape(lowered.value, shape),
    shape: lowered.shape.filter((_, axis) => !axes.includes(axis)),
    layout: keep.map(renumber),
  };
}

export const lowerArg =
  (op: 'ArgMax' | 'ArgMin') =>
  ({
    context,
    inputs,
    attrs,
    outputs,
  }: LoweringCall<{ readonly x: Lowered }, AttrsOf<'ArgMax'>>): Lowered => {
    const x = context.dense(inputs.x);
    const [axis] = normalizeAxes(attrs.axis, x.shape.length) as [number];
    const result = context.node(
      op,
      [x],
      { dtype: 'int64', shape: outputs[0]!.shape },
      {
        attributes: { axis: { i: axis }, keepdims: { i: 0 } },
      },
    );
    return plain(context.cast(result, 'int32'));
  };

export const lowerSoftmax = ({
  context,
  inputs,
  attrs,
}: LoweringCall<{ readonly logits: Lowered }, AttrsOf<'Softmax'>>): Lowered => {
  const { logits } = inputs;
  const value = context.materialize(logits).value;
  const [axis] = normalizeAxes(attrs.dim, logits.shape.length) as [number];
  const result = context.node('Softmax', [value], value, {
    attributes: { axis: { i: logits.layout.indexOf(axis) } },
  });
  return { ...logits, value: result };
};

export const lowerCumsum = ({
  context,
  inputs,
  attrs,
}: LoweringCall<{ readonly x: Lowered }, AttrsOf<'Cumsum'>>): Lowered => {
  const x = context.materialize(inputs.x);
  const [axis] = normalizeAxes(attrs.axis, x.shape.length) as [number];
  const at = context.scalar(x.layout.indexOf(axis), 'int64');
  const value = context.node('CumSum', [x.value, at], x.value, {
    attributes: {
      exclusive: { i: attrs.exclusive ? 1 : 0 },
      reverse: { i: attrs.reverse ? 1 : 0 },
    },
  });
  return { ...x, value };
};

/** Inference-mode batch normalisation: (x − mean)·scale/√(variance + ε) + offset. */
export const lowerFusedBatchNorm = ({
  context,
  inputs,
  attrs,
}: LoweringCall<
  {
    readonly x: Lowered;
    readonly mean: Lowered;
    readonly variance: Lowered;
    readonly offset?: Lowered;
    readonly scale?: Lowered;
  },
  AttrsOf<'FusedBatchNorm'>
>): Lowered => {
  const { x, mean, variance, offset, scale } = inputs;
  const apply = (op: string, a: Lowered, b: Lowered): Lowered =>
    elementwise(context, [a, b], 'float32', (values, type) => context.node(op, values, type));
  const unary = (op: string, a: Lowered): Lowered =>
    elementwise(context, [a], 'float32', (values, type) => context.node(op, values, type));
  const epsilon = plain(context.scalar(attrs.varianceEpsilon ?? 0.001));
  const deviation = unary('Sqrt', apply('Add', variance, epsilon));
  const factor =
    scale === undefined ? unary('Reciprocal', deviation) : apply('Div', scale, deviation);
  const centred = apply('Mul', apply('Sub', x, mean), factor);
  return offset === undefined ? centred : apply('Add', centred, offset);
};
