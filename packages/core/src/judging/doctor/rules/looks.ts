import type { MetricsRecord } from '../../../training/run/index.ts';
import { measureKey, type DoctorMeasure } from '../measureNames.ts';
import type { AnyConfig } from './advice.ts';
import type { Patience } from './rule.ts';

/**
 * Looks in a row, and steps that they span, before samples are called bad: a training may pass
 * through any state at one look, and looks may be a few steps apart.
 */
export const lookPatience: Patience = { readings: 3, steps: 100 };

/** Updates of G in which samples may still be blank, alike or patterned as its first weights were. */
const warmupUpdates = 1000;

/**
 * Steps in which samples may still be bad because training has only begun. Healthy runs of a 64 px
 * DCGAN have diverse samples after 400 updates of G; a smaller batch or rate takes longer.
 */
export function warmupSteps(config: AnyConfig): number {
  const every = config['generatorEverySteps'];
  return warmupUpdates * (typeof every === 'number' ? every : 1);
}

/** The measures of a subject in a record; undefined unless the first of them was measured. */
export function measuresIn<Name extends DoctorMeasure>(
  record: MetricsRecord,
  subject: string,
  names: readonly [Name, ...Name[]],
): ({ step: number } & Partial<Record<Name, number>>) | undefined {
  // Step 0 shows untrained networks.
  if (record.step === 0) return undefined;
  const entries = names.map((name) => [name, record[measureKey(name, subject)]] as const);
  const first = entries[0]![1];
  if (first === undefined || !Number.isFinite(first)) return undefined;
  const measured = entries.filter(([, value]) => value !== undefined);
  return { step: record.step, ...Object.fromEntries(measured) } as ReturnType<
    typeof measuresIn<Name>
  >;
}
