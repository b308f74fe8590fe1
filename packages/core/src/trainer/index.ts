export {
  folderBatchTools,
  noiseBatchTools,
  type BatchToolsOptions,
  type DataConfig,
  type FolderBatchTools,
  type OpenedData,
} from './batchTools.ts';
export { benchCommand, type BenchPlan, type BenchWork } from './benchCommand.ts';
export type { BenchAnswer, BenchHello, BenchKind, BenchRequest } from './benchService.ts';
export type {
  AnyGanDefinition,
  BatchTools,
  DiscriminatorDefinition,
  DrawnImages,
  FakeImages,
  GanDefinition,
  GivenNetworks,
  MetricsPlot,
  OwnData,
  ReferenceImages,
  SampleDefinition,
  SampleGrid,
} from './definition.ts';
export type { DrawnSamples } from './sampler.ts';
export { checkpointOf, loadOwnCheckpoint, loadRunCheckpoint, type LoadedRun } from './loadRun.ts';
export { doctorCommand } from './doctorCommand.ts';
export { explainCommand } from './explainCommand.ts';
export { reportCommand } from './reportCommand.ts';
export { stepParts } from './stepParts.ts';
export { DivergedError } from './divergence.ts';
export type {
  DivergedEvent,
  DrawnEvent,
  ObserverFactory,
  ObserverPlace,
  SavedEvent,
  TrainMoment,
  TrainObserver,
} from './observer.ts';
export { standardObservers } from './standardObservers.ts';
export { train, trainCommand } from './trainCommand.ts';
export type { BestCheckpoint, Rollback } from './trainPosition.ts';
export { verifyCommand } from './verifyCommand.ts';
export { trainFields, type TrainConfig } from './trainFields.ts';
export { trainLoop, type TrainLoopOptions, type TrainResult } from './trainLoop.ts';
