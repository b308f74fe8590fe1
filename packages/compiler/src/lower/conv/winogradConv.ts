import type { ConvInfo } from '../../shapes/convolution.ts';
import { type LoweringContext, plain } from '../context.ts';
import type { ConvLowering } from './convDirections.ts';
import { Winograd } from './winograd.ts';

/** Few multiplications, all in tfjs's own layouts. */
export function winogradConv(context: LoweringContext, info: ConvInfo, tile: number): ConvLowering {
  const winograd = new Winograd(context, info, tile);
  return {
    forward: (x, filter) => plain(winograd.forward(context.dense(x), context.dense(filter))),
    inputGradient: (dy, filter) =>
      plain(winograd.inputGradient(context.dense(dy), context.dense(filter))),
    filterGradient: (x, dy) => plain(winograd.filterGradient(context.dense(x), context.dense(dy))),
  };
}
