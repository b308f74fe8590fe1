export { formatBytes, formatDuration, formatRate } from './format.ts';
export { InterruptedError, isInterruption } from './interruption.ts';
export {
  createProgress,
  type OutputStream,
  type Progress,
  type ProgressOptions,
} from './progress.ts';
