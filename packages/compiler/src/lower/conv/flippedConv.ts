import type { ConvInfo } from '../../shapes/convolution.ts';
import type { OnnxValue } from '../../onnx/graph.ts';
import { type Lowered, type LoweringContext, plain } from '../context.ts';
import type { ConvLowering } from './convDirections.ts';

/**
 * The geometry of the convolution that computes the input gradient of one of stride 1: from the
 * output's pictures to the input's. Undefined where there is none.
 */
export function flipGeometry(info: ConvInfo): ConvInfo | undefined {
  const { padInfo, filterHeight, filterWidth, strideHeight, strideWidth } = info;
  const { top, bottom, left, right } = padInfo;
  if (strideHeight !== 1 || strideWidth !== 1) return undefined;
  if (info.dilationHeight !== 1 || info.dilationWidth !== 1) return undefined;
  const pads = {
    ...{ top: filterHeight - 1 - top, bottom: filterHeight - 1 - bottom },
    ...{ left: filterWidth - 1 - left, right: filterWidth - 1 - right },
  };
  if (Object.values(pads).some((rows) => rows < 0)) return undefined;
  return {
    ...info,
    inShape: info.outShape,
    outShape: info.inShape,
    ...{ inHeight: info.outHeight, inWidth: info.outWidth, inChannels: info.outChannels },
    ...{ outHeight: info.inHeight, outWidth: info.inWidth, outChannels: info.inChannels },
    filterShape: [filterHeight, filterWidth, info.outChannels, info.inChannels],
    padInfo: { type: 'EXPLICIT', ...pads },
  };
}

/**
 * A convolution as the transpose of another one, whose filter is turned around and whose input is
 * the first one's output: what is cheap for few input channels then is for few output channels.
 *
 * @param inner the lowering of {@link flipGeometry}
 */
export function flippedConv(
  context: LoweringContext,
  info: ConvInfo,
  inner: ConvLowering,
): ConvLowering {
  const area = info.filterHeight * info.filterWidth;
  const turn = (filter: Lowered): Lowered => {
    const [height, width, from, to] = filter.shape as [number, number, number, number];
    const taps = context.reshape(context.dense(filter), [area, from, to]);
    const backwards = context.constant(
      Int32Array.from({ length: area }, (_, tap) => area - 1 - tap),
      [area],
      'int32',
    );
    const type: Pick<OnnxValue, 'dtype' | 'shape'> = { dtype: 'float32', shape: taps.shape };
    const turned = context.node('Gather', [taps, backwards], type, {
      attributes: { axis: { i: 0 } },
    });
    const swapped = context.transpose(turned, [0, 2, 1]);
    return plain(context.reshape(swapped, [height, width, to, from]));
  };
  return {
    forward: (x, filter) => inner.inputGradient(x, turn(filter)),
    inputGradient: (dy, filter) => inner.forward(dy, turn(filter)),
    filterGradient: (x, dy) => turn(inner.filterGradient(dy, x)),
  };
}
