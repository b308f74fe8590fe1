import { physicalCores } from '@gan-zoo/compiler';
import {
  defineCommand,
  describeMachine,
  runtimeFields,
  UsageError,
  type BenchHello,
  type CommandContext,
} from '@gan-zoo/core';
import { z } from 'zod';
import { findTorch, torchHint } from './findTorch.ts';
import { formatTable, type TableRow } from './formatTable.ts';
import { startMeasured, type ProgramCall } from './measuredProcess.ts';
import { measureRow } from './measureRow.ts';
import { appCall, torchCall } from './programs.ts';

const schema = z.object({
  app: z
    .string()
    .default('anime-dcgan')
    .meta({ placeholder: 'name', description: 'The app whose steps are timed' }),
  batchSizes: z
    .array(z.int().min(1))
    .min(1)
    .default([32, 64])
    .describe('Batch sizes, one block of rows each'),
  imageSize: z
    .int()
    .min(1)
    .meta({ description: 'Side of the pictures', unit: 'px', defaultText: "the app's own" })
    .optional(),
  appPreset: z
    .string()
    .min(1)
    .meta({
      placeholder: 'name',
      description: "One of the app's presets",
      defaultText: 'the defaults of its options',
    })
    .optional(),
  appOptions: z
    .array(z.string())
    .meta({
      placeholder: 'name=value,…',
      description: "Further options of the app's own bench, such as blocks=6",
      defaultText: 'none',
    })
    .optional(),
  kinds: z
    .array(z.string())
    .meta({ description: 'Kinds of step, by name', defaultText: 'all' })
    .optional(),
  rounds: z.int().min(1).default(7).meta({ description: 'Rounds; both programs run once in each' }),
  stepsPerRound: z
    .int()
    .min(1)
    .default(3)
    .meta({ description: 'Steps that one measurement lasts', unit: 'steps' }),
  peer: z
    .enum(['auto', 'none'])
    .default('auto')
    .describe('Compare with PyTorch if it is there, or measure alone'),
  markdown: z.boolean().default(false).describe('Print a Markdown table'),
  backend: runtimeFields.backend,
  threads: runtimeFields.threads,
});

type Options = z.output<typeof schema>;

/** The command behind `nx run tools:bench`: an app's steps against the same steps in PyTorch. */
export const benchCommand = defineCommand({
  name: 'bench',
  description: "Times an app's train step in turns with the same step in PyTorch",
  schema,
  examples: [
    '--batch-sizes 32,64 --image-size 96 --markdown',
    '--app font-style --app-preset small --batch-sizes 16',
    '--peer none --rounds 3',
  ],
  run: async (options, context) => {
    const threads = options.threads ?? physicalCores();
    const ours = (batchSize: number): ProgramCall =>
      appCall({ ...options, preset: options.appPreset, batchSize, threads });
    const hello = await greet(ours(options.batchSizes[0]!), context.signal);
    const titles = new Map(hello.kinds.map(({ name, title }) => [name, title]));
    const kinds = options.kinds ?? [...titles.keys()];
    assertKinds(kinds, titles);
    const python = options.peer === 'none' ? undefined : await findPeer(hello, threads, context);
    const rows: TableRow[] = [];
    const total = options.batchSizes.length * kinds.length * options.rounds;
    const progress = context.progress({ label: 'Measuring', total, unit: 'rounds' });
    for (const batchSize of options.batchSizes) {
      for (const kind of kinds) {
        const config = { ...hello.config, batchSize };
        const row = await measureRow({
          kind,
          ours: ours(batchSize),
          theirs:
            python === undefined
              ? undefined
              : torchCall(python, hello.peerScript!, config, threads),
          rounds: options.rounds,
          stepsPerRound: options.stepsPerRound,
          signal: context.signal,
          onRound: (round) => progress.update(rows.length * options.rounds + round),
        });
        rows.push({ ...row, title: titles.get(kind)!, batchSize });
        reportVariant(rows.at(-1)!, context);
      }
    }
    progress.stop();
    context.print(
      formatTable(rows, python === undefined ? undefined : 'PyTorch', options.markdown),
    );
    context.print(describeSetting(hello, threads, options));
  },
});

function assertKinds(kinds: readonly string[], known: ReadonlyMap<string, string>): void {
  const unknown = kinds.find((kind) => !known.has(kind));
  if (unknown === undefined) return;
  throw new UsageError(
    `--kinds: expected some of ${[...known.keys()].join(', ')}, received ${unknown}.`,
  );
}

/** Asks a program who it is, and lets it go. */
async function greet<Hello = BenchHello>(call: ProgramCall, signal: AbortSignal): Promise<Hello> {
  const program = await startMeasured<Hello>(call, signal);
  await program.close();
  return program.hello;
}

/** A Python whose PyTorch is worth comparing with, or undefined and a word why not. */
async function findPeer(
  hello: BenchHello,
  threads: number,
  context: CommandContext,
): Promise<string | undefined> {
  if (hello.peerScript === undefined) {
    context.log(`No peer: ${hello.name} has no steps in PyTorch.`);
    return undefined;
  }
  const python = findTorch();
  if (python === undefined) {
    context.log(`No peer: PyTorch is not installed. To compare with it: ${torchHint}`);
    return undefined;
  }
  const call = torchCall(python, hello.peerScript, hello.config, threads);
  const { engine, blas } = await greet<BenchHello & { readonly blas: string }>(
    call,
    context.signal,
  );
  if (blas === 'generic') {
    context.log(`No peer: ${engine} is slow without a fast BLAS. To compare with it: ${torchHint}`);
    return undefined;
  }
  context.log(`Peer: ${engine} (${python}), ${threads} threads`);
  return python;
}

function reportVariant({ title, batchSize, theirs }: TableRow, { log }: CommandContext): void {
  if (theirs !== undefined)
    log(`${title}, batch ${batchSize}: PyTorch is fastest with ${theirs.variant}`);
}

/** What the figures depend on, in two sentences. */
function describeSetting(
  { engine, config }: BenchHello,
  threads: number,
  { app, appPreset, appOptions = [], rounds, stepsPerRound }: Options,
): string {
  const { cpu, cores, platform } = describeMachine({});
  const size = config['imageSize'];
  const pixels = typeof size === 'number' ? `, ${size} px` : '';
  const chosen = [...(appPreset === undefined ? [] : [`preset ${appPreset}`]), ...appOptions];
  return (
    `\n${[`${app}${pixels}`, ...chosen].join(', ')}: ${rounds} rounds of ${stepsPerRound} steps, medians; memory is the ` +
    `process's peak, everything included. Ours: ${engine}. ${threads} threads, ${cpu}, ${cores} cores, ${platform}.`
  );
}
