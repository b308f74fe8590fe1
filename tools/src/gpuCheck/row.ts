import type { RowLimit } from './runChild.ts';

/** The page's tables, in their order. */
export type Section = 'backends' | 'verification' | 'speed' | 'choices';

/** What a row found out. */
export interface RowResult {
  /** The table's columns after the labels. */
  readonly cells: readonly string[];
  readonly note?: string;
  /** Whether numbers are wrong: the script then ends with an error. Default: false. */
  readonly disagrees?: boolean;
}

/** One line of the page, before it is measured. */
export interface PlannedRow {
  readonly section: Section;
  /** The first columns. */
  readonly labels: readonly string[];
  /** The backend or peer that has to be there. Default: none. */
  readonly backend?: string | undefined;
  /** How long it takes, compared with the other rows. */
  readonly seconds: number;
  /** With less it is not begun. */
  readonly minimumSeconds: number;
  /** Whether its result does not suffer from rows at the same time. Default: false. */
  readonly isParallel?: boolean;
  /** Measures; what it throws becomes the row's note. */
  run(limit: RowLimit): Promise<RowResult>;
}

/** A line of the page. */
export interface FinishedRow extends Pick<PlannedRow, 'section' | 'labels'> {
  /** Undefined when it has no result. */
  readonly cells: readonly string[] | undefined;
  readonly note: string;
  readonly disagrees: boolean;
}
