import * as tf from '@tensorflow/tfjs';
import { rule, ruleWithOutput, runKernel } from './registry.ts';

type PoolAttributes = Pick<tf.MaxPoolAttrs, 'filterSize' | 'strides' | 'pad' | 'dimRoundingMode'>;

/** One spatial axis of a pooling. */
interface Windows {
  readonly extent: number;
  readonly before: number;
  readonly after: number;
  readonly size: number;
  readonly stride: number;
  readonly count: number;
}

/** Below every finite float32 but one, so that padding never attains a maximum. */
const LOWEST = -3.4028234663852886e38;

function windowsOf(shape: number[], attrs: PoolAttributes): [Windows, Windows] {
  const { filterSize, strides, pad, dimRoundingMode } = attrs;
  const info = tf.backend_util.computePool2DInfo(
    shape as [number, number, number, number],
    filterSize,
    strides,
    1,
    pad,
    dimRoundingMode,
  );
  const axis = (extent: number, padding: number[], size: number, stride: number, count: number) => {
    const [before = 0, after = 0] = padding;
    const missing = (count - 1) * stride + size - extent - before;
    return { extent, before, after: Math.max(after, missing), size, stride, count };
  };
  const { top, bottom, left, right } = info.padInfo;
  return [
    axis(info.inHeight, [top, bottom], info.filterHeight, info.strideHeight, info.outHeight),
    axis(info.inWidth, [left, right], info.filterWidth, info.strideWidth, info.outWidth),
  ];
}

const paddingsOf = ([rows, columns]: [Windows, Windows]): [number, number][] => [
  [0, 0],
  [rows.before, rows.after],
  [columns.before, columns.after],
  [0, 0],
];

/**
 * Padding does not count in an average, but tfjs's cpu kernel divides by whole windows in the
 * gradient. Here the kernel only sees whole windows, of a padded image, and dy is scaled
 * beforehand.
 */
const avgPool = rule(tf.AvgPool, ['x'], (dy, { x }, attrs: tf.AvgPoolAttrs) => ({
  x: () => {
    const windows = windowsOf(x.shape, attrs);
    const { filterSize, strides } = attrs;
    const whole = { filterSize, strides, pad: 'valid' };
    const paddings = paddingsOf(windows);
    if (paddings.every(([before, after]) => before === 0 && after === 0)) {
      return runKernel(tf.AvgPoolGrad, { dy, input: x }, whole);
    }
    const padded = x.shape.map(
      (extent, axis) => extent + (paddings[axis]?.[0] ?? 0) + (paddings[axis]?.[1] ?? 0),
    );
    const scaled = tf.mul(dy, wholeToCounted(windows));
    const gradient = runKernel(tf.AvgPoolGrad, { dy: scaled, input: tf.zeros(padded) }, whole);
    return tf.slice(
      gradient,
      paddings.map(([before]) => before),
      x.shape,
    );
  },
}));

/** Size of a window divided by its part inside the image: [1, H, W, 1]. */
function wholeToCounted(windows: [Windows, Windows]): tf.Tensor {
  const [rows, columns] = windows.map(({ extent, before, size, stride, count }) =>
    Array.from({ length: count }, (_, index) => {
      const start = index * stride - before;
      return size / (Math.min(extent, start + size) - Math.max(0, start));
    }),
  ) as [number[], number[]];
  const ratios = rows.flatMap((row) => columns.map((column) => row * column));
  return tf.tensor4d(ratios, [1, rows.length, columns.length, 1]);
}

/** tfjs has none. The kernel is linear in dy, and averaging is its transpose. */
const avgPoolGrad = rule(
  tf.AvgPoolGrad,
  ['input'],
  (ddx, { input }, attrs: tf.AvgPoolGradAttrs) => ({
    dy: () => runKernel(tf.AvgPool, { x: ddx }, attrs),
    input: () => tf.zeros(input.shape),
  }),
);

/** With the rounding mode, which tfjs's entry loses. */
const maxPool = ruleWithOutput(tf.MaxPool, ['x'], (dy, { x }, y, attrs: tf.MaxPoolAttrs) => ({
  x: () => runKernel(tf.MaxPoolGrad, { dy, input: x, output: y }, attrs),
}));

/** tfjs has none. Linear in dy; constant in the image while no other value becomes the largest. */
const maxPoolGrad = rule(
  tf.MaxPoolGrad,
  ['input', 'output'],
  (ddx, { input, output }, attrs: tf.MaxPoolGradAttrs) => ({
    dy: () => pickAtMaximum(ddx, input, output, windowsOf(input.shape, attrs)),
    input: () => tf.zeros(input.shape),
    output: () => tf.zeros(output.shape),
  }),
);

/** For each window, `values` where `image` first attains the window's `maximum`. */
function pickAtMaximum(
  values: tf.Tensor,
  image: tf.Tensor,
  maximum: tf.Tensor,
  windows: [Windows, Windows],
): tf.Tensor {
  const paddings = paddingsOf(windows);
  const candidates = tf.pad(image, paddings, LOWEST);
  const padded = tf.pad(values, paddings);
  const [rows, columns] = windows;
  let free: tf.Tensor = tf.onesLike(maximum);
  let picked: tf.Tensor = tf.zerosLike(maximum);
  for (let row = 0; row < rows.size; row += 1) {
    for (let column = 0; column < columns.size; column += 1) {
      const candidate = everyWindow(candidates, row, column, windows);
      const isFirst = tf.mul(free, tf.cast(tf.equal(candidate, maximum), 'float32'));
      picked = tf.add(picked, tf.mul(isFirst, everyWindow(padded, row, column, windows)));
      free = tf.sub(free, isFirst);
    }
  }
  return picked;
}

/** The value at one place of every window: [N, H, W, C] of the output. */
function everyWindow(
  padded: tf.Tensor,
  row: number,
  column: number,
  [rows, columns]: [Windows, Windows],
): tf.Tensor {
  const [batch = 1, , , channels = 1] = padded.shape;
  const begin = [0, row, column, 0];
  if (rows.stride === 1 && columns.stride === 1) {
    return tf.slice(padded, begin, [batch, rows.count, columns.count, channels]);
  }
  const end = [
    batch,
    row + (rows.count - 1) * rows.stride + 1,
    column + (columns.count - 1) * columns.stride + 1,
    channels,
  ];
  return tf.stridedSlice(padded, begin, end, [1, rows.stride, columns.stride, 1]);
}

/** Corrected gradients of pooling. */
export const poolingGradients: readonly tf.GradConfig[] = [
  avgPool,
  avgPoolGrad,
  maxPool,
  maxPoolGrad,
];
