export {
  expiredCheckpoints,
  markBest,
  removeExpired,
  removeUnfinished,
  setDamagedAside,
  setLaterAside,
  type Retention,
} from './checkpointFiles.ts';
export { describeMachine, packageVersion, type MachineFacts } from './machine.ts';
export {
  encodeMetrics,
  readMetrics,
  truncateMetrics,
  type MetricsContent,
  type MetricsRecord,
} from './metrics.ts';
export { openMetricsWriter, type MetricsWriter } from './metricsWriter.ts';
export { createRunFolder, findLatestRun, openRunFolder, type NewRunFolder } from './openRun.ts';
export { inheritResumedRun, openNamedRun } from './resumedConfig.ts';
export {
  readRunConfig,
  recordResume,
  writeRunConfig,
  type NewRunConfig,
  type ResumeRecord,
  type RunConfig,
} from './runConfig.ts';
export { checkpointStep, runFolderAt, type RunFolder, type StepFile } from './runFolder.ts';
export { lockRun, type RunLock } from './runLock.ts';
