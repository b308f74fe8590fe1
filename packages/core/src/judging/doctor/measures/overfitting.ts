import { meanOf } from './pictures.ts';

/** What a discriminator says of single pictures: one logit each, higher is more real. */
export interface Verdicts {
  /** Real pictures that it trains on. */
  readonly training: readonly number[];
  /** Real pictures that it never saw. */
  readonly heldBack: readonly number[];
  readonly generated: readonly number[];
}

/** How far a discriminator knows its training pictures by heart. */
export interface Overfitting {
  /** r_v: 0 none, 1 held-back pictures are judged like generated ones. */
  readonly overfitting: number;
  /** The standard error of the ratio that comes from how few pictures were judged. */
  readonly overfittingError: number;
}

/** Training and generated pictures closer than this many standard errors are not told apart. */
const tellingErrors = 4;

/**
 * The overfitting heuristic r_v of Karras et al., "Training generative adversarial networks with
 * limited data" (arXiv 2006.06676), equation 1:
 *
 *     r_v = (E[D_train] − E[D_validation]) / (E[D_train] − E[D_generated])
 *
 * over logits. Without unit. Its standard error is that of the numerator (the variances of both
 * means added) over the denominator.
 *
 * @returns undefined for less than two pictures of a kind, or when D does not tell training
 *   pictures from generated ones by at least four standard errors: then there is nothing to divide by
 */
export function overfittingOf(verdicts: Verdicts): Overfitting | undefined {
  const { training, heldBack, generated } = verdicts;
  if (Math.min(training.length, heldBack.length, generated.length) < 2) return undefined;
  const margin = meanOf(training) - meanOf(generated);
  const marginError = Math.hypot(errorOfMean(training), errorOfMean(generated));
  if (!(margin > tellingErrors * marginError)) return undefined;
  return {
    overfitting: (meanOf(training) - meanOf(heldBack)) / margin,
    overfittingError: Math.hypot(errorOfMean(training), errorOfMean(heldBack)) / margin,
  };
}

function errorOfMean(values: readonly number[]): number {
  const mean = meanOf(values);
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return Math.sqrt(squares / (values.length - 1) / values.length);
}
