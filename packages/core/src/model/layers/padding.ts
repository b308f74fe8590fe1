import { UserError } from '@gan-zoo/compiler';
import * as tf from '@tensorflow/tfjs';
import { assertShape, formatShape, whoAt } from './assertShape.ts';
import type { Module, Place, Shape } from './module.ts';

/** Rows and columns added around an image: [top, bottom, left, right]. */
export type Margins = readonly [top: number, bottom: number, left: number, right: number];

/** The same margin on all sides, or four of them as [top, bottom, left, right]. */
export type Padding = number | Margins;

/**
 * @param who begins the message
 * @throws UserError unless every margin is a whole number of at least 0
 */
export function marginsOf(who: string, padding: Padding): Margins {
  const margins: Margins =
    typeof padding === 'number' ? [padding, padding, padding, padding] : padding;
  if (margins.length === 4 && margins.every((side) => Number.isInteger(side) && side >= 0)) {
    return margins;
  }
  throw new UserError(
    `${who}: expected padding to be a whole number of at least 0, or four of them ` +
      `[top, bottom, left, right], received ${JSON.stringify(padding)}.`,
  );
}

/**
 * Adds rows and columns of zeros.
 *
 * Shape: [N, H, W, C] → [N, top + H + bottom, left + W + right, C].
 */
export function zeroPad(padding: Padding): Module {
  const margins = marginsOf('zeroPad', padding);
  return {
    parameters: {},
    outputShape: (place, x) => paddedShape('zeroPad', place, x, margins),
    apply: (scope, x) => {
      paddedShape('zeroPad', scope, x.shape, margins);
      return tf.pad(x, tfPads(margins));
    },
  };
}

/**
 * Adds rows and columns that mirror the image about its edge, the edge itself not repeated
 * (torch `ReflectionPad2d`): [1, 2, 3] padded by 2 is [3, 2, 1, 2, 3, 2, 1].
 *
 * tfjs's own gradient of this operation is wrong; the compiler package's gradient fixes right it.
 *
 * Shape: [N, H, W, C] → [N, top + H + bottom, left + W + right, C].
 *
 * @throws UserError when applied to an image that is not larger than the margin
 */
export function reflectionPad(padding: Padding): Module {
  const margins = marginsOf('reflectionPad', padding);
  const outputShape = (place: Place, x: Shape): Shape => {
    const padded = paddedShape('reflectionPad', place, x, margins);
    const [top, bottom, left, right] = margins;
    if (Math.max(top, bottom) < x[1]! && Math.max(left, right) < x[2]!) return padded;
    throw new UserError(
      `${whoAt('reflectionPad', place)}: expected an image larger than the margins ` +
        `${formatShape(margins)}, received ${formatShape(x)}. Use larger images.`,
    );
  };
  return {
    parameters: {},
    outputShape,
    apply: (scope, x) => {
      outputShape(scope, x.shape);
      return tf.mirrorPad(x as tf.Tensor4D, tfPads(margins), 'reflect');
    },
  };
}

function paddedShape(who: string, place: Place, x: Shape, margins: Margins): Shape {
  assertShape(who, place, ['N', 'H', 'W', 'C'], x);
  const [top, bottom, left, right] = margins;
  return [x[0]!, top + x[1]! + bottom, left + x[2]! + right, x[3]!];
}

/** Margins as tfjs writes them: per axis of [N, H, W, C], before and after. */
export function tfPads([top, bottom, left, right]: Margins): [
  [number, number],
  [number, number],
  [number, number],
  [number, number],
] {
  return [
    [0, 0],
    [top, bottom],
    [left, right],
    [0, 0],
  ];
}
