export {
  adversarialLosses,
  hinge,
  labelSmoothedLeastSquares,
  labelSmoothedNonSaturating,
  leastSquares,
  nonSaturating,
  relativisticAverageHinge,
  saturating,
  wasserstein,
  type AdversarialLoss,
  type AdversarialLossName,
  type DiscriminatorLogits,
  type GeneratorLogits,
} from './adversarial.ts';
export { klToStandardNormal, sigmoidCrossEntropy } from './likelihood.ts';
export {
  gradientPenalty,
  r1Penalty,
  type GradientPenaltyArguments,
  type Judge,
} from './penalties.ts';
export {
  cycleLoss,
  identityLoss,
  l1Loss,
  l2Loss,
  pyramidLoss,
  totalVariation,
  type ImagesAndTargets,
} from './reconstruction.ts';
