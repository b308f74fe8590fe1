import type { AttrsOf } from '../capture/kernels.ts';
import type { OnnxDtype, OnnxValue } from '../onnx/graph.ts';
import { broadcastShapes } from '../shapes/rule.ts';
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
    elementwise(
      context,
      Object.values(inputs) as Lowered[],
      outputs[0]!.dtype,
      (values, { dtype }) => expression(new Expression(context, dtype), values, attrs),
    );

/** Elementwise operators on physical values of one layout, which broadcast against each other. */
export class Expression {
  readonly #context: LoweringContext;
  /** The dtype of the whole expression. */
  readonly dtype: OnnxDtype;

  constructor(context: LoweringContext, dtype: OnnxDtype) {
    this.#context = context;
    this.dtype = dtype;
  }

  op(
    op: string,
    inputs: OnnxValue[],
    dtype: OnnxDtype = this.dtype,
    options: NodeOptions = {},
  ): OnnxValue {
    const shape = broadcastShapes('compiler', ...inputs.map((input) => input.shape));
    return this.#context.node(op, inputs, { dtype, shape }, options);
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

/** So steep that every normal float32 number is taken to −1 or below, 0, or 1 and above. */
const steep = 1e38;

/**
 * 1 for x > 0, else `alpha`. A clamped slope does it without the comparison and selection that are
 * several times as slow. tfjs keeps NaN, which costs two more passes and helps nobody.
 */
export const lowerStep = toExpression<AttrsOf<'Step'>>((e, [x], attrs) => {
  const alpha = attrs.alpha ?? 0;
  if (alpha === 0) {
    return e.op('HardSigmoid', [x!], 'float32', {
      attributes: { alpha: { f: steep }, beta: { f: 0 } },
    });
  }
  if (alpha > 0 && alpha < 1) {
    return e.op('Clip', [e.op('Mul', [x!, e.scalar(steep)]), e.scalar(alpha), e.scalar(1)]);
  }
  return e.select(e.op('Greater', [x!, e.scalar(0)], 'bool'), e.scalar(1), e.scalar(alpha));
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

export const lowerLeakyRelu = ({
  context,
  inputs,
  attrs,
  outputs,
}: Call<AttrsOf<'LeakyRelu'>>): Lowered =>
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

/** The branches get the result's dtype; ONNX Runtime does not select among booleans. */
export const lowerSelect = toExpression((e, [condition, t, other]) => {
  if (e.dtype !== 'bool') return e.select(condition!, e.cast(t!, e.dtype), e.cast(other!, e.dtype));
  const no = e.op('Not', [condition!]);
  return e.op('Or', [e.op('And', [condition!, t!]), e.op('And', [no, other!])]);
});

export const lowerPrelu = toExpression((e, [x, alpha]) =>
  e.select(e.op('Less', [x!, e.scalar(0)], 'bool'), e.op('Mul', [x!, alpha!]), x!),
);

/**
 * A division that rounds towards minus infinity. Whole numbers stay whole, since float32 does not
 * hold them all; dividing by zero gives 0, as tfjs does, where the processor would trap.
 */
export const lowerFloorDiv = toExpression((e, [a, b]) => {
  if (a!.dtype === 'int32') {
    const { isZero, divisor } = nonZero(e, b!);
    const multiple = e.op('Sub', [a!, e.op('Mod', [a!, divisor])]);
    return e.select(isZero, e.scalar(0), e.op('Div', [multiple, divisor]));
  }
  const quotient = e.op('Div', [e.cast(a!, 'float32'), e.cast(b!, 'float32')], 'float32');
  return e.cast(e.op('Floor', [quotient], 'float32'), 'int32');
});

/** The remainder has the divisor's sign, as tfjs's does; that of a whole division by zero is 0. */
export const lowerMod = toExpression((e, [a, b]) => {
  if (e.dtype === 'int32') {
    const { isZero, divisor } = nonZero(e, b!);
    return e.select(isZero, e.scalar(0), e.op('Mod', [a!, divisor]));
  }
  const remainder = (x: OnnxValue): OnnxValue =>
    e.op('Mod', [x, b!], 'float32', { attributes: { fmod: { i: 1 } } });
  const isNegative = (x: OnnxValue): OnnxValue => e.op('Less', [x, e.scalar(0)], 'bool');
  const differ = e.op('Xor', [isNegative(a!), isNegative(b!)], 'bool');
  const truncated = remainder(a!);
  return e.select(differ, remainder(e.op('Add', [truncated, b!])), truncated);
});

/** A divisor whose zeros are replaced by 1, and where they were. */
function nonZero(e: Expression, b: OnnxValue): { isZero: OnnxValue; divisor: OnnxValue } {
  const isZero = e.op('Equal', [b, e.scalar(0, 'int32')], 'bool');
  return { isZero, divisor: e.op('Where', [isZero, e.scalar(1, 'int32'), b], 'int32') };
}

export const lowerNotEqual = toExpression((e, [a, b]) =>
  e.op('Not', [e.op('Equal', [a!, b!], 'bool')], 'bool'),
);

export const lowerAtan2 = toExpression((e, [a, b]) => {
  const quotient = e.op('Div', [a!, b!]);
  // 0 / 0 would not be a number.
  const base = e.op('Atan', [e.select(e.op('Equal', [a!, e.scalar(0)], 'bool'), a!, quotient)]);
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

/** Functions of one number that ONNX has under the same name. */
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
