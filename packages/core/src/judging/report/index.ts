export { createEventWriter, type EventWriter, type EventWriterOptions } from './events/index.ts';
export { eventsObserver } from './eventsObserver.ts';
export {
  createReportWriter,
  writeReport,
  type RunReportOptions,
  type ReportWriter,
  type RunState,
} from './html/index.ts';
export { reportObserver } from './reportObserver.ts';
