import type { Lowered } from '../context.ts';

/** A convolution and its gradients; x is [N,H,W,C], dy [N,Ho,Wo,O], the filter [kh,kw,C,O]. */
export interface ConvLowering {
  forward(x: Lowered, filter: Lowered): Lowered;
  inputGradient(dy: Lowered, filter: Lowered): Lowered;
  filterGradient(x: Lowered, dy: Lowered): Lowered;
}
