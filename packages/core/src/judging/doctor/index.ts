export { createDiagnosis, type Diagnosis } from './diagnosis.ts';
export { createDoctorObserver, doctorObserver } from './doctorObserver.ts';
export {
  findingKinds,
  findingsAfter,
  findingTitles,
  type Finding,
  type FindingEvent,
  type FindingKind,
  type Severity,
} from './finding.ts';
export { findingsPath, readFindingEvents, readFindings } from './findingsFile.ts';
export { formatReport, type ReportOptions } from './formatReport.ts';
export { discriminatorMeasures, measureKey, pictureMeasures } from './measureNames.ts';
export { howMeasured, measureRows, type MeasureRow } from './measureTable.ts';
export { nonFiniteWeight, type NonFinite } from './measures/finite.ts';
export { patientOf, replayRun, type Replay } from './replayRun.ts';
export type { Patient } from './rules/index.ts';
