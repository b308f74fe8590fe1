import { fileURLToPath } from 'node:url';
import { appOptions } from '../sourceOptions.ts';
import type { ProgramCall } from '../bench/measuredProcess.ts';
import {
  float32Tolerance,
  tf32Tolerance,
  withoutTf32,
  type CheckedBackend,
} from './checkedBackends.ts';
import { endReason } from './reasons.ts';
import type { PlannedRow, RowResult } from './row.ts';
import { runChild, type ChildEnd } from './runChild.ts';

/** Columns of the table of verifications after app and backend. */
export const verifyColumns = ['result', 'worst difference', 'allowed'] as const;

/** Starts an app's `verify`. */
export type VerifyCall = (
  tolerance: number,
  environment: Readonly<Record<string, string>>,
) => ProgramCall;

/**
 * An app's own `verify` of one step at its tiny size.
 *
 * @param against the eager backend. Default: tfjs-cpu, which no GPU touches
 */
export function verifyCall(
  app: string,
  { name, environment = {} }: CheckedBackend,
  against = 'tfjs-cpu',
): VerifyCall {
  const cli = fileURLToPath(new URL(`../../../apps/${app}/src/cli.ts`, import.meta.url));
  const words = ['verify', '--backend', name, '--against', against, '--steps', '1'];
  return (tolerance, more) => ({
    command: process.execPath,
    words: [...appOptions, cli, ...words, '--tolerance', String(tolerance)],
    environment: { ...environment, ...more },
  });
}

/**
 * Verifies an app's step. Where TF32 is to blame it need not be: what differs by more than TF32 allows
 * is verified again without it.
 */
export function verifyRow(
  app: string,
  backend: CheckedBackend,
  call: VerifyCall = verifyCall(app, backend),
): PlannedRow {
  return {
    section: 'verification',
    labels: [app, backend.name],
    backend: backend.name,
    seconds: 15,
    minimumSeconds: 6,
    isParallel: true,
    run: async (limit) => {
      const result = readVerification(
        await runChild(call(backend.tolerance, {}), limit),
        backend.tolerance,
      );
      if (result.disagrees !== true || backend.tolerance !== tf32Tolerance) return result;
      const again = readVerification(
        await runChild(call(float32Tolerance, withoutTf32), limit),
        float32Tolerance,
      );
      return again.disagrees === true
        ? again
        : { ...again, note: `only without TF32; with it ${result.cells[1]} off` };
    },
  };
}

/**
 * Reads what `verify` printed.
 *
 * @throws Error when it did not get as far as a verdict
 */
export function readVerification(end: ChildEnd, tolerance: number): RowResult {
  const differences = [
    ...end.stdout.matchAll(/^(?:loss|gradient|state) +(\S+) +\S+ +(\S+)(?: +\S+)? +\d+$/gm),
  ].map(([, path, relative]) => ({ path: path!, relative: Number(relative) }));
  if (differences.length === 0) throw new Error(endReason(end));
  const worst = differences.reduce((a, b) => (b.relative <= a.relative ? a : b));
  const cells = [worst.relative.toExponential(1), String(tolerance)];
  if (end.code === 0) return { cells: ['agrees', ...cells] };
  return { cells: ['differs', ...cells], note: `most in ${worst.path}`, disagrees: true };
}
