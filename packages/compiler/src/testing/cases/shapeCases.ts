import * as tf from '@tensorflow/tfjs';
import { type GradientCase, gradientCase as row } from './gradientCase.ts';

const one = (name: string, fn: (x: tf.Tensor) => tf.Tensor | tf.Tensor[], shape: number[]) =>
  row(name, (x) => fn(x), [shape]);

/** Rearrangements, paddings and selections. */
export const shapeCases: readonly GradientCase[] = [
  one('reshape', (x) => tf.reshape(x, [3, 2]), [2, 3]),
  one('expandDims', (x) => tf.expandDims(x, 1), [2, 3]),
  one('squeeze', (x) => tf.squeeze(x), [2, 1, 3]),
  one('transpose', (x) => tf.transpose(x, [1, 2, 0]), [2, 3, 2]),
  one('reverse', (x) => tf.reverse(x, [0, -1]), [2, 3]),
  one('slice', (x) => tf.slice(x, [1, 0], [2, -1]), [3, 3]),
  one('stridedSlice', (x) => tf.stridedSlice(x, [0, 1], [5, 4], [2, 2]), [5, 4]),
  one('stridedSlice backwards', (x) => tf.stridedSlice(x, [4, 3], [0, 0], [-2, -1]), [5, 4]),
  one(
    'stridedSlice with masks',
    (x) => tf.stridedSlice(x, [0, 1, 0], [0, 2, 0], [2, 1, 1], 1, 1, 0, 4, 2),
    [4, 3],
  ),
  one('stridedSlice of a range', (x) => tf.stridedSlice(x, [1, 0], [3, 2], [1, 1]), [4, 3]),
  one(
    'pad with a constant',
    (x) =>
      tf.pad(
        x,
        [
          [1, 0],
          [2, 1],
        ],
        0.7,
      ),
    [2, 3],
  ),
  one(
    'mirrorPad reflect',
    (x) =>
      tf.mirrorPad(
        x,
        [
          [1, 2],
          [2, 1],
        ],
        'reflect',
      ),
    [3, 4],
  ),
  one(
    'mirrorPad reflect of wide images',
    (x) =>
      tf.mirrorPad(
        x,
        [
          [0, 0],
          [1, 1],
          [2, 2],
          [0, 0],
        ],
        'reflect',
      ),
    [1, 4, 6, 1],
  ),
  one('mirrorPad reflect to the last row', (x) => tf.mirrorPad(x, [[3, 3]], 'reflect'), [4]),
  one(
    'mirrorPad symmetric',
    (x) =>
      tf.mirrorPad(
        x,
        [
          [1, 2],
          [4, 3],
        ],
        'symmetric',
      ),
    [3, 4],
  ),
  one(
    'mirrorPad symmetric of one axis',
    (x) =>
      tf.mirrorPad(
        x,
        [
          [0, 0],
          [0, 0],
          [1, 2],
        ],
        'symmetric',
      ),
    [2, 2, 5],
  ),
  one('concat', (x) => tf.concat([x, tf.square(x), x, tf.sin(x)], 1), [2, 3]),
  row('concat of unequal parts', (a, b, c) => tf.concat([a, b, c] as tf.Tensor[], -1), [
    [2, 1],
    [2, 3],
    [2, 2],
  ]),
  one('stack', (x) => tf.stack([x, tf.square(x)], 1), [2, 3]),
  one('stack of one', (x) => tf.stack([tf.square(x)], 1), [2, 3]),
  one('unstack', (x) => tf.unstack(x, 1), [2, 3]),
  one('unstack into one', (x) => tf.unstack(x, 1), [3, 1]),
  one('split', (x) => tf.split(x, [1, 3], 1), [2, 4]),
  one('split with a part unused', (x) => tf.split(x, 3, 1)[1] as tf.Tensor, [2, 6]),
  one('split into one', (x) => tf.split(x, 1, 1), [2, 4]),
  one('tile', (x) => tf.tile(x, [2, 1, 3]), [2, 3, 1]),
  one('tile of every axis', (x) => tf.tile(x, [2, 3]), [2, 2]),
  one('tile of rank 5', (x) => tf.tile(x, [1, 2, 1, 1, 2]), [1, 2, 1, 2, 2]),
  one('broadcastTo', (x) => tf.broadcastTo(x, [2, 2, 3]), [2, 1]),
  one('depthToSpace', (x) => tf.depthToSpace(x as tf.Tensor4D, 2, 'NHWC'), [1, 2, 1, 8]),
  one(
    'spaceToBatchND',
    (x) =>
      tf.spaceToBatchND(
        x,
        [2, 2],
        [
          [0, 0],
          [1, 1],
        ],
      ),
    [1, 2, 2, 2],
  ),
  one(
    'batchToSpaceND',
    (x) =>
      tf.batchToSpaceND(
        x,
        [2, 2],
        [
          [0, 0],
          [1, 0],
        ],
      ),
    [4, 1, 2, 2],
  ),
  one('gather', (x) => tf.gather(x, tf.tensor1d([2, 0, 2], 'int32')), [3, 2]),
  one(
    'gather along axis 1',
    (x) =>
      tf.gather(
        x,
        tf.tensor2d(
          [
            [2, 0],
            [1, 1],
          ],
          [2, 2],
          'int32',
        ),
        1,
      ),
    [2, 3, 2],
  ),
  one('gather along axis -1', (x) => tf.gather(x, tf.tensor1d([2, 0], 'int32'), -1), [2, 3]),
  one(
    'gather per batch',
    (x) =>
      tf.gather(
        x,
        tf.tensor2d(
          [
            [2, 0],
            [1, 1],
          ],
          [2, 2],
          'int32',
        ),
        1,
        1,
      ),
    [2, 3, 2],
  ),
  one(
    'gather per batch along a later axis',
    (x) =>
      tf.gather(
        x,
        tf.tensor2d(
          [
            [2, 0],
            [1, 1],
          ],
          [2, 2],
          'int32',
        ),
        2,
        1,
      ),
    [2, 2, 3],
  ),
  one(
    'gather per two batch axes',
    (x) => tf.gather(x, tf.tensor3d([1, 0, 2, 2], [2, 1, 2], 'int32'), 2, 2),
    [2, 1, 3, 2],
  ),
  one(
    'gatherND',
    (x) =>
      tf.gatherND(
        x,
        tf.tensor2d(
          [
            [1, 0],
            [2, 1],
            [1, 0],
          ],
          [3, 2],
          'int32',
        ),
      ),
    [3, 2, 2],
  ),
  one(
    'scatterND',
    (x) => tf.scatterND(tf.tensor2d([[1], [3], [1]], [3, 1], 'int32'), x, [4, 2]),
    [3, 2],
  ),
  one(
    'unsortedSegmentSum',
    (x) => tf.unsortedSegmentSum(x, tf.tensor1d([1, 0, 1], 'int32'), 3),
    [3, 2],
  ),
];
