import type { KernelName } from '../capture/kernels.ts';
import type { ValueType } from '../capture/graph.ts';
import * as conv from './convolution.ts';
import * as elementwise from './elementwise.ts';
import * as movement from './movement.ts';
import { argType, reducedType } from './reductions.ts';
import type { ShapeRule } from './rule.ts';

const { broadcastType, sameType, sameShapeBool } = elementwise;

/** One shape rule per kernel; a kernel of {@link KernelName} without one does not type-check. */
const shapeRules: { readonly [K in KernelName]: ShapeRule<K> } = {
  Abs: sameType,
  Atan: sameType,
  Cast: elementwise.castType,
  Ceil: sameType,
  ClipByValue: sameType,
  Cos: sameType,
  Elu: sameType,
  Erf: sameType,
  Exp: sameType,
  Expm1: sameType,
  Floor: sameType,
  Identity: sameType,
  IsFinite: sameShapeBool,
  IsInf: sameShapeBool,
  IsNan: sameShapeBool,
  LeakyRelu: sameType,
  Log: sameType,
  Log1p: sameType,
  LogicalNot: sameType,
  Neg: sameType,
  OnesLike: sameType,
  Reciprocal: sameType,
  Relu: sameType,
  Relu6: sameType,
  Round: sameType,
  Rsqrt: sameType,
  Selu: sameType,
  Sigmoid: sameType,
  Sign: sameType,
  Sin: sameType,
  Softplus: sameType,
  Sqrt: sameType,
  Square: sameType,
  Step: sameType,
  Tanh: sameType,
  ZerosLike: sameType,

  Add: broadcastType('Add'),
  AddN: broadcastType('AddN'),
  Atan2: broadcastType('Atan2'),
  EluGrad: broadcastType('EluGrad'),
  Equal: broadcastType('Equal', 'bool'),
  FloorDiv: broadcastType('FloorDiv', 'int32'),
  Greater: broadcastType('Greater', 'bool'),
  GreaterEqual: broadcastType('GreaterEqual', 'bool'),
  Less: broadcastType('Less', 'bool'),
  LessEqual: broadcastType('LessEqual', 'bool'),
  LogicalAnd: broadcastType('LogicalAnd', 'bool'),
  LogicalOr: broadcastType('LogicalOr', 'bool'),
  LogicalXor: broadcastType('LogicalXor', 'bool'),
  Maximum: broadcastType('Maximum'),
  Minimum: broadcastType('Minimum'),
  Mod: broadcastType('Mod'),
  Multiply: broadcastType('Multiply'),
  NotEqual: broadcastType('NotEqual', 'bool'),
  Pow: broadcastType('Pow'),
  Prelu: broadcastType('Prelu'),
  RealDiv: broadcastType('RealDiv'),
  Select: elementwise.selectType,
  SquaredDifference: broadcastType('SquaredDifference'),
  Sub: broadcastType('Sub'),

  All: reducedType('bool'),
  Any: reducedType('bool'),
  ArgMax: argType,
  ArgMin: argType,
  Cumsum: sameType,
  LogSoftmax: sameType,
  Max: reducedType(),
  Mean: reducedType('float32'),
  Min: reducedType(),
  Prod: reducedType(),
  Softmax: sameType,
  Sum: reducedType(),

  BatchToSpaceND: movement.batchToSpaceType,
  BroadcastTo: movement.broadcastToType,
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
  ResizeBilinearGrad: conv.likeImages,
  ResizeNearestNeighbor: conv.resizeType,
  ResizeNearestNeighborGrad: conv.likeImages,
};

export const hasShapeRule = (kernel: string): kernel is KernelName => Object.hasOwn(shapeRules, kernel);

/**
 * The types of a kernel's results.
 *
 * @param inputs the operands' types: a list, or a record by operand name
 * @throws UserError when shapes do not fit together
 */
export function inferShapes(kernel: KernelName, inputs: unknown, attrs: object): ValueType[] {
  const rule = shapeRules[kernel] as unknown as (inputs: unknown, attrs: object) => ValueType | ValueType[];
  return [rule(inputs, attrs)].flat();
}
