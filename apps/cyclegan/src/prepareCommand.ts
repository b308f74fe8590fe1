import { relative } from 'node:path';
import {
  defineCommand,
  fields,
  runtimeFields,
  type Command,
  type CommandContext,
  type Progress,
} from '@gan-zoo/core';
import { z } from 'zod';
import { prepareEmoji, type PreparedEmoji } from './prepare/index.ts';

const prepareSchema = z.object({
  out: fields.out
    .describe('Folder for the data set')
    .meta({ placeholder: 'folder', defaultText: 'data/emoji, with --paired data/emoji-pairs' })
    .optional(),
  paired: z
    .boolean()
    .default(false)
    .describe('Put both styles of an emoji side by side into one file, for pix2pix'),
  imageSize: z.int().min(16).max(256).default(256).meta({
    description: 'Side of the pictures; training reads them at any size',
    unit: 'px',
  }),
  background: z
    .string()
    .regex(/^#[0-9a-fA-F]{6}$/, 'expected a colour such as #ffffff')
    .default('#ffffff')
    .meta({ placeholder: 'colour', description: 'What lies behind the emoji' }),
  skinTones: z
    .boolean()
    .default(false)
    .describe('Take the five skin tones of hands and people as emoji of their own'),
  testCount: z.int().min(1).max(1000).default(100).meta({
    description: 'Emoji to hold back, with both styles of each',
    unit: 'emoji',
  }),
  seed: runtimeFields.seed.meta({
    description: 'Number of the split; the same seed splits alike',
    group: 'Options',
  }),
});

/** The command `prepare`: makes the default data, two styles of emoji. */
export const prepareCommand: Command = defineCommand({
  name: 'prepare',
  description: 'Makes a data set to train on: emoji as flat drawings (A) and in 3D (B)',
  schema: prepareSchema,
  examples: ['', '--paired', '--out data/emoji-64 --image-size 64', '--seed 1 --skin-tones'],
  run: async (config, context) => {
    const { out = config.paired ? 'data/emoji-pairs' : 'data/emoji' } = config;
    let shown: Progress | undefined;
    const prepared = await prepareEmoji({
      ...config,
      out: context.resolvePath(out),
      signal: context.signal,
      onProgress: ({ done, total }) => {
        shown ??= context.progress({ label: 'Drawing emoji', total, unit: 'emoji' });
        shown.update(done);
        if (done === total) shown.stop();
      },
    });
    printResult(prepared, context);
  },
});

function printResult({ folder, manifest, kept, sheet }: PreparedEmoji, context: CommandContext) {
  const { counts, leftOut } = manifest;
  const path = relative(context.workingFolder, folder);
  const shown = path === '' || path.startsWith('..') ? folder : path;
  const quoted = /^[\w@%+=:,./~-]+$/.test(shown) ? shown : JSON.stringify(shown);
  context.print(`Folder: ${folder}${kept ? ', as it was' : ''}`);
  context.print(
    manifest.paired
      ? `Emoji: ${counts['train']} in train, ${counts['test']} others in test, each flat and in 3D`
      : `Emoji: ${counts['trainA']} flat in trainA, ${counts['trainB']} others in 3D in trainB, ` +
          `${counts['test']} in both styles in testA and testB`,
  );
  if (leftOut.length > 0) {
    context.print(`Left out: ${leftOut.length} whose two drawings differ in outline`);
  }
  context.print(`Sheet: ${sheet}`);
  for (const credit of manifest.credits) context.print(`Licence: ${credit}`);
  const app = manifest.paired ? 'pix2pix' : context.app;
  context.print(`Next: npx nx run ${app}:train -- --data ${quoted} --preset small`);
}
