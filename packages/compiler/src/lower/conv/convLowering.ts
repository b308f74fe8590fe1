import type { ConvInfo } from '../../shapes/convolution.ts';
import type { LoweringContext } from '../context.ts';
import { chooseAlgorithm, type ConvAlgorithm, type ConvLowering } from './algorithm.ts';
import { fullConv } from './fullConv.ts';
import { nativeConv } from './nativeConv.ts';
import { unfoldConv } from './unfoldConv.ts';
import { winogradConv } from './winogradConv.ts';

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
