import { writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { hasNvidiaDriver, physicalCores } from '@gan-zoo/compiler';
import { defineCommand, fields, runtimeFields, UserError } from '@gan-zoo/core';
import { z } from 'zod';
import { checkedApps } from './checkedBackends.ts';
import { formatPage } from './formatPage.ts';
import { lookAtMachine } from './machineFacts.ts';
import { planRows } from './planRows.ts';
import { runRows } from './runRows.ts';
import type { Blocked } from './startRow.ts';

const schema = z.object({
  out: fields.out
    .describe('The page, as Markdown')
    .meta({ placeholder: 'file' })
    .default('gpu-check.md'),
  minutes: z.number().gt(0).default(5).meta({
    description: 'Time for everything; rows that do not fit say so',
    unit: 'minutes',
  }),
  apps: z
    .array(z.enum(checkedApps))
    .min(1)
    .default([...checkedApps])
    .describe('The apps whose steps are checked'),
  appPreset: z
    .enum(['small', 'published'])
    .default('small')
    .describe('Preset of the apps whose steps are timed'),
  quick: z.boolean().default(false).describe('Only a few steps of everything'),
  threads: runtimeFields.threads,
});

/** Time that writing the page may take. */
const reservedSeconds = 2;

/** As many rows at once as there are, where their speed does not matter. */
const largestConcurrency = 4;

/** The command behind `nx run tools:gpu-check`: what a machine with a GPU has to tell, on one page. */
export const gpuCheckCommand = defineCommand({
  name: 'gpu-check',
  description: 'Checks and times all backends of a GPU, and writes one page about it',
  schema,
  examples: ['--out gpu-check.md', '--apps pix2pix --app-preset published', '--quick'],
  run: async ({ out, minutes, apps, appPreset: preset, quick, threads }, context) => {
    const began = performance.now();
    const elapsed = (): number => (performance.now() - began) / 1000;
    const { gpus, facts } = await lookAtMachine();
    const hasGpu = gpus.length > 0 || hasNvidiaDriver();
    const blocked: Blocked = new Map();
    const planned = planRows({
      ...{ apps, preset, quick, hasGpu, blocked },
      threads: threads ?? physicalCores(),
    });
    const progress = context.progress({ label: 'Checking', total: planned.length, unit: 'rows' });
    let done = 0;
    const rows = await runRows(planned, {
      seconds: 60 * minutes - elapsed() - reservedSeconds,
      concurrency: Math.min(largestConcurrency, availableParallelism()),
      signal: context.signal,
      whyNot: ({ backend }) => (backend === undefined ? undefined : blocked.get(backend)),
      onRow: ({ labels }) => progress.update(++done, labels.join(', ')),
    });
    progress.stop();
    const page = formatPage({ facts, rows, preset, seconds: elapsed() });
    const path = context.resolvePath(out);
    await writeFile(path, page);
    context.print(page);
    context.log(`Page: ${path}`);
    const wrong = rows.filter(({ disagrees }) => disagrees);
    if (wrong.length > 0) {
      throw new UserError(
        'gpu-check: expected all verified steps to agree, found differences in ' +
          `${wrong.map(({ labels }) => labels.join(' on ')).join(', ')}.`,
      );
    }
  },
});
