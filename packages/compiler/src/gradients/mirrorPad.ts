import * as tf from '@tensorflow/tfjs';
import { rule } from './registry.ts';

/** One axis of a padded tensor. */
interface PaddedAxis {
  readonly axis: number;
  /** Rows that were added in front of and behind the `extent` original ones. */
  readonly before: number;
  readonly after: number;
  readonly extent: number;
  /** 1 when the border row is not repeated (reflect), 0 when it is (symmetric). */
  readonly offset: 0 | 1;
}

/**
 * Every reflected row is a copy of an original one, so its gradient has to be added there.
 * tfjs's entry drops it: padding [1, 2, 3, 4] by 2 and weighting the result with 1 … 8 has the
 * gradient [3, 14, 13, 6], tfjs says [3, 4, 5, 6].
 */
const mirrorPad = rule(tf.MirrorPad, ['x'], (dy, { x }, attrs: tf.MirrorPadAttrs) => ({
  x: () => {
    const offset = attrs.mode === 'reflect' ? 1 : 0;
    return attrs.paddings.reduce(
      (gradient, [before, after], axis) =>
        before + after === 0
          ? gradient
          : fold(gradient, { axis, before, after, extent: x.shape[axis] ?? 1, offset }),
      tf.clone(dy),
    );
  },
}));

/** Adds the reflected rows of one axis to their originals and removes them. */
function fold(gradient: tf.Tensor, padded: PaddedAxis): tf.Tensor {
  const { axis, before, after, extent, offset } = padded;
  const front = before > 0 ? tf.reverse(rows(gradient, axis, 0, before), axis) : undefined;
  const back =
    after > 0 ? tf.reverse(rows(gradient, axis, before + extent, after), axis) : undefined;
  const backStart = extent - offset - after;
  if (offset + before > backStart) {
    const parts = [rows(gradient, axis, before, extent)];
    if (front) parts.push(padAxis(front, axis, offset, extent - offset - before));
    if (back) parts.push(padAxis(back, axis, backStart, offset));
    return parts.reduce((sum, part) => tf.add(sum, part));
  }
  return foldBorders(gradient, padded, front, back);
}

/** The usual case of narrow borders: only the rows that have a reflection are added to. */
function foldBorders(
  gradient: tf.Tensor,
  { axis, before, after, extent, offset }: PaddedAxis,
  front: tf.Tensor | undefined,
  back: tf.Tensor | undefined,
): tf.Tensor {
  const original = (start: number, count: number) => rows(gradient, axis, before + start, count);
  const firstKept = front ? offset + before : 0;
  const lastKept = back ? extent - offset - after : extent;
  const parts: tf.Tensor[] = [];
  if (front && offset > 0) parts.push(original(0, offset));
  if (front) parts.push(tf.add(original(offset, before), front));
  if (lastKept > firstKept) parts.push(original(firstKept, lastKept - firstKept));
  if (back) parts.push(tf.add(original(lastKept, after), back));
  if (back && offset > 0) parts.push(original(extent - offset, offset));
  return tf.concat(parts, axis);
}

function rows(tensor: tf.Tensor, axis: number, start: number, count: number): tf.Tensor {
  const begin = tensor.shape.map((_, index) => (index === axis ? start : 0));
  const size = tensor.shape.map((extent, index) => (index === axis ? count : extent));
  return tf.slice(tensor, begin, size);
}

function padAxis(tensor: tf.Tensor, axis: number, before: number, after: number): tf.Tensor {
  const paddings = tensor.shape.map((_, index): [number, number] =>
    index === axis ? [before, after] : [0, 0],
  );
  return tf.pad(tensor, paddings);
}

/** The corrected gradient of mirrorPad. */
export const mirrorPadGradients: readonly tf.GradConfig[] = [mirrorPad];
