import * as tf from '@tensorflow/tfjs';
import { rule } from './registry.ts';

type ResizeAttributes = tf.ResizeBilinearAttrs | tf.ResizeNearestNeighborAttrs;

/** Adds the share that output row `to` takes of input row `from`. */
type Share = (from: number, to: number, weight: number) => void;
type Sampling = (extent: number, count: number, attrs: ResizeAttributes, share: Share) => void;

const scaleOf = (extent: number, count: number, { alignCorners }: ResizeAttributes): number =>
  alignCorners && count > 1 ? (extent - 1) / (count - 1) : extent / count;

const bilinear: Sampling = (extent, count, attrs, share) => {
  const scale = scaleOf(extent, count, attrs);
  for (let to = 0; to < count; to += 1) {
    const source = attrs.halfPixelCenters ? scale * (to + 0.5) - 0.5 : scale * to;
    const low = Math.max(0, Math.floor(source));
    const high = Math.min(extent - 1, Math.ceil(source));
    share(low, to, 1 - (source - low));
    share(Math.max(0, high), to, source - low);
  }
};

const nearest: Sampling = (extent, count, attrs, share) => {
  const scale = scaleOf(extent, count, attrs);
  for (let to = 0; to < count; to += 1) {
    const source = attrs.halfPixelCenters ? scale * (to + 0.5) : scale * to;
    const from = attrs.alignCorners ? Math.round(source) : Math.floor(source);
    share(Math.min(extent - 1, from), to, 1);
  }
};

/** The transposed sampling of one axis: [extent, count]. */
function transposedSampling(
  sampling: Sampling,
  extent: number,
  count: number,
  attrs: ResizeAttributes,
): tf.Tensor2D {
  const matrix = new Float32Array(extent * count);
  sampling(extent, count, attrs, (from, to, weight) => {
    const index = from * count + to;
    matrix[index] = (matrix[index] ?? 0) + weight;
  });
  return tf.tensor2d(matrix, [extent, count]);
}

/**
 * Resizing samples rows and columns independently, so its gradient is two products with the
 * transposed sampling matrices; differentiable again, and the same on every backend.
 */
function resizeGradient(
  dy: tf.Tensor,
  [batch = 1, height = 1, width = 1, channels = 1]: number[],
  attrs: ResizeAttributes,
  sampling: Sampling,
): tf.Tensor {
  const [, dyHeight = 1, dyWidth = 1] = dy.shape;
  const rows = tf.matMul(
    transposedSampling(sampling, height, dyHeight, attrs),
    tf.reshape(dy, [batch, dyHeight, dyWidth * channels]),
  );
  const columns = tf.matMul(
    transposedSampling(sampling, width, dyWidth, attrs),
    tf.reshape(rows, [batch * height, dyWidth, channels]),
  );
  return tf.reshape(columns, [batch, height, width, channels]);
}

/** tfjs's cpu kernel exchanges height and width and ignores half-pixel centres. */
const resizeBilinear = rule(
  tf.ResizeBilinear,
  ['images'],
  (dy, { images }, attrs: tf.ResizeBilinearAttrs) => ({
    images: () => resizeGradient(dy, images.shape, attrs, bilinear),
  }),
);

/**
 * The gradient of enlarging by a whole multiple, where every pixel was repeated over a block. tfjs's
 * kernel for it reads the wrong rows from the second image of a batch on.
 */
function blockSums(dy: tf.Tensor, shape: number[]): tf.Tensor {
  const factors = [1, 2].map((axis) => (dy.shape[axis] ?? 0) / (shape[axis] ?? 1)) as [
    number,
    number,
  ];
  const means = tf.avgPool(dy as tf.Tensor4D, factors, factors, 'valid');
  return tf.mul(means, factors[0] * factors[1]);
}

/** tfjs's kernel ignores half-pixel centres, which make no difference to whole multiples. */
const resizeNearest = rule(
  tf.ResizeNearestNeighbor,
  ['images'],
  (dy, { images }, attrs: tf.ResizeNearestNeighborAttrs) => ({
    images: () =>
      isWholeMultiple(dy.shape, images.shape) && !attrs.alignCorners
        ? blockSums(dy, images.shape)
        : resizeGradient(dy, images.shape, attrs, nearest),
  }),
);

const isWholeMultiple = (large: number[], small: number[]): boolean =>
  [1, 2].every((axis) => (large[axis] ?? 0) % (small[axis] ?? 1) === 0);

/** Corrected gradients of resizing. */
export const resizingGradients: readonly tf.GradConfig[] = [resizeBilinear, resizeNearest];
