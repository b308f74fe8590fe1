import type { AttrsOf } from '../capture/kernels.ts';
import type { OnnxValue } from '../onnx/graph.ts';
import {
  channelsFirst,
  laidOut,
  type Lowered,
  type LoweringCall,
  type LoweringContext,
} from './context.ts';

interface ResizeAttrs {
  readonly alignCorners: boolean;
  readonly halfPixelCenters: boolean;
  readonly size: readonly [number, number];
}

const firstShape = (shape: readonly number[]): number[] =>
  channelsFirst.map((axis) => shape[axis]!);

/** The whole factor by which a nearest-neighbour resize enlarges both sides, if there is one. */
function wholeFactor(
  from: readonly number[],
  { alignCorners, size }: ResizeAttrs,
): number | undefined {
  const factor = size[0] / from[1]!;
  const isWhole = Number.isInteger(factor) && size[1] === factor * from[2]!;
  return isWhole && !alignCorners ? factor : undefined;
}

/**
 * A resize along one side as a matrix [to, from]: row i holds the weights of the source pixels that
 * make pixel i, exactly as tfjs computes them.
 */
function resizeMatrix(
  from: number,
  to: number,
  bilinear: boolean,
  attrs: ResizeAttrs,
): Float32Array {
  const matrix = new Float32Array(to * from);
  const aligned = attrs.alignCorners && to > 1;
  const scale = aligned ? (from - 1) / (to - 1) : from / to;
  for (let i = 0; i < to; i++) {
    if (!bilinear) {
      const exact = attrs.halfPixelCenters ? scale * (i + 0.5) : scale * i;
      const nearest = attrs.alignCorners ? Math.round(exact) : Math.floor(exact);
      matrix[i * from + Math.min(from - 1, nearest)] = 1;
      continue;
    }
    const exact = attrs.halfPixelCenters ? scale * (i + 0.5) - 0.5 : scale * i;
    const floor = Math.max(0, Math.floor(exact));
    const ceil = Math.min(from - 1, Math.ceil(exact));
    const fraction = exact - floor;
    matrix[i * from + floor]! += 1 - fraction;
    matrix[i * from + ceil]! += fraction;
  }
  return matrix;
}

/** rows × image × columnsᵀ on every channel. */
function applyMatrices(
  context: LoweringContext,
  image: OnnxValue,
  rows: OnnxValue,
  columns: OnnxValue,
): OnnxValue {
  const [n, c, , width] = image.shape as [number, number, number, number];
  const tall = [n, c, rows.shape[0]!, width];
  const wide = [n, c, rows.shape[0]!, columns.shape[1]!];
  const first = context.node('MatMul', [rows, image], { dtype: 'float32', shape: tall });
  return context.node('MatMul', [first, columns], { dtype: 'float32', shape: wide });
}

/** The matrices of a resize: rows [to,from] and columns [from,to]. */
function matrices(
  context: LoweringContext,
  from: readonly number[],
  attrs: ResizeAttrs,
  bilinear: boolean,
): [OnnxValue, OnnxValue] {
  const side = (axis: 0 | 1): OnnxValue => {
    const [source, target] = [from[axis + 1]!, attrs.size[axis]];
    return context.constant(
      resizeMatrix(source, target, bilinear, attrs),
      [target, source],
      'float32',
    );
  };
  return [side(0), context.transpose(side(1), [1, 0])];
}

export const lowerResizeNearest = ({
  context,
  inputs,
  attrs,
  outputs,
}: LoweringCall<{ readonly images: Lowered }, AttrsOf<'ResizeNearestNeighbor'>>): Lowered => {
  const images = context.dense(inputs.images, channelsFirst);
  const factor = wholeFactor(inputs.images.shape, attrs);
  if (factor === undefined) {
    const [rows, columns] = matrices(context, inputs.images.shape, attrs, false);
    const image = context.cast(images, 'float32');
    const resized = applyMatrices(context, image, rows, columns);
    return laidOut(context.cast(resized, images.dtype), channelsFirst);
  }
  const scales = context.constant(Float32Array.of(1, 1, factor, factor), [4], 'float32');
  const type = { dtype: images.dtype, shape: firstShape(outputs[0]!.shape) };
  const value = context.node('Resize', [images, undefined, scales], type, {
    attributes: {
      mode: { s: 'nearest' },
      coordinate_transformation_mode: { s: 'asymmetric' },
      nearest_mode: { s: 'floor' },
    },
  });
  return laidOut(value, channelsFirst);
};

export const lowerResizeBilinear = ({
  context,
  inputs,
  attrs,
}: LoweringCall<{ readonly images: Lowered }, AttrsOf<'ResizeBilinear'>>): Lowered => {
  const images = context.cast(context.dense(inputs.images, channelsFirst), 'float32');
  const [rows, columns] = matrices(context, inputs.images.shape, attrs, true);
  return laidOut(applyMatrices(context, images, rows, columns), channelsFirst);
};
