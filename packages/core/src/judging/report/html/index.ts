export { escapeHtml, html, type HtmlPart, type SafeHtml } from './html.ts';
export {
  createReportWriter,
  writeReport,
  type RunReportOptions,
  type ReportWriter,
} from './writeReport.ts';
export type { RunState } from './runState.ts';
