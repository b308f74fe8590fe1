export {
  cropAndResizeFolder,
  type CropAndResizeOptions,
  type CropAndResizeResult,
} from './cropAndResizeFolder.ts';
export {
  findDatasetLayout,
  type DatasetLayout,
  type SideBySideLayout,
  type UnpairedLayout,
} from './datasetLayout.ts';
export type { Crop, Half } from './decodeImage.ts';
export { findDuplicates, type DuplicateOptions, type Duplicates } from './findDuplicates.ts';
export type { ImageDataset } from './imageDataset.ts';
export {
  listImageFiles,
  type ImageFile,
  type ImageListing,
  type SkippedFile,
} from './listImageFiles.ts';
export { mapInOrder, type MapInOrderOptions } from './mapInOrder.ts';
export type { Matches } from './matchByStem.ts';
export { openImageFolder, type FileProgress, type ImageFolderOptions } from './openImageFolder.ts';
export {
  openImagePairs,
  type ImagePairOptions,
  type ImagePairs,
  type PairPlace,
} from './openImagePairs.ts';
