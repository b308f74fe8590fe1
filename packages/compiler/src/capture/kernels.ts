import type * as tf from '@tensorflow/tfjs';

/** What a kernel reads and its static attributes, in tfjs's own types. */
interface Kernel<Inputs, Attrs = object> {
  inputs: Inputs;
  attrs: Attrs;
}

type Unary = Kernel<tf.UnaryInputs>;
type Binary = Kernel<tf.BinaryInputs>;
type Reduction = Kernel<
  Pick<tf.NamedTensorInfoMap, 'x'>,
  { axis: number | number[]; keepDims: boolean }
>;

/**
 * Every tfjs kernel that the compiler understands. The tables of shape rules and of lowerings are
 * typed by it, so a kernel listed here without both does not type-check.
 */
export interface Kernels {
  // Elementwise, one operand.
  Abs: Unary;
  Acos: Unary;
  Acosh: Unary;
  Asin: Unary;
  Asinh: Unary;
  Atan: Unary;
  Atanh: Unary;
  Cast: Kernel<tf.CastInputs, tf.CastAttrs>;
  Ceil: Unary;
  ClipByValue: Kernel<tf.ClipByValueInputs, tf.ClipByValueAttrs>;
  Cos: Unary;
  Cosh: Unary;
  Elu: Kernel<tf.EluInputs>;
  Erf: Unary;
  Exp: Unary;
  Expm1: Unary;
  Floor: Unary;
  Identity: Kernel<tf.IdentityInputs>;
  IsFinite: Unary;
  IsInf: Unary;
  IsNan: Unary;
  LeakyRelu: Kernel<tf.LeakyReluInputs, tf.LeakyReluAttrs>;
  Log: Unary;
  Log1p: Unary;
  LogicalNot: Kernel<tf.LogicalNotInputs>;
  Neg: Unary;
  OnesLike: Unary;
  Reciprocal: Unary;
  Relu: Kernel<tf.ReluInputs>;
  Relu6: Kernel<tf.Relu6Inputs>;
  Round: Unary;
  Rsqrt: Unary;
  Selu: Kernel<tf.SeluInputs>;
  Sigmoid: Unary;
  Sign: Unary;
  Sin: Unary;
  Sinh: Unary;
  Softplus: Unary;
  Sqrt: Unary;
  Square: Kernel<tf.SquareInputs>;
  Step: Kernel<tf.StepInputs, tf.StepAttrs>;
  Tan: Unary;
  Tanh: Unary;
  ZerosLike: Unary;
  // Elementwise, several operands that broadcast.
  Add: Binary;
  AddN: Kernel<tf.AddNInputs>;
  Atan2: Binary;
  Equal: Binary;
  FloorDiv: Binary;
  Greater: Binary;
  GreaterEqual: Binary;
  Less: Binary;
  LessEqual: Binary;
  LogicalAnd: Binary;
  LogicalOr: Binary;
  Maximum: Binary;
  Minimum: Binary;
  Mod: Binary;
  Multiply: Binary;
  NotEqual: Binary;
  Pow: Binary;
  Prelu: Kernel<tf.PreluInputs>;
  RealDiv: Binary;
  Select: Kernel<tf.SelectInputs>;
  SquaredDifference: Binary;
  Sub: Binary;
  // Reductions and scans.
  All: Reduction;
  Any: Reduction;
  ArgMax: Kernel<tf.ArgMaxInputs, tf.ArgMaxAttrs>;
  ArgMin: Kernel<tf.ArgMinInputs, tf.ArgMinAttrs>;
  Cumsum: Kernel<tf.CumsumInputs, tf.CumsumAttrs>;
  Max: Kernel<tf.MaxInputs, tf.MaxAttrs>;
  Mean: Reduction;
  Min: Reduction;
  Prod: Reduction;
  Softmax: Kernel<tf.SoftmaxInputs, tf.SoftmaxAttrs>;
  Sum: Reduction;
  // Shape and data movement.
  BatchToSpaceND: Kernel<tf.BatchToSpaceNDInputs, tf.BatchToSpaceNDAttrs>;
  Concat: Kernel<tf.ConcatInputs, tf.ConcatAttrs>;
  DepthToSpace: Kernel<tf.DepthToSpaceInputs, tf.DepthToSpaceAttrs>;
  ExpandDims: Kernel<tf.ExpandDimsInputs, tf.ExpandDimsAttrs>;
  Fill: Kernel<Record<never, tf.TensorInfo>, tf.FillAttrs>;
  GatherNd: Kernel<tf.GatherNdInputs>;
  GatherV2: Kernel<tf.GatherV2Inputs, tf.GatherV2Attrs>;
  MirrorPad: Kernel<tf.MirrorPadInputs, tf.MirrorPadAttrs>;
  OneHot: Kernel<tf.OneHotInputs, tf.OneHotAttrs>;
  Pack: Kernel<tf.PackInputs, tf.PackAttrs>;
  PadV2: Kernel<tf.PadV2Inputs, tf.PadV2Attrs>;
  Range: Kernel<Record<never, tf.TensorInfo>, tf.RangeAttrs>;
  Reshape: Kernel<tf.ReshapeInputs, tf.ReshapeAttrs>;
  Reverse: Kernel<tf.ReverseInputs, tf.ReverseAttrs>;
  ScatterNd: Kernel<tf.ScatterNdInputs, tf.ScatterNdAttrs>;
  Slice: Kernel<tf.SliceInputs, tf.SliceAttrs>;
  SpaceToBatchND: Kernel<tf.SpaceToBatchNDInputs, tf.SpaceToBatchNDAttrs>;
  SplitV: Kernel<tf.SplitVInputs, tf.SplitVAttrs>;
  StridedSlice: Kernel<tf.StridedSliceInputs, tf.StridedSliceAttrs>;
  Tile: Kernel<tf.TileInputs, tf.TileAttrs>;
  Transpose: Kernel<tf.TransposeInputs, tf.TransposeAttrs>;
  Unpack: Kernel<tf.UnpackInputs, tf.UnpackAttrs>;
  UnsortedSegmentSum: Kernel<tf.UnsortedSegmentSumInputs, tf.UnsortedSegmentSumAttrs>;
  // Linear algebra, convolution, pooling, resizing.
  AvgPool: Kernel<tf.AvgPoolInputs, tf.AvgPoolAttrs>;
  AvgPoolGrad: Kernel<tf.AvgPoolGradInputs, tf.AvgPoolGradAttrs>;
  BatchMatMul: Kernel<tf.BatchMatMulInputs, tf.BatchMatMulAttrs>;
  Conv2D: Kernel<tf.Conv2DInputs, tf.Conv2DAttrs>;
  Conv2DBackpropFilter: Kernel<tf.Conv2DBackpropFilterInputs, tf.Conv2DBackpropFilterAttrs>;
  Conv2DBackpropInput: Kernel<tf.Conv2DBackpropInputInputs, tf.Conv2DBackpropInputAttrs>;
  DepthwiseConv2dNative: Kernel<tf.DepthwiseConv2dNativeInputs, tf.DepthwiseConv2dNativeAttrs>;
  FusedBatchNorm: Kernel<tf.FusedBatchNormInputs, tf.FusedBatchNormAttrs>;
  MaxPool: Kernel<tf.MaxPoolInputs, tf.MaxPoolAttrs>;
  MaxPoolGrad: Kernel<tf.MaxPoolGradInputs, tf.MaxPoolGradAttrs>;
  ResizeBilinear: Kernel<tf.ResizeBilinearInputs, tf.ResizeBilinearAttrs>;
  ResizeNearestNeighbor: Kernel<tf.ResizeNearestNeighborInputs, tf.ResizeNearestNeighborAttrs>;
}

export type KernelName = keyof Kernels;

/** A kernel's operands with every tfjs tensor replaced by `Leaf`: a list, or a record by name. */
export type InputsOf<K extends KernelName, Leaf> = Kernels[K]['inputs'] extends readonly unknown[]
  ? readonly Leaf[]
  : { readonly [Name in keyof Kernels[K]['inputs']]: Leaf };

export type AttrsOf<K extends KernelName> = Kernels[K]['attrs'];
