import type { AttrsOf } from '../capture/kernels.ts';
import { rangeStep, sliceBounds, splitSizes, stridedSliceInfo } from '../shapes/movement.ts';
import { normalizeAxes } from '../shapes/rule.ts';
import {
  type Lowered,
  type LoweringCall,
  type LoweringContext,
  physicalSize,
  plain,
  plainLayout,
} from './context.ts';
import { splat } from './elementwise.ts';
import { dropAxes } from './reductions.ts';
import { reshapeLowered } from './reshape.ts';

type X = { readonly x: Lowered };

/** Cuts logical ranges out of a value, in its own layout; untouched axes are not named. */
export function sliceLowered(
  context: LoweringContext,
  x: Lowered,
  begin: readonly number[],
  end: readonly number[],
  strides: readonly number[] = begin.map(() => 1),
): Lowered {
  const length = (axis: number): number =>
    Math.max(0, Math.ceil((end[axis]! - begin[axis]!) / strides[axis]!));
  const shape = x.shape.map((_, axis) => length(axis));
  const cut = x.shape
    .map((_, axis) => axis)
    .filter(
      (axis) =>
        (shape[axis] !== x.shape[axis] || strides[axis] !== 1) &&
        x.value.shape[x.layout.indexOf(axis)] !== 1,
    );
  if (cut.length === 0) return { ...x, shape };
  const physical = x.layout.map((axis, i) =>
    cut.includes(axis) ? shape[axis]! : x.value.shape[i]!,
  );
  const ranges = cut.map((axis) => {
    const from = begin[axis]!;
    // One row has no direction; ONNX Runtime's WebGPU provider mistakes one that runs backwards.
    if (shape[axis] === 1) return { from, to: from + 1, stride: 1 };
    // A reversed slice that runs past the front has no other way to say so.
    return { from, to: end[axis]! < 0 ? -(2 ** 31) : end[axis]!, stride: strides[axis]! };
  });
  const inputs = [
    x.value,
    context.ints(ranges.map(({ from }) => from)),
    context.ints(ranges.map(({ to }) => to)),
    context.ints(cut.map((axis) => x.layout.indexOf(axis))),
    context.ints(ranges.map(({ stride }) => stride)),
  ];
  return {
    value: context.node('Slice', inputs, { dtype: x.value.dtype, shape: physical }),
    shape,
    layout: x.layout,
  };
}

export const lowerSlice = ({
  context,
  inputs,
  attrs,
}: LoweringCall<X, AttrsOf<'Slice'>>): Lowered => {
  const { begin, size } = sliceBounds(inputs.x.shape, attrs);
  return sliceLowered(
    context,
    inputs.x,
    begin,
    begin.map((from, axis) => from + size[axis]!),
  );
};

export const lowerStridedSlice = ({
  context,
  inputs,
  attrs,
  outputs,
}: LoweringCall<X, AttrsOf<'StridedSlice'>>): Lowered => {
  const info = stridedSliceInfo(inputs.x.shape, attrs);
  const cut = sliceLowered(context, inputs.x, info.begin, info.end, info.strides);
  return reshapeLowered(context, cut, outputs[0]!.shape);
};

/** Turns logical axes round. */
function reverseLowered(context: LoweringContext, x: Lowered, axes: readonly number[]): Lowered {
  const isReversed = (axis: number): boolean => axes.includes(axis) && x.shape[axis] !== 1;
  return sliceLowered(
    context,
    x,
    x.shape.map((extent, axis) => (isReversed(axis) ? extent - 1 : 0)),
    x.shape.map((extent, axis) => (isReversed(axis) ? -1 : extent)),
    x.shape.map((_, axis) => (isReversed(axis) ? -1 : 1)),
  );
}

export const lowerReverse = ({
  context,
  inputs,
  attrs,
}: LoweringCall<X, AttrsOf<'Reverse'>>): Lowered =>
  reverseLowered(context, inputs.x, normalizeAxes(attrs.dims, inputs.x.shape.length));

/** Brings operands into the layout of the one that stores the most elements. */
function intoCommonLayout(context: LoweringContext, operands: readonly Lowered[]): Lowered[] {
  const largest = operands.reduce((a, b) => (physicalSize(b) > physicalSize(a) ? b : a));
  return operands.map((operand) => context.materialize(context.arrange(operand, largest.layout)));
}

export function concatLowered(
  context: LoweringContext,
  operands: readonly Lowered[],
  axis: number,
): Lowered {
  if (operands.length === 1) return operands[0]!;
  const arranged = intoCommonLayout(context, operands);
  const { layout, value, shape } = arranged[0]!;
  const extent = arranged.reduce((sum, operand) => sum + operand.shape[axis]!, 0);
  const at = layout.indexOf(axis);
  const physical = value.shape.map((own, i) => (i === at ? extent : own));
  const result = context.node(
    'Concat',
    arranged.map((operand) => operand.value),
    { dtype: value.dtype, shape: physical },
    { attributes: { axis: { i: at } } },
  );
  return { value: result, layout, shape: shape.map((own, i) => (i === axis ? extent : own)) };
}

export const lowerConcat = ({
  context,
  inputs,
  attrs,
}: LoweringCall<readonly Lowered[], AttrsOf<'Concat'>>): Lowered => {
  const [axis] = normalizeAxes(attrs.axis, inputs[0]!.shape.length) as [number];
  const present = inputs.filter(({ shape }) => shape[axis] !== 0);
  return concatLowered(context, present.length === 0 ? inputs.slice(0, 1) : present, axis);
};

export const lowerSplit = ({
  context,
  inputs,
  attrs,
}: LoweringCall<X, AttrsOf<'SplitV'>>): Lowered[] => {
  const { x } = inputs;
  const [axis] = normalizeAxes(attrs.axis, x.shape.length) as [number];
  const sizes = splitSizes(x.shape[axis]!, attrs.numOrSizeSplits);
  return sizes.map((size, index) => {
    const from = sizes.slice(0, index).reduce((a, b) => a + b, 0);
    const begin = x.shape.map((_, i) => (i === axis ? from : 0));
    const end = x.shape.map((extent, i) => (i === axis ? from + size : extent));
    return sliceLowered(context, x, begin, end);
  });
};

export const lowerPack = ({
  context,
  inputs,
  attrs,
}: LoweringCall<readonly Lowered[], AttrsOf<'Pack'>>): Lowered => {
  const rank = inputs[0]!.shape.length + 1;
  const axis = attrs.axis < 0 ? attrs.axis + rank : attrs.axis;
  const slices = inputs.map((x) =>
    reshapeLowered(context, x, [...x.shape.slice(0, axis), 1, ...x.shape.slice(axis)]),
  );
  return concatLowered(context, slices, axis);
};

export const lowerUnpack = ({
  context,
  inputs,
  attrs,
}: LoweringCall<{ readonly value: Lowered }, AttrsOf<'Unpack'>>): Lowered[] => {
  const { value } = inputs;
  const [axis] = normalizeAxes(attrs.axis, value.shape.length) as [number];
  return Array.from({ length: value.shape[axis]! }, (_, index) => {
    const begin = value.shape.map((__, i) => (i === axis ? index : 0));
    const end = value.shape.map((extent, i) => (i === axis ? index + 1 : extent));
    return dropAxes(context, sliceLowered(context, value, begin, end), [axis]);
  });
};

/** Pads in the operand's own layout. */
export function padLowered(
  context: LoweringContext,
  input: Lowered,
  paddings: readonly (readonly [number, number])[],
  { mode = 'constant', value = 0 }: { mode?: 'constant' | 'reflect'; value?: number } = {},
): Lowered {
  if (paddings.every(([before, after]) => before === 0 && after === 0)) return input;
  const x = context.materialize(input);
  const pads = [0, 1].flatMap((side) => x.layout.map((axis) => paddings[axis]![side]!));
  const shape = x.shape.map((extent, axis) => extent + paddings[axis]![0] + paddings[axis]![1]);
  const fill = mode === 'constant' ? [context.scalar(value, x.value.dtype)] : [];
  const result = context.node(
    'Pad',
    [x.value, context.ints(pads), ...fill],
    { dtype: x.value.dtype, shape: x.layout.map((axis) => shape[axis]!) },
    { attributes: { mode: { s: mode } } },
  );
  return { value: result, shape, layout: x.layout };
}

export const lowerPad = ({ context, inputs, attrs }: LoweringCall<X, AttrsOf<'PadV2'>>): Lowered =>
  padLowered(context, inputs.x, attrs.paddings, { value: attrs.constantValue ?? 0 });

/** ONNX reflects without the edge; a symmetric padding repeats it, which is concatenation. */
export const lowerMirrorPad = ({
  context,
  inputs,
  attrs,
}: LoweringCall<X, AttrsOf<'MirrorPad'>>): Lowered => {
  if (attrs.mode === 'reflect')
    return padLowered(context, inputs.x, attrs.paddings, { mode: 'reflect' });
  return attrs.paddings.reduce((x, [before, after], axis) => {
    // Cut first and turned then: a backward slice from the middle is wrong on ONNX Runtime's WebGPU.
    const mirrored = (from: number, to: number): Lowered => {
      const begin = x.shape.map((_, i) => (i === axis ? from : 0));
      const end = x.shape.map((extent, i) => (i === axis ? to : extent));
      return reverseLowered(context, sliceLowered(context, x, begin, end), [axis]);
    };
    const extent = x.shape[axis]!;
    const parts = [x];
    if (before > 0) parts.unshift(mirrored(0, before));
    if (after > 0) parts.push(mirrored(extent - after, extent));
    return concatLowered(context, parts, axis);
  }, inputs.x);
};

export const lowerTile = ({
  context,
  inputs,
  attrs,
  outputs,
}: LoweringCall<X, AttrsOf<'Tile'>>): Lowered => {
  const { x } = inputs;
  const isBroadcast = attrs.reps.every((count, axis) => count === 1 || x.shape[axis] === 1);
  if (isBroadcast) return { ...x, shape: outputs[0]!.shape };
  const dense = context.materialize(x);
  const repeats = context.ints(dense.layout.map((axis) => attrs.reps[axis]!));
  const shape = dense.layout.map((axis) => outputs[0]!.shape[axis]!);
  const value = context.node('Tile', [dense.value, repeats], { dtype: x.value.dtype, shape });
  return { value, shape: outputs[0]!.shape, layout: dense.layout };
};

export const lowerFill = ({
  context,
  attrs,
  outputs,
}: LoweringCall<object, AttrsOf<'Fill'>>): Lowered =>
  splat(context, Number(attrs.value), outputs[0]!.dtype, outputs[0]!.shape);

export const lowerRange = ({
  context,
  attrs,
  outputs,
}: LoweringCall<object, AttrsOf<'Range'>>): Lowered => {
  const { dtype, shape } = outputs[0]!;
  const values = Array.from({ length: shape[0]! }, (_, i) => attrs.start + i * rangeStep(attrs));
  const data = dtype === 'int32' ? Int32Array.from(values) : Float32Array.from(values);
  return plain(context.constant(data, shape, dtype));
};

/** Blocks of the spatial axes move to the batch: pad, split each axis, bring the blocks forward. */
export const lowerSpaceToBatch = ({
  context,
  inputs,
  attrs,
  outputs,
}: LoweringCall<X, AttrsOf<'SpaceToBatchND'>>): Lowered => {
  const count = attrs.blockShape.length;
  const rank = inputs.x.shape.length;
  const none = [0, 0] as const;
  const paddings = inputs.x.shape.map((_, axis) =>
    axis >= 1 && axis <= count ? (attrs.paddings[axis - 1] as [number, number]) : none,
  );
  const x = context.dense(padLowered(context, inputs.x, paddings));
  const split = [
    x.shape[0]!,
    ...attrs.blockShape.flatMap((block, i) => [x.shape[i + 1]! / block, block]),
    ...x.shape.slice(count + 1),
  ];
  const blocks = attrs.blockShape.map((_, i) => 2 * i + 2);
  const rest = attrs.blockShape.map((_, i) => 2 * i + 1);
  const tail = plainLayout(rank - count - 1).map((axis) => axis + 2 * count + 1);
  const moved = context.transpose(context.reshape(x, split), [...blocks, 0, ...rest, ...tail]);
  return plain(context.reshape(moved, outputs[0]!.shape));
};

export const lowerBatchToSpace = ({
  context,
  inputs,
  attrs,
}: LoweringCall<X, AttrsOf<'BatchToSpaceND'>>): Lowered => {
  const count = attrs.blockShape.length;
  const x = context.dense(inputs.x);
  const batch = x.shape[0]! / attrs.blockShape.reduce((a, b) => a * b, 1);
  const split = [...attrs.blockShape, batch, ...x.shape.slice(1)];
  const spatial = attrs.blockShape.flatMap((_, i) => [count + 1 + i, i]);
  const tail = plainLayout(x.shape.length - count - 1).map((axis) => axis + 2 * count + 1);
  const moved = context.transpose(context.reshape(x, split), [count, ...spatial, ...tail]);
  const merged = attrs.blockShape.map((block, i) => x.shape[i + 1]! * block);
  const whole = plain(context.reshape(moved, [batch, ...merged, ...x.shape.slice(count + 1)]));
  const crop = (axis: number): number[] =>
    axis >= 1 && axis <= count ? attrs.crops[axis - 1]! : [0, 0];
  const begin = whole.shape.map((_, axis) => crop(axis)[0]!);
  const end = whole.shape.map((extent, axis) => extent - crop(axis)[1]!);
  return sliceLowered(context, whole, begin, end);
};

/** tfjs orders depth as (row, column, channel) blocks, which ONNX calls DCR. */
export const lowerDepthToSpace = ({
  context,
  inputs,
  attrs,
  outputs,
}: LoweringCall<X, AttrsOf<'DepthToSpace'>>): Lowered => {
  const isFirst = attrs.dataFormat === 'NCHW';
  const layout = isFirst ? [0, 1, 2, 3] : [0, 3, 1, 2];
  const x = context.dense(inputs.x, layout);
  const shape = layout.map((axis) => outputs[0]!.shape[axis]!);
  const value = context.node(
    'DepthToSpace',
    [x],
    { dtype: x.dtype, shape },
    {
      attributes: { blocksize: { i: attrs.blockSize }, mode: { s: 'DCR' } },
    },
  );
  return { value, shape: outputs[0]!.shape, layout };
};
