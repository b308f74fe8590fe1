import type { BenchHello } from '@gan-zoo/core';
import { appCall } from '../bench/programs.ts';
import { checkedBackends, type CheckedBackend } from './checkedBackends.ts';
import { choiceRows } from './choiceRows.ts';
import type { PlannedRow } from './row.ts';
import { measureSpeed } from './speedRow.ts';
import { startRow, type Blocked } from './startRow.ts';
import { torchRows, type TorchOptions } from './torchRow.ts';
import { verifyCall, verifyRow } from './verifyRow.ts';

/** What is checked. */
export interface PlanOptions {
  readonly apps: readonly string[];
  readonly preset: string;
  readonly threads: number;
  /** Few steps everywhere. */
  readonly quick: boolean;
  readonly hasGpu: boolean;
  readonly blocked: Blocked;
}

/**
 * All rows of the page in the order in which they are run: whether backends start, whether they
 * compute the right numbers, how fast, and what might be chosen otherwise.
 */
export function planRows(options: PlanOptions): PlannedRow[] {
  const { apps, quick, hasGpu, blocked } = options;
  const shared: TorchOptions & PlanOptions = {
    ...options,
    steps: quick ? 3 : 200,
    hellos: new Map<string, BenchHello>(),
  };
  const torchRow = torchRows(shared);
  return [
    ...checkedBackends.map((backend) => startRow(backend, hasGpu, blocked)),
    ...apps.flatMap((app) =>
      checkedBackends.map((backend) =>
        verifyRow(app, backend, verifyCall(app, backend, quick ? 'auto' : 'tfjs-cpu')),
      ),
    ),
    ...apps.flatMap((app) => [
      ...checkedBackends.map((backend) => speedRow(app, backend, shared)),
      torchRow(app),
    ]),
    ...choiceRows({ ...options, rounds: quick ? 1 : 5, stepsPerRound: quick ? 1 : 10 }),
  ];
}

/** Times an app's own `bench` on a backend. */
function speedRow(
  app: string,
  { name, environment = {} }: CheckedBackend,
  { preset, threads, steps, hasGpu, hellos }: TorchOptions & PlanOptions,
): PlannedRow {
  return {
    section: 'speed',
    labels: [app, name],
    backend: name,
    seconds: 12,
    minimumSeconds: 6,
    run: (limit) => {
      const call = { ...appCall({ app, preset, backend: name, threads }), environment };
      const onHello = (hello: BenchHello): void => void hellos.set(app, hello);
      return measureSpeed({ call, kind: 'iteration', steps, hasGpu, onHello }, limit);
    },
  };
}
