import type { KernelName } from '../capture/kernels.ts';
import type { ValueType } from '../capture/graph.ts';
import * as conv from './convolution.ts';
import * as elementwise from './elementwise.ts';
import * as movement from './movement.ts';
import { argType, extremumType, reducedType } from './reductions.ts';
import type { ShapeRule } from './rule.ts';

const { broadcastType, floatTestType, floatType, numberType, sameType, sameShapeBool } =
  elementwise;

const real = { operands: ['float32'] } as const;
const comparison = { result: 'bool' } as const;
const equality = { result: 'bool', operands: ['float32', 'int32', 'bool'] } as const;
const logical = { result: 'bool', operands: ['bool'] } as const;

/** One shape rule per kernel; a kernel of {@link KernelName} without one does not type-check. */
const shapeRules: { readonly [K in KernelName]: ShapeRule<K> } = {
  Abs: numberType('Abs'),
  Acos: floatType('Acos'),
  Acosh: floatType('Acosh'),
  Asin: floatType('Asin'),
  Asinh: floatType('Asinh'),
  Atan: floatType('Atan'),
  Atanh: floatType('Atanh'),
  Cast: elementwise.castType,
  Ceil: floatType('Ceil'),
  ClipByValue: numberType('ClipByValue'),
  Cos: floatType('Cos'),
  Cosh: floatType('Cosh'),
  Elu: floatType('Elu'),
  Erf: floatType('Erf'),
  Exp: floatType('Exp'),
  Expm1: floatType('Expm1'),
  Floor: floatType('Floor'),
  Identity: sameType,
  IsFinite: floatTestType('IsFinite'),
  IsInf: floatTestType('IsInf'),
  IsNan: floatTestType('IsNan'),
  LeakyRelu: floatType('LeakyRelu'),
  Log: floatType('Log'),
  Log1p: floatType('Log1p'),
  LogicalNot: sameShapeBool,
  Neg: numberType('Neg'),
  OnesLike: sameType,
  Reciprocal: floatType('Reciprocal'),
  Relu: numberType('Relu'),
  Relu6: numberType('Relu6'),
  Round: floatType('Round'),
  Rsqrt: floatType('Rsqrt'),
  Selu: floatType('Selu'),
  Sigmoid: floatType('Sigmoid'),
  Sign: numberType('Sign'),
  Sin: floatType('Sin'),
  Sinh: floatType('Sinh'),
  Softplus: floatType('Softplus'),
  Sqrt: floatType('Sqrt'),
  Square: numberType('Square'),
  Step: floatType('Step'),
  Tan: floatType('Tan'),
  Tanh: floatType('Tanh'),
  ZerosLike: sameType,

  Add: broadcastType('Add'),
  AddN: broadcastType('AddN'),
  Atan2: broadcastType('Atan2', real),
  Equal: broadcastType('Equal', equality),
  FloorDiv: broadcastType('FloorDiv', { result: 'int32' }),
  Greater: broadcastType('Greater', comparison),
  GreaterEqual: broadcastType('GreaterEqual', comparison),
  Less: broadcastType('Less', comparison),
  LessEqual: broadcastType('LessEqual', comparison),
  LogicalAnd: broadcastType('LogicalAnd', logical),
  LogicalOr: broadcastType('LogicalOr', logical),
  Maximum: broadcastType('Maximum'),
  Minimum: broadcastType('Minimum'),
  Mod: broadcastType('Mod'),
  Multiply: broadcastType('Multiply'),
  NotEqual: broadcastType('NotEqual', equality),
  Pow: broadcastType('Pow'),
  Prelu: broadcastType('Prelu', real),
  RealDiv: broadcastType('RealDiv', real),
  Select: elementwise.selectType,
  SquaredDifference: broadcastType('SquaredDifference'),
  Sub: broadcastType('Sub'),

  All: reducedType('bool'),
  Any: reducedType('bool'),
  ArgMax: argType,
  ArgMin: argType,
  Cumsum: numberType('Cumsum'),
  Max: extremumType,
  Mean: reducedType('float32'),
  Min: extremumType,
  Prod: reducedType(),
  Softmax: floatType('Softmax'),
  Sum: reducedType(),

  BatchToSpaceND: movement.batchToSpaceType,
  Concat: movement.concatType,
  DepthToSpace: movement.depthToSpaceType,
  ExpandDims: movement.expandDimsType,
  Fill: movement.fillType,
  GatherNd: movement.gatherNdType,
  GatherV2: movement.gatherType,
  MirrorPad: movement.paddedType,
  OneHot: movement.oneHotType,
  Pack: movement.packType,
  PadV2: movement.paddedType,
  Range: movement.rangeType,
  Reshape: movement.reshapeType,
  Reverse: sameType,
  ScatterNd: movement.scatterType,
  Slice: movement.sliceType,
  SpaceToBatchND: movement.spaceToBatchType,
  SplitV: movement.splitType,
  StridedSlice: movement.stridedSliceType,
  Tile: movement.tileType,
  Transpose: movement.transposeType,
  Unpack: movement.unpackType,
  UnsortedSegmentSum: movement.segmentSumType,

  AvgPool: conv.poolType,
  AvgPoolGrad: conv.likeInput,
  BatchMatMul: conv.matMulType,
  Conv2D: conv.convType,
  Conv2DBackpropFilter: conv.convFilterGradientType,
  Conv2DBackpropInput: conv.convInputGradientType,
  DepthwiseConv2dNative: conv.depthwiseType,
  FusedBatchNorm: sameType,
  MaxPool: conv.poolType,
  MaxPoolGrad: conv.likeInput,
  ResizeBilinear: conv.resizeType,
  ResizeNearestNeighbor: conv.resizeNearestType,
};

export const hasShapeRule = (kernel: string): kernel is KernelName =>
  Object.hasOwn(shapeRules, kernel);

/**
 * The types of a kernel's results.
 *
 * @param inputs the operands' types: a list, or a record by operand name
 * @throws UserError when shapes do not fit together
 */
export function inferShapes(kernel: KernelName, inputs: unknown, attrs: object): ValueType[] {
  const rule = shapeRules[kernel] as unknown as (
    inputs: unknown,
    attrs: object,
  ) => ValueType | ValueType[];
  return [rule(inputs, attrs)].flat();
}
