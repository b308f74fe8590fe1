/** The troubles that the doctor knows. */
export const findingKinds = [
  'nonFinite',
  'discriminatorTooStrong',
  'discriminatorTooWeak',
  'modeCollapse',
  'deadGenerator',
  'colourInversion',
  'checkerboard',
  'overfitting',
] as const;

/** One of {@link findingKinds}. */
export type FindingKind = (typeof findingKinds)[number];

/** Findings in words, as headings. */
export const findingTitles: Readonly<Record<FindingKind, string>> = {
  nonFinite: 'NaN or infinite values',
  discriminatorTooStrong: 'Discriminator too strong',
  discriminatorTooWeak: 'Discriminator too weak',
  modeCollapse: 'Mode collapse',
  deadGenerator: 'Dead generator',
  colourInversion: 'Colour inversion',
  checkerboard: 'Checkerboard pattern',
  overfitting: 'Overfitting of the discriminator',
};

/** `error`: the run is lost unless something changes; `warning`: it may yet come right. */
export type Severity = 'error' | 'warning';

/** A trouble of a training, in numbers and in words. */
export interface Finding {
  /** Kind, subject and first step: `modeCollapse/fakeImages/750`. */
  readonly id: string;
  readonly kind: FindingKind;
  /** Whose trouble it is: a name of drawn pictures, of a discriminator, or `training`. */
  readonly subject: string;
  readonly severity: Severity;
  /** `active` until the measures have been well again. */
  readonly status: 'active' | 'resolved';
  /** The step at which the trouble was first seen. */
  readonly firstStep: number;
  /** The last step at which it was still there. */
  readonly lastStep: number;
  /** The step at which it had lasted long enough to be reported. */
  readonly raisedStep: number;
  /** What was measured at `lastStep`, by name. */
  readonly measured: Readonly<Record<string, number>>;
  /** What was seen and what it means, in one or two sentences. */
  readonly explanation: string;
  /** What to change, with flags and values of this app. */
  readonly suggestion: string;
}

/** Something that happened to a finding: a line of `findings.jsonl`. */
export interface FindingEvent {
  readonly event: 'raised' | 'updated' | 'resolved';
  /** Finished steps when it happened. */
  readonly step: number;
  readonly finding: Finding;
}

/**
 * The state of every finding after some events, in the order in which they were raised.
 *
 * @param events in the order in which they happened
 */
export function findingsAfter(events: readonly FindingEvent[]): Finding[] {
  const byId = new Map<string, Finding>();
  for (const { finding } of events) byId.set(finding.id, finding);
  return [...byId.values()];
}
