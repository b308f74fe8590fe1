/** Adversarial losses, by the names that configurations use. */
export const lossNames = [
  'bce',
  'minimax',
  'lsgan',
  'hinge',
  'relativistic',
  'wgan',
  'wgan-gp',
] as const;

/** A value of {@link lossNames}. */
export type LossName = (typeof lossNames)[number];

/** Whether a loss asks D for labels, which can be smoothed. */
export const hasLabels = (loss: LossName): boolean => loss === 'bce' || loss === 'lsgan';

/** Whether a loss comes with a gradient penalty. */
export const hasPenalty = (loss: LossName): boolean => loss === 'wgan-gp';
