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
import { findPeer, greet, peerNames, type Peer } from './findPeer.ts';
import { formatTable, type TableRow } from './formatTable.ts';
import { measureRow } from './measureRow.ts';
import { appCall } from './programs.ts';

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
    .enum(peerNames)
    .default('auto')
    .describe(
      'Compare with PyTorch (auto: if it is there) or with tfjs-node, which runs the step eagerly, ' +
        'or measure alone',
    ),
  markdown: z.boolean().default(false).describe('Print a Markdown table'),
  backend: runtimeFields.backend,
  threads: runtimeFields.threads,
});

type Options = z.output<typeof schema>;

/** The command behind `nx run tools:bench`: an app's steps against the same steps of a peer. */
export const benchCommand = defineCommand({
  name: 'bench',
  description: "Times an app's train step in turns with the same step in PyTorch or tfjs-node",
  schema,
  examples: [
    '--batch-sizes 32,64 --image-size 96 --markdown',
    '--app font-style --app-preset small --batch-sizes 16',
    '--peer tfjs-node --app-preset small --batch-sizes 32 --kinds iteration',
    '--peer none --rounds 3',
  ],
  run: async (options, context) => {
    const threads = options.threads ?? physicalCores();
    const app = { ...options, preset: options.appPreset, threads };
    const ours = (batchSize: number) => appCall({ ...app, batchSize });
    const hello = await greet(ours(options.batchSizes[0]!), context.signal);
    const titles = new Map(hello.kinds.map(({ name, title }) => [name, title]));
    const kinds = options.kinds ?? [...titles.keys()];
    assertKinds(kinds, titles);
    const peer = await findPeer({ peer: options.peer, hello, app }, context);
    const rows: TableRow[] = [];
    const total = options.batchSizes.length * kinds.length * options.rounds;
    const progress = context.progress({ label: 'Measuring', total, unit: 'rounds' });
    for (const batchSize of options.batchSizes) {
      for (const kind of kinds) {
        const row = await measureRow({
          kind,
          ours: ours(batchSize),
          theirs: peer?.call(batchSize),
          rounds: options.rounds,
          stepsPerRound: options.stepsPerRound,
          signal: context.signal,
          onRound: (round) => progress.update(rows.length * options.rounds + round),
        });
        rows.push({ ...row, title: titles.get(kind)!, batchSize });
        if (peer?.name === 'PyTorch') reportVariant(rows.at(-1)!, context);
      }
    }
    progress.stop();
    context.print(formatTable(rows, peer?.name, options.markdown));
    context.print(describeSetting(hello, threads, options, peer));
  },
});

function assertKinds(kinds: readonly string[], known: ReadonlyMap<string, string>): void {
  const unknown = kinds.find((kind) => !known.has(kind));
  if (unknown === undefined) return;
  throw new UsageError(
    `--kinds: expected some of ${[...known.keys()].join(', ')}, received ${unknown}.`,
  );
}

function reportVariant({ title, batchSize, theirs }: TableRow, { log }: CommandContext): void {
  if (theirs !== undefined)
    log(`${title}, batch ${batchSize}: PyTorch is fastest with ${theirs.variant}`);
}

/** What the figures depend on, in a few sentences. */
function describeSetting(
  { engine, config }: BenchHello,
  threads: number,
  { app, appPreset, appOptions = [], rounds, stepsPerRound }: Options,
  peer: Peer | undefined,
): string {
  const { cpu, cores, platform } = describeMachine({});
  const size = config['imageSize'];
  const pixels = typeof size === 'number' ? `, ${size} px` : '';
  const chosen = [...(appPreset === undefined ? [] : [`preset ${appPreset}`]), ...appOptions];
  const theirs = peer === undefined ? '' : ` Theirs: ${peer.engine}.`;
  return (
    `\n${[`${app}${pixels}`, ...chosen].join(', ')}: ${rounds} rounds of ${stepsPerRound} steps, medians; memory is the ` +
    `process's peak, everything included. Ours: ${engine}.${theirs} ${threads} threads, ${cpu}, ${cores} cores, ${platform}.`
  );
}
