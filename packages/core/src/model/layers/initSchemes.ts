import {
  kaimingNormal,
  normal,
  ones,
  orthogonal,
  xavierNormal,
  xavierUniform,
  zeros,
} from './initializers.ts';
import type { Initializer, ParameterRole } from './module.ts';

/**
 * Initialisers for a whole network by the role of a parameter. Roles that are left out keep what
 * their layer chose (PyTorch's defaults).
 */
export type InitScheme = Readonly<Partial<Record<ParameterRole, Initializer>>>;

/** Kernels from `kernel`; biases and shifts 0; normalisation scales N(1, .02²). */
const aroundOne = (kernel: Initializer): InitScheme => ({
  kernel,
  bias: zeros(),
  scale: normal(1, 0.02),
  shift: zeros(),
});

/**
 * The initialisation of DCGAN (Radford et al. 2015, arXiv 1511.06434), pix2pix and CycleGAN:
 * kernels N(0, .02²), batch-norm scales N(1, .02²), biases and shifts 0.
 */
export const dcganNormal: InitScheme = aroundOne(normal(0, 0.02));

/** Xavier-normal kernels of the given gain (BicycleGAN: .02), otherwise like {@link dcganNormal}. */
export const xavierScheme = (gain = 0.02): InitScheme => aroundOne(xavierNormal(gain));

/** Kaiming-normal kernels (fan in, ReLU), otherwise like {@link dcganNormal}. */
export const kaimingScheme: InitScheme = aroundOne(kaimingNormal());

/** Orthogonal kernels (BigGAN, arXiv 1809.11096: gain 1), otherwise like {@link dcganNormal}. */
export const orthogonalScheme = (gain = 1): InitScheme => aroundOne(orthogonal(gain));

/** Xavier-uniform kernels, zero biases, plain scales: the choice of many residual GANs. */
export const xavierUniformScheme = (gain = 1): InitScheme => ({
  kernel: xavierUniform(gain),
  bias: zeros(),
  scale: ones(),
  shift: zeros(),
});
