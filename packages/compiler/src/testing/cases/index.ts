import { binaryCases, particularCases, unaryCases } from './elementwiseCases.ts';
import type { GradientCase } from './gradientCase.ts';
import { convolutionCases, imageCases, penaltyCases } from './imageCases.ts';
import { productCases, reductionCases } from './reductionCases.ts';
import { shapeCases } from './shapeCases.ts';

export type { GradientCase } from './gradientCase.ts';

/**
 * Every operation that GAN code plausibly uses, in all the variants whose gradients differ, at
 * tiny shapes. Gradient tests run each at first and second order; lowering tests run each
 * compiled.
 */
export const gradientCases: readonly GradientCase[] = [
  ...unaryCases,
  ...binaryCases,
  ...particularCases,
  ...reductionCases,
  ...productCases,
  ...shapeCases,
  ...convolutionCases,
  ...imageCases,
  ...penaltyCases,
];
