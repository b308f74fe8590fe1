import { UserError } from '@gan-zoo/compiler';
import type { Place, Shape } from './module.ts';

/**
 * Asserts that a shape fits a pattern in which a string stands for any extent.
 *
 * @param who kind of layer, such as `conv2d`
 * @param place where it stands; its path is part of the message
 * @param expected for instance `['N', 'H', 'W', 64]`
 * @throws UserError with who, expected and received
 */
export function assertShape(
  who: string,
  place: Place,
  expected: readonly (string | number)[],
  received: Shape,
): void {
  const fits =
    received.length === expected.length &&
    expected.every((extent, axis) => typeof extent === 'string' || extent === received[axis]);
  if (fits) return;
  throw new UserError(
    `${whoAt(who, place)}: expected an input of shape ${formatShape(expected)}, ` +
      `received ${formatShape(received)}.`,
  );
}

/** `conv2d "model.0"`, or only `conv2d` at the root. */
export const whoAt = (who: string, place: Place): string =>
  place.path === '' ? who : `${who} "${place.path}"`;

/** `[2, 32, 32, 3]`. */
export const formatShape = (shape: readonly (string | number)[]): string => `[${shape.join(', ')}]`;

/**
 * Asserts that a setting of a layer is a whole number of at least `least`.
 *
 * @throws UserError naming layer and setting
 */
export function assertWhole(who: string, setting: string, value: number, least = 1): void {
  if (Number.isInteger(value) && value >= least) return;
  throw new UserError(
    `${who}: expected ${setting} to be a whole number of at least ${least}, received ${String(value)}.`,
  );
}
