import * as tf from '@tensorflow/tfjs';
import { rule } from './registry.ts';

/** tfjs passes a list of gradients, except when there is one part only, which it forgets. */
const splitV: tf.GradConfig = {
  kernelName: tf.SplitV,
  gradFunc: (dy, _saved, attrs) => ({
    x: () =>
      Array.isArray(dy) ? tf.concat(dy, (attrs as unknown as tf.SplitVAttrs).axis) : tf.clone(dy),
  }),
};

/** As with split, one part comes without its list. */
const unpack: tf.GradConfig = {
  kernelName: tf.Unpack,
  gradFunc: (dy, _saved, attrs) => ({
    value: () => tf.stack([dy].flat(), (attrs as unknown as tf.UnpackAttrs).axis),
  }),
};

/**
 * One sum over the repetitions. tfjs adds slices, one per repetition, up to rank 4: broadcasting
 * a bias over images (tf.broadcastTo is Tile) would become thousands of nodes.
 */
const tile = rule(tf.Tile, ['x'], (dy, { x }, { reps }: tf.TileAttrs) => ({
  x: () => {
    const { sizes, axes } = splitRepetitions(x.shape, reps);
    const summed = axes.length > 0 ? tf.sum(tf.reshape(dy, sizes), axes) : dy;
    return tf.reshape(summed, x.shape);
  },
}));

/** Sees each repeated axis as [repetitions, extent]; neighbours of one kind are joined. */
function splitRepetitions(shape: readonly number[], reps: readonly number[]) {
  const factors: { size: number; repeated: boolean }[] = [];
  const append = (size: number, repeated: boolean) => {
    const last = factors.at(-1);
    if (last?.repeated === repeated) last.size *= size;
    else factors.push({ size, repeated });
  };
  shape.forEach((extent, axis) => {
    const repetitions = reps[axis] ?? 1;
    if (repetitions !== 1) append(repetitions, true);
    if (extent !== 1) append(extent, false);
  });
  return {
    sizes: factors.map(({ size }) => size),
    axes: factors.flatMap(({ repeated }, index) => (repeated ? [index] : [])),
  };
}

/** Blocks of pixels go back to channels; tfjs has no gradient at all. */
const depthToSpace = rule(tf.DepthToSpace, ['x'], (dy, { x }, attrs: tf.DepthToSpaceAttrs) => ({
  x: () => spaceToDepth(dy, x.shape, attrs),
}));

/** With block size s: [N, H·s, W·s, C] → [N, H, W, s·s·C], or the same with channels first. */
function spaceToDepth(
  dy: tf.Tensor,
  shape: number[],
  { blockSize, dataFormat }: tf.DepthToSpaceAttrs,
): tf.Tensor {
  const isChannelsFirst = dataFormat === 'NCHW';
  const [batch = 1] = shape;
  const [height = 1, width = 1] = isChannelsFirst ? shape.slice(2) : shape.slice(1);
  const channels = dy.shape[isChannelsFirst ? 1 : 3] ?? 1;
  const blocks = isChannelsFirst
    ? tf.reshape(dy, [batch, channels, height, blockSize, width, blockSize])
    : tf.reshape(dy, [batch, height, blockSize, width, blockSize, channels]);
  const order = isChannelsFirst ? [0, 3, 5, 1, 2, 4] : [0, 1, 3, 2, 4, 5];
  return tf.reshape(tf.transpose(blocks, order), shape);
}

/** Corrected gradients of kernels that rearrange. */
export const shapeGradients: readonly tf.GradConfig[] = [splitV, unpack, tile, depthToSpace];
