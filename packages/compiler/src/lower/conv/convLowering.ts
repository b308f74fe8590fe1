import type { ConvInfo } from '../../shapes/convolution.ts';
import type { Lowered, LoweringContext } from '../context.ts';
import { chooseAlgorithm, type ConvAlgorithm } from './algorithm.ts';
import { fullConv } from './fullConv.ts';
import { nativeConv } from './nativeConv.ts';
import { unfoldConv } from './unfoldConv.ts';
import { winogradConv } from './winogradConv.ts';

/** A convolution and its gradients; x is [N,H,W,C], dy [N,Ho,Wo,O], the filter [kh,kw,C,O]. */
export interface ConvLowering {
  forward(x: Lowered, filter: Lowered): Lowered;
  inputGradient(dy: Lowered, filter: Lowered): Lowered;
  filterGradient(x: Lowered, dy: Lowered): Lowered;
}

/** The lowering that {@link chooseAlgorithm} prefers for a geometry, or the given one. */
export function convLowering(
  context: LoweringContext,
  info: ConvInfo,
  algorithm: ConvAlgorithm = chooseAlgorithm(info),
): ConvLowering {
  switch (algorithm.kind) {
    case 'full':
      return fullConv(context, info);
    case 'unfold':
      return unfoldConv(context, info);
    case 'winograd':
      return winogradConv(context, info, algorithm.tile);
    case 'native':
      return nativeConv(context, info);
  }
}
