export { folderBatchTools, noiseBatchTools, type BatchToolsOptions } from './batchTools.ts';
export { benchCommand, type BenchPlan } from './benchCommand.ts';
export type { BenchAnswer, BenchHello, BenchKind, BenchRequest } from './benchService.ts';
export type {
  AnyGanDefinition,
  BatchTools,
  DiscriminatorDefinition,
  DrawnImages,
  FakeImages,
  FolderPart,
  GanDefinition,
  ImageSourceOptions,
  MetricsPlot,
  ReferenceImages,
  SampleDefinition,
  SampleGrid,
} from './definition.ts';
export type { DrawnSamples } from './sampler.ts';
export { checkpointOf, loadOwnCheckpoint, loadRunCheckpoint, type LoadedRun } from './loadRun.ts';
export { explainCommand } from './explainCommand.ts';
export { train, trainCommand } from './trainCommand.ts';
export { verifyCommand } from './verifyCommand.ts';
export { trainFields, type TrainConfig } from './trainFields.ts';
export { trainLoop, type TrainLoopOptions, type TrainResult } from './trainLoop.ts';
