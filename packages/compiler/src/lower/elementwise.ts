import type { AttrsOf } from '../capture/kernels.ts';
import type { OnnxDtype, OnnxValue } from '../onnx/graph.ts';
import { elementwise } from './broadcast.ts';
import type { Lowered, LoweringCall, LoweringContext, NodeOptions } from './context.ts';

type Operands = Readonly<Record<string, Lowered>> | readonly Lowered[];
type Call<Attrs = object> = LoweringCall<Operands, Attrs>;

/** Lowers to one ONNX operator applied to all operands in their order. */
export const toOperator =
  (op: string, options: NodeOptions = {}) =>
  ({ context, inputs, outputs }: Call): Lowered =>
    elementwise(context, Object.values(inputs) as Lowered[], outputs[0]!.dtype, (values, type) =>
      context.node(op, values, type, options),
    );

/** Lowers to an expression over the broadcast operands. */
export const toExpression =
  <Attrs = object>(
    expression: (build: Expression, values: OnnxValue[], attrs: Attrs) => OnnxValue,
  ) =>
  ({ context, inputs, attrs, outputs }: Call<Attrs>): Lowered =>
    elementwise(context, Object.values(inputs) as Lowered[], outputs[0]!.dtype, (values, { dtype, shape }) =>
      expression(new Expression(context, dtype, shape), values, attrs),
    );

/** Elementwise operators on physical values of one layout; every result has the full shape. */
export class Expression {
  readonly #context: LoweringContext;
  readonly #shape: readonly number[];
  readonly dtype: OnnxDtype;

  constructor(context: LoweringContext, dtype: OnnxDtype, shape: readonly number[]) {
    this.#context = context;
    this.dtype = dtype;
    this.#shape = shape;
  }

  op(op: string, inputs: OnnxValue[], dtype: OnnxDtype = this.dtype, options: NodeOptions = {}): OnnxValue {
    return this.#context.node(op, inputs, { dtype, shape: this.#shape }, options);
  }

  /** Like {@link op} for operands that do not have the full shape: the result has the operand's. */
  unary(op: string, input: OnnxValue, dtype: OnnxDtype = input.dtype, options: NodeOptions = {}): OnnxValue {
    return this.#context.node(op, [input], { dtype, shape: input.shape }, options);
  }

  scalar(value: number, dtype: OnnxDtype = this.dtype): OnnxValue {
    return this.#context.scalar(value, dtype);
  }

  /** `condition ? whenTrue : whenFalse`. */
  select(condition: OnnxValue, whenTrue: OnnxValue, whenFalse: OnnxValue): OnnxValue {
    return this.op('Where', [condition, whenTrue, whenFalse]);
  }

  cast(value: OnnxValue, dtype: OnnxDtype): OnnxValue {
    return this.#context.cast(value, dtype);
  }
}

/** tfjs's Step: 0 where x ≤ 0 is false it is 1, `alpha` for x ≤ 0, NaN stays NaN. */
export const lowerStep = toExpression<AttrsOf<'Step'>>((e, [x], { alpha }) => {
  const positive = e.op('Greater', [x!, e.scalar(0)], 'bool');
  const step = e.select(positive, e.scalar(1), e.scalar(alpha ?? 0));
  return e.select(e.op('IsNaN', [x!], 'bool'), x!, step);
});

export const lowerExpm1 = toExpression((e, [x]) => {
  // exp(x) − 1 cancels for small x; there tanh(x/2)·(exp(x) + 1) is exact to rounding.
  const half = e.op('Mul', [x!, e.scalar(0.5)]);
  const stable = e.op('Mul', [e.op('Tanh', [half]), e.op('Add', [e.op('Exp', [x!]), e.scalar(1)])]);
  const direct = e.op('Sub', [e.op('Exp', [x!]), e.scalar(1)]);
  return e.select(e.op('Less', [e.op('Abs', [x!]), e.scalar(1)], 'bool'), stable, direct);
});

/** log(1 + x) as x·log(u)/(u − 1) with u = 1 + x, which does not cancel (Kahan). */
export const lowerLog1p = toExpression((e, [x]) => {
  const u = e.op('Add', [x!, e.scalar(1)]);
  const gap = e.op('Sub', [u, e.scalar(1)]);
  const lost = e.op('Equal', [gap, e.scalar(0)], 'bool');
  const safeGap = e.select(lost, e.scalar(1), gap);
  const exact = e.op('Mul', [e.op('Log', [u]), e.op('Div', [x!, safeGap])]);
  const result = e.select(lost, x!, exact);
  return e.select(e.op('Equal', [x!, e.scalar(Infinity)], 'bool'), x!, result);
});

export const lowerRsqrt = toExpression((e, [x]) => e.op('Reciprocal', [e.op('Sqrt', [x!])]));

export const lowerSquare = toExpression((e, [x]) => e.op('Mul', [x!, x!]));

export const lowerSquaredDifference = toExpression((e, [a, b]) => {
  const difference = e.op('Sub', [a!, b!]);
  return e.op('Mul', [difference, difference]);
});

export const lowerCast = ({ context, inputs, attrs }: Call<AttrsOf<'Cast'>>): Lowered => {
  const [x] = Object.values(inputs) as [Lowered];
  return { ...x, value: context.cast(x.value, attrs.dtype as OnnxDtype) };
};

export const lowerIdentity = ({ inputs }: Call): Lowered => Object.values(inputs)[0] as Lowered;

export const lowerLeakyRelu = ({ context, inputs, attrs, outputs }: Call<AttrsOf<'LeakyRelu'>>): Lowered =>
  toOperator('LeakyRelu', { attributes: { alpha: { f: attrs.alpha ?? 0.2 } } })({
    context,
    inputs,
    attrs,
    outputs,
  });

export const lowerClip = toExpression<AttrsOf<'ClipByValue'>>((e, [x], attrs) =>
  e.op('Clip', [x!, e.scalar(attrs.clipValueMin), e.scalar(attrs.clipValueMax)]),
);

export const lowerRelu6 = toExpression((e, [x]) => e.op('Clip', [x!, e.scalar(0), e.scalar(6)]));

/** tfjs's elu has the slope 1: x for x ≥ 0, else exp(x) − 1. */
export const lowerEluGrad = toExpression((e, [dy, y]) => {
  const slope = e.select(
    e.op('GreaterOrEqual', [y!, e.scalar(0)], 'bool'),
    e.scalar(1),
    e.op('Add', [y!, e.scalar(1)]),
  );
  return e.op('Mul', [dy!, slope]);
});

export const lowerPrelu = toExpression((e, [x, alpha]) =>
  e.select(e.op('Less', [x!, e.scalar(0)], 'bool'), e.op('Mul', [x!, alpha!]), x!),
);

/** int32 division rounds towards minus infinity, as tfjs's does; float operands are divided first. */
export const lowerFloorDiv = toExpression((e, [a, b]) => {
  const quotient = e.op('Div', [e.cast(a!, 'float32'), e.cast(b!, 'float32')], 'float32');
  return e.cast(e.op('Floor', [quotient], 'float32'), 'int32');
});

/** The remainder has the divisor's sign, as tfjs's does. */
export const lowerMod = toExpression((e, [a, b]) => {
  if (e.dtype === 'int32') return e.op('Mod', [a!, b!]);
  const quotient = e.op('Floor', [e.op('Div', [a!, b!])]);
  return e.op('Sub', [a!, e.op('Mul', [quotient, b!])]);
});

export const lowerNotEqual = toExpression((e, [a, b]) =>
  e.op('Not', [e.op('Equal', [a!, b!], 'bool')], 'bool'),
);

export const lowerAtan2 = toExpression((e, [a, b]) => {
  const base = e.op('Atan', [e.op('Div', [a!, b!])]);
  const negativeA = e.op('Less', [a!, e.scalar(0)], 'bool');
  const shift = e.select(negativeA, e.scalar(-Math.PI), e.scalar(Math.PI));
  const turned = e.op('Add', [base, shift]);
  return e.select(e.op('Less', [b!, e.scalar(0)], 'bool'), turned, base);
});

export const lowerAddN = ({ context, inputs, outputs }: Call): Lowered => {
  const operands = Object.values(inputs) as Lowered[];
  return operands.reduce((sum, operand) =>
    elementwise(context, [sum, operand], outputs[0]!.dtype, (values, type) =>
      context.node('Add', values, type),
    ),
  );
};

/** tfjs's Round is to even, as ONNX's; Sign of NaN is 0 in tfjs. */
export const lowerFloat = (op: string) => toExpression((e, [x]) => e.op(op, [x!]));

/** IsInf and friends give booleans. */
export const lowerTest = (op: string) => toExpression((e, [x]) => e.op(op, [x!], 'bool'));

export const lowerIsFinite = toExpression((e, [x]) => {
  const isNan = e.op('IsNaN', [x!], 'bool');
  return e.op('Not', [e.op('Or', [isNan, e.op('IsInf', [x!], 'bool')], 'bool')], 'bool');
});

/** A constant of the operand's logical shape, stored as one number. */
export const lowerConstantLike =
  (value: number) =>
  ({ context, inputs, outputs }: Call): Lowered => {
    const [x] = Object.values(inputs) as [Lowered];
    return splat(context, value, outputs[0]!.dtype, x.shape, x.layout);
  };

/** A constant that is the same number everywhere: stored once, broadcast where needed. */
export function splat(
  context: LoweringContext,
  value: number,
  dtype: OnnxDtype,
  shape: readonly number[],
  layout: readonly number[] = [...shape.keys()],
): Lowered {
  const ones = shape.map(() => 1);
  return { value: { ...context.scalar(value, dtype), shape: ones }, shape, layout };
}
