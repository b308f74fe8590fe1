import { writeFile } from 'node:fs/promises';
import { compiledKernels, createRuntime, mendedKernels } from '@gan-zoo/compiler';
import {
  defineCommand,
  didYouMean,
  UsageError,
  UserError,
  type CommandContext,
} from '@gan-zoo/core';
import * as tf from '@tensorflow/tfjs';
import { z } from 'zod';
import { checkCall, describeFailure } from './checkCall.ts';
import { needlessExpectations } from './expectations.ts';
import type { KernelCall } from './kernelCall.ts';
import { formatKernelTable, unexpectedFailures, type KernelRow } from './kernelRows.ts';
import { recordAll } from './recordAll.ts';
import { replayCall } from './replayCall.ts';

/** The names of the backends in tfjs. */
const tfjsBackends = { 'tfjs-node-gpu': 'tensorflow', 'tfjs-cpu': 'cpu' } as const;

const schema = z.object({
  kernel: z
    .string()
    .min(1)
    .meta({
      placeholder: 'name',
      description: 'Only this kernel, and each of its calls that fails',
      defaultText: 'all',
    })
    .optional(),
  against: z
    .enum(['tfjs-node-gpu', 'tfjs-cpu'])
    .default('tfjs-node-gpu')
    .describe('The backend that makes the calls again'),
  apps: z.boolean().default(true).describe("Also the calls of the apps' train steps"),
  markdown: z
    .string()
    .min(1)
    .meta({
      placeholder: 'file',
      description: 'Where to write the table in Markdown',
      defaultText: 'nowhere',
    })
    .optional(),
});

/** The command behind `nx run tools:kernel-check`: recorded kernel calls, made again. */
export const kernelCheckCommand = defineCommand({
  name: 'kernel-check',
  description: "Compares a backend's kernels with tfjs-cpu's, call by call",
  schema,
  examples: ['--markdown kernels.md', '--kernel Sign --no-apps'],
  run: async ({ kernel, against, apps, markdown }, context) => {
    await startBackend(against);
    const recorded = await recordAll(apps, context);
    const calls = recorded.filter((call) => kernel === undefined || call.kernel === kernel);
    if (calls.length === 0) refuseKernel(kernel!, recorded);
    const rows = checkCalls(calls);
    if (kernel !== undefined) {
      for (const failure of rows.flatMap(({ failures }) => failures)) {
        context.print(`${describeFailure(failure)}\n`);
      }
    }
    context.print(formatKernelTable(rows, false));
    if (markdown !== undefined) {
      await writeFile(context.resolvePath(markdown), formatPage(rows, against));
    }
    if (kernel === undefined) {
      if (against === 'tfjs-node-gpu') reportNeedless(rows, context);
      context.print(`\n${describeCoverage(recorded)}`);
    }
    assertExpected(rows, against);
  },
});

/** The table as a page of its own. */
const formatPage = (rows: readonly KernelRow[], against: keyof typeof tfjsBackends): string =>
  `# Kernels of ${against}\n\n` +
  `Every kernel call of tfjs-core's own tests and of a train step of each app, recorded on tfjs-cpu and ` +
  `made again: \`npx nx run tools:kernel-check -- --markdown <file>\`, which fails when a call differs or is ` +
  `refused for no reason stated here.\n\n${formatKernelTable(rows, true)}\n`;

async function startBackend(against: keyof typeof tfjsBackends): Promise<void> {
  await createRuntime({ backend: against });
  await tf.setBackend(tfjsBackends[against]);
}

function refuseKernel(kernel: string, recorded: readonly KernelCall[]): never {
  const known = [...new Set(recorded.map((call) => call.kernel))];
  throw new UsageError(
    `--kernel: expected one of the ${known.length} recorded kernels, received ${kernel}.` +
      didYouMean(kernel, known),
  );
}

/** Makes the calls again; a row per kernel, by name. */
function checkCalls(calls: readonly KernelCall[]): KernelRow[] {
  const kernels = [...new Set(calls.map(({ kernel }) => kernel))].sort();
  return kernels.map((kernel) => {
    const own = calls.filter((call) => call.kernel === kernel);
    const failures = own
      .map((call) => checkCall(call, replayCall(call)))
      .filter((failure) => failure !== undefined);
    return { kernel, mended: mendedKernels.get(kernel), calls: own.length, failures };
  });
}

function describeCoverage(recorded: readonly KernelCall[]): string {
  const covered = new Set(recorded.map(({ kernel }) => kernel));
  const missing = compiledKernels.filter((kernel) => !covered.has(kernel));
  return missing.length === 0
    ? 'The calls cover all kernels that the compiler knows.'
    : `Kernels that the compiler knows and no call covers: ${missing.join(', ')}.`;
}

function reportNeedless(rows: readonly KernelRow[], { log }: CommandContext): void {
  const failed = rows.flatMap(({ failures }) => failures.map(({ call }) => call));
  const needless = needlessExpectations(failed);
  if (needless.length === 0) return;
  log(`No call fails that expectations.ts expects to fail, of ${needless.join(', ')}`);
}

function assertExpected(rows: readonly KernelRow[], against: string): void {
  const failed = rows.filter((row) => unexpectedFailures(row).length > 0);
  if (failed.length === 0) return;
  const kernels = failed.map((row) => `${row.kernel} (${unexpectedFailures(row).length})`);
  throw new UserError(
    `kernel-check: expected ${against} to compute what tfjs-cpu does, found ${failed.length} kernels ` +
      `with calls that fail for no stated reason: ${kernels.join(', ')}. Show them with --kernel.`,
  );
}
