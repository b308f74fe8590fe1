export { writeFileAtomically } from './atomicFile.ts';
export type { FileContent } from './atomicFile.ts';
export {
  expiredCheckpoints,
  markBest,
  removeExpired,
  removeUnfinished,
  setDamagedAside,
  setLaterAside,
  type Retention,
} from './checkpointFiles.ts';
export { explainFileError } from './fileErrors.ts';
export { describeMachine, packageVersion } from './machine.ts';
export { encodeMetrics, readMetrics, truncateMetrics } from './metrics.ts';
export type { MetricsContent, MetricsRecord } from './metrics.ts';
export { openMetricsWriter } from './metricsWriter.ts';
export type { MetricsWriter } from './metricsWriter.ts';
export { createRunFolder, findLatestRun, openRunFolder } from './openRun.ts';
export type { NewRunFolder } from './openRun.ts';
export { readRunConfig, recordResume, writeRunConfig } from './runConfig.ts';
export type { MachineFacts, NewRunConfig, ResumeRecord, RunConfig } from './runConfig.ts';
export { inheritResumedRun, openNamedRun } from './resumedConfig.ts';
export { lockRun, type RunLock } from './runLock.ts';
export { checkpointStep, runFolderAt } from './runFolder.ts';
export type { RunFolder, StepFile } from './runFolder.ts';
