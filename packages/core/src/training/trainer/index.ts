export { DivergedError } from './divergence.ts';
export { checkpointOf, loadOwnCheckpoint, loadRunCheckpoint, type LoadedRun } from './loadRun.ts';
export type {
  DivergedEvent,
  DrawnEvent,
  ObserverFactory,
  ObserverPlace,
  SavedEvent,
  TrainMoment,
  TrainObserver,
} from './observer.ts';
export type { DrawnSamples } from './sampler.ts';
export { stepParts } from './stepParts.ts';
export { trainLoop, type TrainResult } from './trainLoop.ts';
export type { TrainLoopOptions } from './trainLoopOptions.ts';
export type { BestCheckpoint, Rollback } from './trainPosition.ts';
