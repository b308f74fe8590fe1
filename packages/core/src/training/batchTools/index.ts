export { folderBatchTools, type BatchToolsOptions, type FolderBatchTools } from './batchTools.ts';
export type { DataConfig } from './dataConfig.ts';
export { noiseBatchTools } from './noiseBatchTools.ts';
export type { OpenedData } from './openData.ts';
