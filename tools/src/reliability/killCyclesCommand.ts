import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import {
  createRandom,
  defineCommand,
  loadCheckpoint,
  runFolderAt,
  runtimeFields,
  UserError,
  type CommandContext,
  type RunFolder,
} from '@gan-zoo/core';
import { z } from 'zod';
import { newRunWords, prepareTiny, startApp, tinyApps, type TinyTraining } from './tinyTraining.ts';

const schema = z.object({
  app: z.enum(tinyApps).default('anime-dcgan').describe('The app that is trained'),
  cycles: z.int().min(1).default(50).describe('How often the training is killed and resumed'),
  longest: z.number().gt(0).default(8).meta({
    description: 'A process is killed at a random moment within this time from its start',
    unit: 'seconds',
  }),
  ...runtimeFields,
  threads: runtimeFields.threads.default(1),
});

type Options = z.output<typeof schema>;

/** What a kill left behind. */
interface Cycle {
  readonly killedAfter: number;
  /** The newest checkpoint afterwards; undefined when there is none yet. */
  readonly step: number | undefined;
  /** Half-written files. */
  readonly unfinished: number;
  /** Whether the dead process's lock was left. */
  readonly isLocked: boolean;
}

/** The command behind `nx run tools:kill-cycles`: does a run survive kill -9 at any moment? */
export const killCyclesCommand = defineCommand({
  name: 'kill-cycles',
  description: 'Kills a tiny training again and again, resumes it and compares it with a whole one',
  schema,
  examples: ['--cycles 50', '--cycles 3 --longest 4'],
  run: async (options, context) => {
    const folder = await mkdtemp(join(tmpdir(), 'gan-zoo-kills-'));
    const { app, backend, threads } = options;
    try {
      await killAndCompare({ app, folder, backend, threads: threads ?? 1 }, options, context);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  },
});

async function killAndCompare(
  training: TinyTraining,
  options: Options,
  context: CommandContext,
): Promise<void> {
  await prepareTiny(training);
  const run = runFolderAt(join(training.folder, 'killed'));
  const moments = createRandom(options.seed).stream('kills');
  // Saves so often that many kills hit one, and marks the best.
  const fresh =
    `${newRunWords(training)} --save-every-steps 4 --plot-every-steps 5 --keep-last 5 ` +
    '--no-kid --best-metric discriminatorLoss';
  // An early kill leaves no run to resume.
  const words = (): string =>
    readNames(run.path).includes('config.json') ? 'train --resume killed' : `${fresh} --out killed`;
  const progress = context.progress({ label: 'Killing', total: options.cycles, unit: 'times' });
  const cycles: Cycle[] = [];
  for (let number = 0; number < options.cycles; number++) {
    context.signal.throwIfAborted();
    const seconds = options.longest * moments.at(number).uniforms(1)[0]!;
    cycles.push(await killAfter(training, words(), run, seconds));
    progress.update(number + 1, `step ${cycles.at(-1)!.step ?? 'none'}`);
  }
  progress.stop();
  const steps = (run.latestCheckpoint()?.step ?? 0) + 20;
  await finish(training, `${words()} --steps ${steps}`);
  await finish(training, `${fresh} --out whole --steps ${steps}`);
  context.print(formatCycles(cycles));
  await compare(run, runFolderAt(join(training.folder, 'whole')), steps, context);
}

async function killAfter(
  training: TinyTraining,
  words: string,
  run: RunFolder,
  seconds: number,
): Promise<Cycle> {
  const { child, ended } = startApp(training, words);
  await Promise.race([delay(seconds * 1000), ended]);
  child.kill('SIGKILL');
  const { code, stderr } = await ended;
  if (code !== null) throw new UserError(`kill-cycles: ${words} ended by itself:\n${stderr}`);
  return {
    killedAfter: seconds,
    step: run.latestCheckpoint()?.step,
    unfinished: [run.path, run.checkpoints, run.samples]
      .flatMap(readNames)
      .filter((name) => name.endsWith('.tmp')).length,
    isLocked: readNames(run.path).includes('lock'),
  };
}

async function finish(training: TinyTraining, words: string): Promise<void> {
  const { code, stderr } = await startApp(training, words).ended;
  if (code === 0) return;
  throw new UserError(`kill-cycles: expected ${words} to end well, received ${code}:\n${stderr}`);
}

async function compare(
  killed: RunFolder,
  whole: RunFolder,
  step: number,
  { print }: CommandContext,
): Promise<void> {
  const sums = await Promise.all(
    [killed, whole].map(async (run) =>
      createHash('sha256')
        .update(await readFile(run.checkpoint(step)))
        .digest('hex'),
    ),
  );
  print(`Checkpoint of step ${step}, SHA-256:`);
  print(`  killed and resumed  ${sums[0]}`);
  print(`  never stopped       ${sums[1]}`);
  if (sums[0] !== sums[1]) {
    const [a, b] = await Promise.all(
      [killed, whole].map((run) => loadCheckpoint(run.checkpoint(step))),
    );
    const parts = (['state', 'metadata'] as const).filter(
      (part) => !isDeepStrictEqual(a![part], b![part]),
    );
    throw new UserError(`kill-cycles: expected equal bytes, found another ${parts.join(' and ')}.`);
  }
  print('They are equal, byte for byte: weights, averages, optimizers, metrics, position.');
}

function formatCycles(cycles: readonly Cycle[]): string {
  const rows = cycles.map(({ killedAfter, step, unfinished, isLocked }, number) => [
    number + 1,
    `${killedAfter.toFixed(2)} s`,
    step === undefined ? 'none yet' : `step ${step}`,
    unfinished,
    isLocked ? 'left behind' : 'none',
  ]);
  const headings = ['cycle', 'killed after', 'last checkpoint', 'half-written files', 'lock'];
  const rule = headings.map(() => '---:');
  return [headings, rule, ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

function readNames(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
