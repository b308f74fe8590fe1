import type { RandomDraws } from '@gan-zoo/core';

/** What stands for a style in a network. */
export type StyleVector = Float32Array;

/** The mean of styles. */
export function meanStyle(styles: readonly StyleVector[]): StyleVector {
  const mean = new Float32Array(styles[0]!.length);
  for (const style of styles) style.forEach((value, at) => (mean[at]! += value / styles.length));
  return mean;
}

/**
 * Draws a style of the normal distribution with the mean m and the covariance of styles x: the sum
 * m + Σ nᵢ · (xᵢ − m) / √N over N of them, n ~ N(0, 1).
 *
 * Styles never fill N(0, 1) as training would have them. Where none of them lies a network has only
 * ever been shown noise, and draws what is no letter.
 *
 * Paper: Ghosh et al., "From variational to deterministic autoencoders" (arXiv 1903.12436),
 * section 4, on fitting a density to codes after training.
 */
export function randomStyle(styles: readonly StyleVector[], draws: RandomDraws): StyleVector {
  const mean = meanStyle(styles);
  const style = mean.slice();
  const weights = draws.normals(styles.length);
  for (const [row, { length }] of styles.entries()) {
    const weight = weights[row]! / Math.sqrt(styles.length);
    for (let at = 0; at < length; at++) style[at]! += weight * (styles[row]![at]! - mean[at]!);
  }
  return style;
}
