import type { ConvInfo } from '../../shapes/convolution.ts';
import { type Lowered, type LoweringContext, plain } from '../context.ts';
import { padLowered, sliceLowered } from '../movement.ts';
import type { ConvLowering } from './convDirections.ts';

/** The taps of one axis that see more than padding. */
interface Taps {
  readonly first: number;
  readonly count: number;
}

interface Crop {
  readonly info: ConvInfo;
  readonly down: Taps;
  readonly across: Taps;
}

/**
 * The geometry without the taps that see nothing but padding, wherever the filter stands: of a 5×5
 * filter over 2×2 pixels with stride 2, four taps are left. Undefined when every tap sees something.
 */
export function cropTaps(info: ConvInfo): Crop | undefined {
  const { padInfo, filterHeight, filterWidth, inHeight, inWidth, dilationHeight } = info;
  if (dilationHeight !== 1 || info.dilationWidth !== 1) return undefined;
  const steps = [(info.outHeight - 1) * info.strideHeight, (info.outWidth - 1) * info.strideWidth];
  const down = usedTaps(filterHeight, inHeight, padInfo.top, steps[0]!);
  const across = usedTaps(filterWidth, inWidth, padInfo.left, steps[1]!);
  if (down.count === filterHeight && across.count === filterWidth) return undefined;
  const [top, left] = [padInfo.top - down.first, padInfo.left - across.first];
  const { inChannels, outChannels } = info;
  const cropped: ConvInfo = {
    ...info,
    filterHeight: down.count,
    filterWidth: across.count,
    effectiveFilterHeight: down.count,
    effectiveFilterWidth: across.count,
    filterShape: [down.count, across.count, inChannels, outChannels],
    padInfo: {
      type: 'EXPLICIT',
      ...{ top, left },
      bottom: Math.max(0, steps[0]! + down.count - inHeight - top),
      right: Math.max(0, steps[1]! + across.count - inWidth - left),
    },
  };
  return { info: cropped, down, across };
}

/** `steps` is how far the last window stands from the first. */
function usedTaps(taps: number, extent: number, before: number, steps: number): Taps {
  const first = Math.max(0, before - steps);
  const last = Math.min(taps - 1, extent - 1 + before);
  return { first, count: last - first + 1 };
}

/** A convolution by the part of its filter that sees something; the rest has no gradient. */
export function croppedConv(
  context: LoweringContext,
  info: ConvInfo,
  { down, across }: Crop,
  inner: ConvLowering,
): ConvLowering {
  const crop = (filter: Lowered): Lowered =>
    sliceLowered(
      context,
      plain(context.dense(filter)),
      [down.first, across.first, 0, 0],
      [down.first + down.count, across.first + across.count, info.inChannels, info.outChannels],
    );
  const around = ({ first, count }: Taps, taps: number): [number, number] => [
    first,
    taps - first - count,
  ];
  return {
    forward: (x, filter) => inner.forward(x, crop(filter)),
    inputGradient: (dy, filter) => inner.inputGradient(dy, crop(filter)),
    filterGradient: (x, dy) =>
      padLowered(context, inner.filterGradient(x, dy), [
        around(down, info.filterHeight),
        around(across, info.filterWidth),
        [0, 0],
        [0, 0],
      ]),
  };
}
