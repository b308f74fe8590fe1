export type { BatchSource } from './batchSource.ts';
export { defaultCacheFolder } from './cacheFolder.ts';
export {
  cropAndResizeFolder,
  type CropAndResizeOptions,
  type CropAndResizeResult,
} from './cropAndResizeFolder.ts';
export { findDuplicates, type DuplicateOptions, type Duplicates } from './findDuplicates.ts';
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
export { prefetch, type PrefetchedSource, type PrefetchOptions } from './prefetch.ts';
