import { sizeOfShape, type OnnxNode, type OnnxValue } from '../onnx/graph.ts';

/** What an operator spends its time on. */
export type OperatorKind =
  | 'convolution'
  | 'matrix product'
  | 'pooling'
  | 'reduction'
  | 'elementwise'
  | 'data movement'
  | 'other';

/** How an ONNX operator is counted. */
export interface Operator {
  readonly kind: OperatorKind;
  /** Floating-point operations of a node; a multiply-add counts as two. */
  readonly flops: (node: OnnxNode) => number;
  /** True when the result is the first operand's memory under another shape. */
  readonly isView?: boolean;
}

const size = (value: OnnxValue | undefined): number =>
  value === undefined ? 0 : sizeOfShape(value.shape);
const operand = (node: OnnxNode, index: number): OnnxValue => node.inputs[index]!;
const result = (node: OnnxNode): OnnxValue => node.outputs[0]!;
const product = (extents: readonly number[]): number => sizeOfShape(extents);

/** Reads an integer attribute; ONNX's default is 0 for all that are read here. */
const integer = (node: OnnxNode, name: string): number => {
  const attribute = node.attributes[name];
  return attribute !== undefined && 'i' in attribute ? attribute.i : 0;
};

/** Every output element sums in/group · kh · kw products; taps on padding count like any other. */
const convFlops = (node: OnnxNode): number => {
  const [, ...taps] = operand(node, 1).shape;
  const bias = node.inputs[2] === undefined ? 0 : size(result(node));
  return 2 * size(result(node)) * product(taps) + bias;
};

/** Every input element is spread over out/group · kh · kw output elements. */
const convTransposeFlops = (node: OnnxNode): number => {
  const [, ...taps] = operand(node, 1).shape;
  const bias = node.inputs[2] === undefined ? 0 : size(result(node));
  return 2 * size(operand(node, 0)) * product(taps) + bias;
};

/** Extent of the axis that a product sums over: the left operand's last, or last but one. */
const inner = (node: OnnxNode): number =>
  operand(node, 0).shape.at(integer(node, 'transA') === 1 ? -2 : -1) ?? 1;

const productFlops = (node: OnnxNode): number => {
  const sum = node.inputs[2] === undefined ? 0 : size(result(node));
  return 2 * size(result(node)) * inner(node) + sum;
};

/** Every output element looks at its whole window. */
const windowFlops = (node: OnnxNode): number => {
  const kernel = node.attributes['kernel_shape'];
  return size(result(node)) * (kernel !== undefined && 'ints' in kernel ? product(kernel.ints) : 1);
};

const perInput =
  (operations: number) =>
  (node: OnnxNode): number =>
    operations * size(operand(node, 0));

const perOutput =
  (operations: number) =>
  (node: OnnxNode): number =>
    operations * size(result(node));

/** One operation per output element and further operand. */
const variadic = (node: OnnxNode): number =>
  Math.max(1, node.inputs.length - 1) * size(result(node));

const onlySums = (node: OnnxNode): number => {
  const mode = node.attributes['reduction'];
  return mode !== undefined && 's' in mode && mode.s !== 'none' ? size(operand(node, 2)) : 0;
};

const none = (): number => 0;

/** Rows of the table: names of operators that are counted alike. */
const family = (names: string, operator: Operator): Record<string, Operator> =>
  Object.fromEntries(names.split(' ').map((name) => [name, operator]));

/**
 * Operators by name; those of ONNX Runtime's own domains do the same work as their namesakes, on
 * blocked channels (`com.microsoft.nchwc`) or with an activation built in (`Fused…`).
 */
const operators: Readonly<Record<string, Operator>> = {
  ...family('Conv FusedConv NhwcConv', { kind: 'convolution', flops: convFlops }),
  ...family('ConvTranspose', { kind: 'convolution', flops: convTransposeFlops }),
  ...family('Gemm FusedGemm MatMul FusedMatMul TransposeMatMul', {
    kind: 'matrix product',
    flops: productFlops,
  }),
  ...family('AveragePool MaxPool', { kind: 'pooling', flops: windowFlops }),
  ...family('GlobalAveragePool GlobalMaxPool', { kind: 'pooling', flops: perInput(1) }),
  ...family('ReduceSum ReduceMean ReduceMax ReduceMin ReduceProd ArgMax ArgMin CumSum', {
    kind: 'reduction',
    flops: perInput(1),
  }),
  ...family('ReduceSumSquare ReduceL1 ReduceL2', { kind: 'reduction', flops: perInput(2) }),
  // Maximum, subtraction, exponential, sum, division.
  ...family('Softmax LogSoftmax', { kind: 'reduction', flops: perInput(5) }),
  ...family(
    'Abs Acos Acosh Asin Asinh Atan Atanh Ceil Cos Cosh Elu Erf Exp Floor LeakyRelu Log Neg Reciprocal ' +
      'Relu Round Selu Sigmoid Sign Sin Sinh Softplus Sqrt Tan Tanh',
    { kind: 'elementwise', flops: perOutput(1) },
  ),
  ...family(
    'Add Sub Mul Div Pow Mod PRelu Equal Greater GreaterOrEqual Less LessOrEqual IsNaN IsInf',
    {
      kind: 'elementwise',
      flops: perOutput(1),
    },
  ),
  ...family('Max Min Sum Mean', { kind: 'elementwise', flops: variadic }),
  // A multiply-add and both bounds.
  ...family('HardSigmoid', { kind: 'elementwise', flops: perOutput(4) }),
  ...family('Clip', { kind: 'elementwise', flops: perOutput(2) }),
  ...family('And Or Xor Not Where', { kind: 'elementwise', flops: none }),
  ...family('Reshape Identity Squeeze Unsqueeze Flatten', {
    kind: 'data movement',
    flops: none,
    isView: true,
  }),
  ...family(
    'Cast Concat DepthToSpace Expand Gather GatherElements GatherND Pad ReorderInput ReorderOutput Resize ' +
      'Slice SpaceToDepth Split Tile Transpose Trilu OneHot ConstantOfShape Range ReverseSequence',
    { kind: 'data movement', flops: none },
  ),
  ...family('ScatterElements ScatterND', { kind: 'data movement', flops: onlySums }),
};

const unknown: Operator = { kind: 'other', flops: none };

/** How a node is counted; an operator without a formula is of the kind `other`. */
export const operatorOf = ({ op }: OnnxNode): Operator =>
  Object.hasOwn(operators, op) ? operators[op]! : unknown;

/** Floating-point operations of a node; work on whole numbers and booleans counts as none. */
export function flopsOf(node: OnnxNode): number {
  const isFloat = node.inputs.some((value) => value?.dtype === 'float32');
  return isFloat ? operatorOf(node).flops(node) : 0;
}
