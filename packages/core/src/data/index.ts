export type { BatchSource } from './batchSource.ts';
export {
  cropAndResizeFolder,
  type CropAndResizeOptions,
  type CropAndResizeResult,
} from './cropAndResizeFolder.ts';
export {
  type FixedOptions,
  type DataTools,
  type PairFolderOptions,
  type PictureFolderOptions,
  type SquareOptions,
} from './dataTools.ts';
export {
  findDatasetLayout,
  type DatasetLayout,
  type SideBySideLayout,
  type UnpairedLayout,
} from './datasetLayout.ts';
export type { Crop, Half } from './decodeImage.ts';
export {
  pairedBatches,
  unpairedBatches,
  type DomainBatch,
  type UnpairedDomain,
  type UnpairedOptions,
} from './domainBatches.ts';
export { findDuplicates, type DuplicateOptions, type Duplicates } from './findDuplicates.ts';
export {
  seededOrder,
  splitHeldBack,
  type HeldBackOptions,
  type HeldBackSplit,
} from './heldBack.ts';
export { imageBatches, type ImageBatchOptions } from './imageBatches.ts';
export type { ImageDataset } from './imageDataset.ts';
export {
  listImageFiles,
  type ImageFile,
  type ImageListing,
  type SkippedFile,
} from './listImageFiles.ts';
export { mapInOrder, type MapInOrderOptions } from './mapInOrder.ts';
export { openImageFolder, type FileProgress, type ImageFolderOptions } from './openImageFolder.ts';
export {
  openImagePairs,
  type ImagePairOptions,
  type ImagePairs,
  type PairPlace,
} from './openImagePairs.ts';
export type { Matches } from './matchByStem.ts';
export { prefetch, type PrefetchedSource, type PrefetchOptions } from './prefetch.ts';
export { readFixed } from './readFixed.ts';
