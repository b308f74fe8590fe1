import * as tf from '@tensorflow/tfjs';

/**
 * Brightness b, saturation s and contrast c of each picture, folded into the coefficients of one
 * sum; all [N, 1, 1, 1]. See {@link augment}.
 */
export interface ColorInputs<Leaf = tf.Tensor> {
  /** c·s, times the picture. */
  readonly picture: Leaf;
  /** c·(1 − s), times each pixel's mean over its channels. */
  readonly gray: Leaf;
  /** 1 − c, times the mean of the whole picture. */
  readonly mean: Leaf;
  /** b, added. */
  readonly shift: Leaf;
}

/** Where each row [N, H] and column [N, W] of the result comes from; outside of the picture: zeros. */
export interface TranslationInputs<Leaf = tf.Tensor> {
  readonly rows: Leaf;
  readonly columns: Leaf;
}

/** Ones for the rows [N, H, 1, 1] and columns [N, 1, W, 1] of the rectangle to cut out. */
export interface CutoutInputs<Leaf = tf.Tensor> {
  readonly rows: Leaf;
  readonly columns: Leaf;
}

/** What happens to each picture of a batch; a part that is absent is a change that is not made. */
export interface AugmentInputs<Leaf = tf.Tensor> {
  readonly color?: ColorInputs<Leaf> | undefined;
  readonly translation?: TranslationInputs<Leaf> | undefined;
  readonly cutout?: CutoutInputs<Leaf> | undefined;
}

/**
 * DiffAugment: changes colours, position and a rectangle of each picture, differentiably, so that a
 * generator can be trained through it. The discriminator must see real and fake pictures through it,
 * in its own update and in the generator's; then it cannot learn the few real pictures by heart, and
 * the generator does not learn to draw the changes.
 *
 *     color        x + b;  then (x − gray)·s + gray;  then (x − mean)·c + mean
 *     translation  by at most 1/8 of the side, zeros moving in
 *     cutout       a rectangle of half the sides becomes 0
 *
 * The three steps of color are linear in x: z = c·s·x + c·(1 − s)·gray(x) + (1 − c)·mean(x) + b.
 * Translations are products with matrices of zeros and ones, which the compiler runs much faster
 * than gathers with scattered gradients.
 *
 * Shape: [N, H, W, C], unchanged.
 *
 * Paper: Zhao et al., "Differentiable augmentation for data-efficient GAN training"
 * (arXiv 2006.10738).
 *
 * @param images the pictures, in [-1, 1]
 * @param inputs what to do with each; drawn by `createRegulariserInputs`
 */
export function augment(images: tf.Tensor, inputs: AugmentInputs): tf.Tensor {
  const colored = inputs.color === undefined ? images : changeColor(images, inputs.color);
  const moved = inputs.translation === undefined ? colored : translate(colored, inputs.translation);
  return inputs.cutout === undefined ? moved : cutOut(moved, inputs.cutout);
}

function changeColor(images: tf.Tensor, { picture, gray, mean, shift }: ColorInputs): tf.Tensor {
  const everyPixel = tf.mean(images, 3, true);
  const whole = tf.mean(everyPixel, [1, 2, 3], true);
  const perPicture = tf.add(tf.mul(whole, mean), shift);
  const perPixel = tf.add(tf.mul(everyPixel, gray), perPicture);
  return tf.add(tf.mul(images, picture), perPixel);
}

/** Columns, then rows: each time a product [N, C·others, side] × [N, side, side]. */
function translate(images: tf.Tensor, { rows, columns }: TranslationInputs): tf.Tensor {
  const [n, height, width, channels] = images.shape as [number, number, number, number];
  const pick = (lines: tf.Tensor, from: tf.Tensor, side: number): tf.Tensor =>
    tf.matMul(lines, tf.oneHot(tf.cast(from, 'int32'), side, 1, 0, 'float32'), false, true);
  const channelsFirst = tf.transpose(images, [0, 3, 1, 2]);
  const lines = tf.reshape(channelsFirst, [n, channels * height, width]);
  const shifted = tf.reshape(pick(lines, columns, width), [n, channels, height, width]);
  const turned = tf.transpose(shifted, [0, 1, 3, 2]);
  const turnedLines = tf.reshape(turned, [n, channels * width, height]);
  const moved = tf.reshape(pick(turnedLines, rows, height), [n, channels, width, height]);
  return tf.transpose(moved, [0, 3, 2, 1]);
}

function cutOut(images: tf.Tensor, { rows, columns }: CutoutInputs): tf.Tensor {
  return tf.mul(images, tf.sub(1, tf.mul(rows, columns)));
}
