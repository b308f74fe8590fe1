import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CommandContext } from '@gan-zoo/core';
import { recordAppStep, recordableApps } from './appSteps.ts';
import { recordCoreTests } from './coreTests.ts';
import type { KernelCall, Recording } from './kernelCall.ts';

/**
 * Records the kernel calls of tfjs-core's tests and of a train step of every app, one after the
 * other.
 */
export async function recordAll(
  apps: boolean,
  { log, signal }: Pick<CommandContext, 'log' | 'signal'>,
): Promise<readonly KernelCall[]> {
  const folder = await mkdtemp(join(tmpdir(), 'kernel-check-'));
  const report = (name: string, { calls, total, skipped }: Recording): readonly KernelCall[] => {
    const left = Object.entries(skipped).map(([kernel, count]) => `${kernel} ${count}`);
    const without = left.length === 0 ? '' : `, without ${left.join(', ')}`;
    log(`${name}: ${calls.length} different calls out of ${total}${without}`);
    return calls;
  };
  try {
    const calls = [report("tfjs-core's tests", await recordCoreTests(folder, signal))];
    for (const app of apps ? recordableApps() : []) {
      calls.push(report(`A train step of ${app}`, await recordAppStep(app, folder, signal)));
    }
    return calls.flat();
  } finally {
    await rm(folder, { recursive: true });
  }
}
