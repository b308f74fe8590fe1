import type { ConvInfo } from '../../shapes/convolution.ts';
import type { OnnxValue } from '../../onnx/graph.ts';
import { type LoweringContext, plain } from '../context.ts';
import type { ConvLowering } from './convDirections.ts';

/** A kernel as large as its input is a dense layer over all pixels and channels. */
export function fullConv(context: LoweringContext, info: ConvInfo): ConvLowering {
  const { batchSize, inChannels, outChannels, filterHeight, filterWidth } = info;
  const inputs = filterHeight * filterWidth * inChannels;
  const gemm = (
    a: OnnxValue,
    b: OnnxValue,
    shape: number[],
    flags: { transA?: true; transB?: true } = {},
  ): OnnxValue =>
    context.node(
      'Gemm',
      [a, b],
      { dtype: 'float32', shape },
      {
        attributes: { transA: { i: flags.transA ? 1 : 0 }, transB: { i: flags.transB ? 1 : 0 } },
      },
    );
  const rows = (value: OnnxValue, columns: number): OnnxValue =>
    context.reshape(value, [batchSize, columns]);
  const matrix = (filter: OnnxValue): OnnxValue => context.reshape(filter, [inputs, outChannels]);
  return {
    forward: (x, filter) => {
      const operands = [rows(context.dense(x), inputs), matrix(context.dense(filter))] as const;
      const y = gemm(...operands, [batchSize, outChannels]);
      return plain(context.reshape(y, [batchSize, 1, 1, outChannels]));
    },
    inputGradient: (dy, filter) => {
      const operands = [
        rows(context.dense(dy), outChannels),
        matrix(context.dense(filter)),
      ] as const;
      const dx = gemm(...operands, [batchSize, inputs], { transB: true });
      return plain(context.reshape(dx, [...info.inShape]));
    },
    filterGradient: (x, dy) => {
      const operands = [
        rows(context.dense(x), inputs),
        rows(context.dense(dy), outChannels),
      ] as const;
      const gradient = gemm(...operands, [inputs, outChannels], { transA: true });
      return plain(context.reshape(gradient, [...info.filterShape]));
    },
  };
}
