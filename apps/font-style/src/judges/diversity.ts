import { UserError } from '@gan-zoo/core';

/**
 * How much pictures of the same characters differ: the mean absolute difference of every two of
 * them, over all characters, as a share of the whole range. Random styles of a model that ignores
 * its latent give 0; compare with the same figure of real fonts.
 *
 * @param draws each [N, S, S] grey levels of the same N characters, one entry per style
 * @throws UserError for fewer than two, or when they differ in size
 */
export function diversity(draws: readonly Uint8Array[]): number {
  const [first] = draws;
  if (
    first === undefined ||
    draws.length < 2 ||
    draws.some(({ length }) => length !== first.length)
  ) {
    const sizes = draws.map(({ length }) => length).join(', ');
    throw new UserError(
      `diversity: expected two or more draws of the same pictures, received ${draws.length} of ` +
        `${sizes || 'no'} bytes.`,
    );
  }
  let [sum, pairs] = [0, 0];
  for (const [place, one] of draws.entries()) {
    for (const other of draws.slice(place + 1)) {
      sum += meanDifference(one, other);
      pairs++;
    }
  }
  return sum / pairs;
}

function meanDifference(one: Uint8Array, other: Uint8Array): number {
  let sum = 0;
  for (let at = 0; at < one.length; at++) sum += Math.abs(one[at]! - other[at]!);
  return sum / (255 * one.length);
}
