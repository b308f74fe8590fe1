export { idleBias } from './idleBias.ts';
export { convBeforeNorm, needsBias, normLayer, type NormKind } from './normLayer.ts';
export {
  downResidualBlock,
  firstDownResidualBlock,
  upResidualBlock,
  type DownResidualBlockOptions,
  type ResidualUpsampling,
  type UpResidualBlockOptions,
} from './residualScaling.ts';
export { resnetBlock, type ResnetBlockOptions } from './resnetBlock.ts';
export { unetBlock, type UnetBlockOptions } from './unetBlock.ts';
