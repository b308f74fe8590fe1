import type { ConvInfo } from '../../shapes/convolution.ts';
import type { LoweringContext } from '../context.ts';
import { chooseAlgorithm, type ConvAlgorithm } from './algorithm.ts';
import type { ConvLowering } from './convDirections.ts';
import { croppedConv, cropTaps } from './croppedConv.ts';
import { flipGeometry, flippedConv } from './flippedConv.ts';
import { fullConv } from './fullConv.ts';
import { nativeConv } from './nativeConv.ts';
import { unfoldConv } from './unfoldConv.ts';
import { winogradConv } from './winogradConv.ts';

/** The lowering that {@link chooseAlgorithm} prefers for a geometry, or the given one. */
export function convLowering(
  context: LoweringContext,
  info: ConvInfo,
  algorithm: ConvAlgorithm = chooseAlgorithm(info, context.convolutions),
): ConvLowering {
  switch (algorithm.kind) {
    case 'full':
      return fullConv(context, info);
    case 'unfold':
      return unfoldConv(context, info);
    case 'winograd':
      return winogradConv(context, info, algorithm.tile);
    case 'cropped': {
      const crop = cropTaps(info);
      if (crop === undefined) throw new Error('compiler: every tap of the filter sees something.');
      return croppedConv(context, info, crop, convLowering(context, crop.info));
    }
    case 'flipped': {
      const flipped = flipGeometry(info);
      if (flipped === undefined) throw new Error('compiler: this convolution cannot be flipped.');
      return flippedConv(context, info, convLowering(context, flipped, { kind: 'unfold' }));
    }
    case 'native':
      return nativeConv(context, info);
  }
}
