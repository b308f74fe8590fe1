export type { BatchSource } from './batchSource.ts';
export {
  type FixedOptions,
  type DataTools,
  type PairFolderOptions,
  type PictureFolderOptions,
  type SquareOptions,
} from './dataTools.ts';
export {
  pairedBatches,
  unpairedBatches,
  type DomainBatch,
  type UnpairedDomain,
  type UnpairedOptions,
} from './domainBatches.ts';
export {
  seededOrder,
  splitHeldBack,
  type HeldBackOptions,
  type HeldBackSplit,
} from './heldBack.ts';
export { imageBatches, type ImageBatchOptions } from './imageBatches.ts';
export { prefetch, type PrefetchedSource, type PrefetchOptions } from './prefetch.ts';
export { readFixed } from './readFixed.ts';
