export type * from './module.ts';
export {
  applyNetwork,
  assertState,
  countParameters,
  drawMasks,
  dropoutMasks,
  initNetwork,
  outputShapeOf,
  type AnyModule,
  type Applied,
  type ApplyOptions,
  type InitOptions,
} from './network.ts';
export { assertShape, assertWhole, formatShape, whoAt } from './assertShape.ts';
export {
  chain,
  identity,
  mergeParameters,
  named,
  prefixParameters,
  residual,
  sequential,
  skipConcat,
  type Layer,
  type Layers,
} from './compose.ts';
export { composed } from './composed.ts';
export { joinChannels, joinVector } from './join.ts';
export * from './initializers.ts';
export * from './initSchemes.ts';
export * from './activations.ts';
export { batchNorm, type BatchNormOptions } from './batchNorm.ts';
export { conv2d, type Conv2dOptions } from './conv2d.ts';
export { conv2dTranspose, type Conv2dTransposeOptions } from './conv2dTranspose.ts';
export { dense, type DenseOptions } from './dense.ts';
export { dropout } from './dropout.ts';
export { embedding, type EmbeddingOptions } from './embedding.ts';
export {
  adaptiveInstanceNorm,
  conditionalInstanceNorm,
  instanceNorm,
  type AdaptiveInstanceNormOptions,
  type ConditionalInstanceNormOptions,
  type InstanceNormOptions,
} from './instanceNorm.ts';
export { layerNorm, type LayerNormOptions } from './layerNorm.ts';
export { minibatchStdDev } from './minibatchStdDev.ts';
export { reflectionPad, zeroPad, type Margins, type Padding } from './padding.ts';
export { pixelShuffle } from './pixelShuffle.ts';
export { avgPool, globalAveragePool, globalSumPool, type AvgPoolOptions } from './pooling.ts';
export { flatten, unflatten, type ImageExtents } from './reshape.ts';
export { selfAttention, type SelfAttentionOptions } from './selfAttention.ts';
export { spectralNorm, type SpectralNormOptions } from './spectralNorm.ts';
export { upsampleBilinear, upsampleNearest } from './upsample.ts';
export { withoutGradient } from './withoutGradient.ts';
