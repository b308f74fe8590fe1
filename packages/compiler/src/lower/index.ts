import type { AttrsOf, InputsOf, KernelName } from '../capture/kernels.ts';
import * as conv from './convolution.ts';
import type { Lowered, LoweringCall } from './context.ts';
import * as elementwise from './elementwise.ts';
import * as indexing from './indexing.ts';
import * as movement from './movement.ts';
import * as pooling from './pooling.ts';
import * as reductions from './reductions.ts';
import * as reshape from './reshape.ts';
import * as resize from './resize.ts';

/** Turns one captured kernel into ONNX nodes and returns its results. */
export type Lowering<K extends KernelName> = (
  call: LoweringCall<InputsOf<K, Lowered>, AttrsOf<K>>,
) => Lowered | readonly Lowered[];

const { toOperator, lowerFloat, lowerTest } = elementwise;
const { toReduction } = reductions;

/** One lowering per kernel; a kernel of {@link KernelName} without one does not type-check. */
export const lowerings: { readonly [K in KernelName]: Lowering<K> } = {
  Abs: toOperator('Abs'),
  Acos: lowerFloat('Acos'),
  Acosh: lowerFloat('Acosh'),
  Asin: lowerFloat('Asin'),
  Asinh: lowerFloat('Asinh'),
  Atan: lowerFloat('Atan'),
  Atanh: lowerFloat('Atanh'),
  Cast: elementwise.lowerCast,
  Ceil: lowerFloat('Ceil'),
  ClipByValue: elementwise.lowerClip,
  Cos: lowerFloat('Cos'),
  Cosh: lowerFloat('Cosh'),
  Elu: lowerFloat('Elu'),
  Erf: lowerFloat('Erf'),
  Exp: lowerFloat('Exp'),
  Expm1: elementwise.lowerExpm1,
  Floor: lowerFloat('Floor'),
  Identity: elementwise.lowerIdentity,
  IsFinite: elementwise.lowerIsFinite,
  IsInf: lowerTest('IsInf'),
  IsNan: lowerTest('IsNaN'),
  LeakyRelu: elementwise.lowerLeakyRelu,
  Log: lowerFloat('Log'),
  Log1p: elementwise.lowerLog1p,
  LogicalNot: toOperator('Not'),
  Neg: toOperator('Neg'),
  OnesLike: elementwise.lowerConstantLike(1),
  Reciprocal: lowerFloat('Reciprocal'),
  Relu: toOperator('Relu'),
  Relu6: elementwise.lowerRelu6,
  Round: lowerFloat('Round'),
  Rsqrt: elementwise.lowerRsqrt,
  Selu: lowerFloat('Selu'),
  Sigmoid: lowerFloat('Sigmoid'),
  Sign: toOperator('Sign'),
  Sin: lowerFloat('Sin'),
  Sinh: lowerFloat('Sinh'),
  Softplus: lowerFloat('Softplus'),
  Sqrt: lowerFloat('Sqrt'),
  Square: elementwise.lowerSquare,
  Step: elementwise.lowerStep,
  Tan: lowerFloat('Tan'),
  Tanh: lowerFloat('Tanh'),
  ZerosLike: elementwise.lowerConstantLike(0),

  Add: toOperator('Add'),
  AddN: elementwise.lowerAddN,
  Atan2: elementwise.lowerAtan2,
  Equal: toOperator('Equal'),
  FloorDiv: elementwise.lowerFloorDiv,
  Greater: toOperator('Greater'),
  GreaterEqual: toOperator('GreaterOrEqual'),
  Less: toOperator('Less'),
  LessEqual: toOperator('LessOrEqual'),
  LogicalAnd: toOperator('And'),
  LogicalOr: toOperator('Or'),
  Maximum: toOperator('Max'),
  Minimum: toOperator('Min'),
  Mod: elementwise.lowerMod,
  Multiply: toOperator('Mul'),
  NotEqual: elementwise.lowerNotEqual,
  Pow: toOperator('Pow'),
  Prelu: elementwise.lowerPrelu,
  RealDiv: toOperator('Div'),
  Select: elementwise.lowerSelect,
  SquaredDifference: elementwise.lowerSquaredDifference,
  Sub: toOperator('Sub'),

  All: toReduction('ReduceMin', 'ignore'),
  Any: toReduction('ReduceMax', 'ignore'),
  ArgMax: reductions.lowerArg('ArgMax'),
  ArgMin: reductions.lowerArg('ArgMin'),
  Cumsum: reductions.lowerCumsum,
  Max: toReduction('ReduceMax', 'ignore'),
  Mean: toReduction('ReduceMean', 'ignore'),
  Min: toReduction('ReduceMin', 'ignore'),
  Prod: toReduction('ReduceProd', 'materialize'),
  Softmax: reductions.lowerSoftmax,
  Sum: toReduction('ReduceSum', 'multiply'),

  BatchToSpaceND: movement.lowerBatchToSpace,
  Concat: movement.lowerConcat,
  DepthToSpace: movement.lowerDepthToSpace,
  ExpandDims: reshape.lowerExpandDims,
  Fill: movement.lowerFill,
  GatherNd: indexing.lowerGatherNd,
  GatherV2: indexing.lowerGather,
  MirrorPad: movement.lowerMirrorPad,
  OneHot: indexing.lowerOneHot,
  Pack: movement.lowerPack,
  PadV2: movement.lowerPad,
  Range: movement.lowerRange,
  Reshape: reshape.lowerReshape,
  Reverse: movement.lowerReverse,
  ScatterNd: indexing.lowerScatterNd,
  Slice: movement.lowerSlice,
  SpaceToBatchND: movement.lowerSpaceToBatch,
  SplitV: movement.lowerSplit,
  StridedSlice: movement.lowerStridedSlice,
  Tile: movement.lowerTile,
  Transpose: reshape.lowerTranspose,
  Unpack: movement.lowerUnpack,
  UnsortedSegmentSum: indexing.lowerSegmentSum,

  AvgPool: pooling.lowerPool('AveragePool'),
  AvgPoolGrad: pooling.lowerAvgPoolGrad,
  BatchMatMul: indexing.lowerMatMul,
  Conv2D: conv.lowerConv,
  Conv2DBackpropFilter: conv.lowerConvFilterGradient,
  Conv2DBackpropInput: conv.lowerConvInputGradient,
  DepthwiseConv2dNative: conv.lowerDepthwiseConv,
  FusedBatchNorm: reductions.lowerFusedBatchNorm,
  MaxPool: pooling.lowerPool('MaxPool'),
  MaxPoolGrad: pooling.lowerMaxPoolGrad,
  ResizeBilinear: resize.lowerResizeBilinear,
  ResizeNearestNeighbor: resize.lowerResizeNearest,
};

/** The names of all kernels that the compiler understands. */
export const compiledKernels = Object.keys(lowerings) as readonly KernelName[];
