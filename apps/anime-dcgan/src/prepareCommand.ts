import {
  defineCommand,
  fields,
  runtimeFields,
  UsageError,
  type Command,
  type CommandContext,
} from '@gan-zoo/core';
import { z } from 'zod';
import { avatarStyles, maxAvatars, type AvatarStyleName } from './prepare/index.ts';
import { makeAvatars, usePictures } from './preparePictures.ts';

const drawing = 'Options of drawing';
const duplicates = 'Options of near-duplicates';

const prepareSchema = z.object({
  out: fields.out
    .describe('Folder for the pictures; with --data a new one')
    .meta({ placeholder: 'folder', defaultText: 'data/<style>' })
    .optional(),
  imageSize: z.int().min(16).max(1024).default(96).meta({
    description: 'Side of the pictures',
    unit: 'px',
  }),
  data: fields.data
    .describe('Cut and resize the pictures of this folder instead of drawing avatars')
    .meta({ defaultText: 'avatars are drawn' })
    .optional(),
  num: fields.num
    .max(maxAvatars)
    .default(4000)
    .meta({ description: 'How many avatars to draw', unit: 'images', group: drawing }),
  style: z
    .enum(Object.keys(avatarStyles) as [AvatarStyleName, ...AvatarStyleName[]])
    .default('lorelei')
    .meta({ description: 'Whose drawings the avatars are made of', group: drawing }),
  seed: runtimeFields.seed.meta({
    description: 'Number of the set; the same seed draws the same avatars',
    group: drawing,
  }),
  findDuplicates: z.boolean().default(false).meta({
    description: 'List pictures that look alike: those of --data, or the avatars',
    group: duplicates,
  }),
  skipDuplicates: z.boolean().default(false).meta({
    description: 'Leave all but the first of them out of --out; --data itself stays as it is',
    group: duplicates,
  }),
  duplicateThreshold: z.int().min(0).max(15).default(4).meta({
    description: 'In how many of 64 bits two pictures may differ and still look alike',
    unit: 'bits',
    group: duplicates,
  }),
});

/** Resolved options of `prepare`. */
export type PrepareConfig = z.output<typeof prepareSchema>;

const because = '--data takes pictures that are there already, and nothing is drawn';

/** The command `prepare`: makes a folder of pictures to train on. */
export const prepareCommand: Command = defineCommand({
  name: 'prepare',
  description: 'Draws avatars to train on, or makes training pictures of your own folder',
  schema: prepareSchema,
  conflicts: [
    { keys: ['data', 'num'], because },
    { keys: ['data', 'style'], because },
    { keys: ['data', 'seed'], because },
  ],
  examples: [
    '--num 4000 --out data/lorelei',
    '--style micah --num 2000 --image-size 64',
    '--data ~/pictures --out data/mine --skip-duplicates',
    '--data ~/pictures --find-duplicates',
  ],
  run: async (config, context) => {
    assertOptions(config, context);
    if (config.data === undefined) await makeAvatars(config, context);
    else await usePictures({ ...config, data: config.data }, context);
  },
});

function assertOptions(config: PrepareConfig, { explicitKeys }: CommandContext): void {
  const { data, out, findDuplicates: find, skipDuplicates: skip } = config;
  if (data === undefined && skip) {
    throw new UsageError(
      '--skip-duplicates: expected --data with the pictures to copy, received nothing. ' +
        'Avatars that look alike can be listed with --find-duplicates.',
    );
  }
  if (data !== undefined && out === undefined && (skip || !find)) {
    throw new UsageError(
      '--data: expected --out with a folder for the new pictures, received nothing. ' +
        '(--find-duplicates alone only looks.)',
    );
  }
  if (explicitKeys.has('duplicateThreshold') && !find && !skip) {
    throw new UsageError(
      '--duplicate-threshold: expected --find-duplicates or --skip-duplicates with it, ' +
        'received neither.',
    );
  }
}
