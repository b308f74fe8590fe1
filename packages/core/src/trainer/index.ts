export { folderBatchTools, noiseBatchTools, type BatchToolsOptions } from './batchTools.ts';
export type {
  AnyGanDefinition,
  BatchTools,
  GanDefinition,
  ImageSourceOptions,
  MetricsPlot,
  SampleDefinition,
} from './definition.ts';
export { train, trainCommand } from './trainCommand.ts';
export { trainFields, type TrainConfig } from './trainFields.ts';
export { trainLoop, type TrainLoopOptions, type TrainResult } from './trainLoop.ts';
