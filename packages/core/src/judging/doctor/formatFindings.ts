import { findingTitles, type Finding, type FindingEvent } from './finding.ts';

/** What the terminal shows of an event while training; an update shows nothing. */
export function formatEvent({ event, step, finding }: FindingEvent): string[] {
  const name = nameOf(finding);
  if (event === 'updated') return [];
  if (event === 'resolved') return [`Doctor, step ${step}: ${name} has passed`];
  const since = finding.firstStep === step ? '' : ` since step ${finding.firstStep}`;
  return [
    `Doctor, step ${step}: ${name}${since}`,
    `  ${finding.explanation}`,
    `  ${finding.suggestion}`,
  ];
}

/** The doctor's last words on a training. */
export function formatSummary(findings: readonly Finding[]): string[] {
  if (findings.length === 0) return ['Doctor: healthy'];
  return [
    'Doctor: see also the command doctor',
    ...findings.map((finding) => `  ${nameOf(finding)}, ${spanOf(finding)}`),
  ];
}

/** `Mode collapse (fakeImages)`. */
export const nameOf = ({ kind, subject }: Finding): string =>
  subject === 'training' ? findingTitles[kind] : `${findingTitles[kind]} (${subject})`;

/** `steps 750 to 2000, still there`. */
export function spanOf({ firstStep, lastStep, status }: Finding): string {
  const steps = firstStep === lastStep ? `step ${firstStep}` : `steps ${firstStep} to ${lastStep}`;
  return `${steps}, ${status === 'active' ? 'still there' : 'passed'}`;
}
