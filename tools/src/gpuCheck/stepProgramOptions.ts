import type { RuntimeOptions } from '@gan-zoo/compiler';

/** What stepProgram.ts is started with. */
export interface StepProgramOptions {
  readonly app: string;
  readonly preset: string;
  readonly runtime: RuntimeOptions;
}

/** The kind besides the app's own that only moves the state to where it is computed with, and back. */
export const copyKind = 'copy';
