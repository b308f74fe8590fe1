import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  defineCommand,
  fields,
  formatBytes,
  formatDuration,
  readMetrics,
  runFolderAt,
  runtimeFields,
  savePlot,
  UserError,
  type CommandContext,
} from '@gan-zoo/core';
import { z } from 'zod';
import { memoryTrend, type MemorySample } from './memoryTrend.ts';
import { newRunWords, prepareTiny, startApp, tinyApps, type TinyTraining } from './tinyTraining.ts';

const schema = z.object({
  app: z.enum(tinyApps).default('anime-dcgan').describe('The app that is trained'),
  steps: fields.steps.default(20_000),
  out: fields.out
    .describe('The plot, a .png or .svg')
    .meta({ placeholder: 'file' })
    .default('soak.png'),
  limit: z.number().gt(0).default(1).meta({
    description: 'Growth that counts as a leak',
    unit: 'MB per 1,000 steps',
  }),
  ...runtimeFields,
  threads: runtimeFields.threads.default(1),
});

type Options = z.output<typeof schema>;

/** The command behind `nx run tools:soak`: does memory stay flat over many steps? */
export const soakCommand = defineCommand({
  name: 'soak',
  description: 'Trains many tiny steps and plots the memory over time',
  schema,
  examples: ['--steps 20000', '--steps 2000 --out /tmp/soak.png'],
  run: async (options, context) => {
    const folder = await mkdtemp(join(tmpdir(), 'gan-zoo-soak-'));
    const { app, backend, threads } = options;
    try {
      await soak({ app, folder, backend, threads: threads ?? 1 }, options, context);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  },
});

async function soak(
  training: TinyTraining,
  { steps, out, limit }: Options,
  context: CommandContext,
): Promise<void> {
  await prepareTiny(training);
  const log = join(training.folder, 'memory.jsonl');
  const probe = new URL('memoryProbe.ts', import.meta.url).href;
  const words = `${newRunWords(training)} --out soak --steps ${steps} --save-every-steps 500 --sample-every-steps 500`;
  context.log(`Training ${training.app} for ${steps} steps`);
  const { child, ended } = startApp(training, words, ['--import', probe], {
    GAN_ZOO_MEMORY_LOG: log,
  });
  context.signal.addEventListener('abort', () => child.kill('SIGTERM'), { once: true });
  const { code, stderr } = await ended;
  context.signal.throwIfAborted();
  if (code !== 0) throw new UserError(`soak: expected the training to end well:\n${stderr}`);
  const samples = (await readFile(log, 'utf8'))
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as MemorySample);
  const path = context.resolvePath(out);
  await savePlot(path, seriesOf(samples), {
    title: `${training.app}: memory over ${steps} tiny steps`,
    xLabel: 'seconds',
    yLabel: 'MB',
  });
  const { records } = await readMetrics(runFolderAt(join(training.folder, 'soak')).metrics);
  const seconds = records.at(-1)!.seconds!;
  const growth = report(samples, steps / seconds, seconds, context);
  context.print(`Plot: ${path}`);
  if (growth > limit) {
    throw new UserError(
      `soak: expected memory to grow by at most ${limit} MB per 1,000 steps, found ${growth.toFixed(2)}.`,
    );
  }
}

const megabyte = 1e6;

const seriesOf = (samples: readonly MemorySample[]) => {
  const x = samples.map(({ seconds }) => Math.round(seconds));
  return [
    { name: 'process (RSS)', x, y: samples.map(({ rss }) => rss / megabyte) },
    { name: 'JavaScript heap in use', x, y: samples.map(({ heapUsed }) => heapUsed / megabyte) },
  ];
};

/** Prints both trends; returns the growth of the process in MB per 1,000 steps. */
function report(
  samples: readonly MemorySample[],
  stepsPerSecond: number,
  seconds: number,
  { print }: CommandContext,
): number {
  print(
    `${stepsPerSecond.toFixed(0)} steps/s for ${formatDuration(seconds)}; the most in each half:`,
  );
  const growthOf = (part: 'rss' | 'heapUsed', name: string): number => {
    const { from, to, slope } = memoryTrend(samples, part);
    const growth = ((slope / stepsPerSecond) * 1000) / megabyte;
    const sign = growth < 0 ? '−' : '+';
    print(
      `  ${name}: ${formatBytes(from)} → ${formatBytes(to)}, ` +
        `${sign}${Math.abs(growth).toFixed(3)} MB per 1,000 steps`,
    );
    return growth;
  };
  growthOf('heapUsed', 'JavaScript heap');
  return growthOf('rss', 'process');
}
