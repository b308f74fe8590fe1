export { folderBatchTools, noiseBatchTools, type BatchToolsOptions } from './batchTools.ts';
export { benchCommand, type BenchPlan } from './benchCommand.ts';
export type { BenchAnswer, BenchHello, BenchKind, BenchRequest } from './benchService.ts';
export type {
  AnyGanDefinition,
  BatchTools,
  GanDefinition,
  ImageSourceOptions,
  MetricsPlot,
  SampleDefinition,
} from './definition.ts';
export { checkpointOf, loadOwnCheckpoint, loadRunCheckpoint, type LoadedRun } from './loadRun.ts';
export { explainCommand } from './explainCommand.ts';
export { train, trainCommand } from './trainCommand.ts';
export { verifyCommand } from './verifyCommand.ts';
export { trainFields, type TrainConfig } from './trainFields.ts';
export { trainLoop, type TrainLoopOptions, type TrainResult } from './trainLoop.ts';
