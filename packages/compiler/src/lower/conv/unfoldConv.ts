import type { ConvInfo } from '../../shapes/convolution.ts';
import type { OnnxValue } from '../../onnx/graph.ts';
import { type LoweringContext, plain } from '../context.ts';
import type { ConvLowering } from './convDirections.ts';
import { windowSums } from './windowSums.ts';
import { pad } from './winograd.ts';

/** A product with so many more terms than results is split, or one core does it all. */
const termsPerResult = 16;
const partCounts = [8, 4, 2];

/** Filters of so many taps have few kinds of borders. */
const fewTaps = 9;

/**
 * Gathers every window as a row of one matrix, a pixel at a time: [N·Ho·Wo, kh·kw·C]. The matrix
 * serves the forward pass and the filter's gradient; the input's gradient adds up such rows.
 */
export function unfoldConv(context: LoweringContext, info: ConvInfo): ConvLowering {
  const { inChannels, outChannels, filterHeight, filterWidth } = info;
  const windows = info.batchSize * info.outHeight * info.outWidth;
  const row = filterHeight * filterWidth * inChannels;
  const unfold = (x: OnnxValue): OnnxValue =>
    context.reshape(gatherWindows(context, info, x), [windows, row]);
  return {
    forward: (x, filter) => {
      const matrix = context.reshape(context.dense(filter), [row, outChannels]);
      const type = { dtype: 'float32' as const, shape: [windows, outChannels] };
      const y = context.node('Gemm', [unfold(context.dense(x)), matrix], type);
      return plain(context.reshape(y, [...info.outShape]));
    },
    inputGradient: (dy, filter) => {
      const matrix = context.reshape(context.dense(filter), [row, outChannels]);
      const columns = context.reshape(context.dense(dy), [windows, outChannels]);
      return plain(foldWindows(context, info, columns, matrix));
    },
    filterGradient: (x, dy) => {
      const columns = context.reshape(context.dense(dy), [windows, outChannels]);
      const gradient = productOfColumns(context, unfold(context.dense(x)), columns);
      return plain(context.reshape(gradient, [...info.filterShape]));
    },
  };
}

function gatherWindows(context: LoweringContext, info: ConvInfo, x: OnnxValue): OnnxValue {
  const { top, left, bottom, right } = info.padInfo;
  const padded = pad(context, x, [0, top, left, 0, 0, bottom, right, 0]);
  const [count, height, width, channels] = padded.shape as [number, number, number, number];
  const { outHeight, outWidth, filterHeight, filterWidth, strideHeight, strideWidth } = info;
  const { dilationHeight, dilationWidth } = info;
  const key = ['windows', count, height, width, outHeight, outWidth, filterHeight, filterWidth];
  const steps = [strideHeight, strideWidth, dilationHeight, dilationWidth];
  const indices = context.sharedConstant([...key, ...steps].join(' '), () => {
    const data = new Int32Array(count * outHeight * outWidth * filterHeight * filterWidth);
    let at = 0;
    for (let image = 0; image < count; image++)
      for (let y = 0; y < outHeight; y++)
        for (let column = 0; column < outWidth; column++)
          for (let p = 0; p < filterHeight; p++)
            for (let q = 0; q < filterWidth; q++) {
              const pixelRow = image * height + y * strideHeight + p * dilationHeight;
              data[at++] = pixelRow * width + column * strideWidth + q * dilationWidth;
            }
    return { data, shape: [data.length], dtype: 'int32' };
  });
  const pixels = context.reshape(padded, [count * height * width, channels]);
  const type = { dtype: 'float32' as const, shape: [indices.shape[0]!, channels] };
  return context.node('Gather', [pixels, indices], type, { attributes: { axis: { i: 0 } } });
}

/** The windows' gradients by one product, added up where windows overlap. */
function foldWindows(
  context: LoweringContext,
  info: ConvInfo,
  dy: OnnxValue,
  filter: OnnxValue,
): OnnxValue {
  const [windows, row] = [dy.shape[0]!, filter.shape[0]!];
  const area = info.filterHeight * info.filterWidth;
  // At unit strides the borders alone make many groups of pixels; a window of zeros completes them.
  const isDense = info.strideHeight === 1 && info.strideWidth === 1 && area > fewTaps;
  const padded = isDense ? pad(context, dy, [0, 0, 1, 0]) : dy;
  const rows = padded.shape[0]!;
  const type = { dtype: 'float32' as const, shape: [rows, row] };
  const product = context.node('Gemm', [padded, filter], type, {
    attributes: { transA: { i: 0 }, transB: { i: 1 } },
  });
  const taps = context.reshape(product, [rows * area, info.inChannels]);
  return windowSums(context, taps, info, isDense ? windows * area : undefined);
}

/** aᵀ × b for two tall matrices, in parallel parts when the result is small. */
function productOfColumns(context: LoweringContext, a: OnnxValue, b: OnnxValue): OnnxValue {
  const [terms, m] = a.shape as [number, number];
  const n = b.shape[1]!;
  const parts = partCounts.find((count) => terms % count === 0);
  if (terms < termsPerResult * Math.max(m, n) || parts === undefined) {
    const type = { dtype: 'float32' as const, shape: [m, n] };
    return context.node('Gemm', [a, b], type, {
      attributes: { transA: { i: 1 }, transB: { i: 0 } },
    });
  }
  const split = (value: OnnxValue, columns: number): OnnxValue =>
    context.reshape(value, [parts, terms / parts, columns]);
  const products = context.node(
    'FusedMatMul',
    [split(a, m), split(b, n)],
    {
      dtype: 'float32',
      shape: [parts, m, n],
    },
    { domain: 'com.microsoft', attributes: { transA: { i: 1 }, transB: { i: 0 } } },
  );
  return context.node(
    'ReduceSum',
    [products, context.ints([0])],
    { dtype: 'float32', shape: [m, n] },
    {
      attributes: { keepdims: { i: 0 } },
    },
  );
}
