import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defineCommand, describeMachine, fields, type CommandContext } from '@gan-zoo/core';
import { z } from 'zod';
import { makePictures } from './makePictures.ts';
import { reportRows, type Measurements } from './reportRows.ts';
import { measureData, type RunOptions } from './runProgram.ts';
import { measureTraining } from './trainingWait.ts';

const schema = z.object({
  images: z.int().min(64).default(50_000).meta({
    description: 'How many pictures to make and read',
    unit: 'images',
  }),
  imageSize: z.int().min(8).default(64).meta({
    description: 'Side of the pictures, made and read',
    unit: 'px',
  }),
  data: fields.data
    .describe('Read this folder instead of making pictures')
    .meta({ defaultText: 'pictures are made in a temporary folder' })
    .optional(),
  batchSize: fields.batchSize.default(64),
  passes: z.int().min(1).default(2).meta({ description: 'Passes over all pictures, in batches' }),
  workers: z.int().min(1).max(64).default(4).meta({ description: 'Pictures decoded at once' }),
  trainSteps: z.int().min(0).default(60).meta({
    description: 'Steps of a training that reads the pictures; 0 trains nothing',
    unit: 'steps',
  }),
  app: z.string().default('anime-dcgan').meta({ placeholder: 'name', description: 'Who trains' }),
  markdown: z.boolean().default(false).describe('Print a Markdown table'),
});

type Options = z.output<typeof schema>;

/** The command behind `nx run tools:data-bench`: how fast pictures are read, and in what memory. */
export const dataBenchCommand = defineCommand({
  name: 'data-bench',
  description: 'Measures decoding and reading of many pictures, alone and by a training',
  schema,
  examples: ['--images 3000 --train-steps 20', '--data ~/pictures --image-size 128'],
  run: async (options, context) => {
    const temporary = await mkdtemp(join(tmpdir(), 'gan-zoo-data-bench-'));
    try {
      const measured = await measureAll(options, temporary, context);
      context.print(reportRows(measured, options.markdown));
      const { cpu, cores, platform } = describeMachine({});
      context.print(
        `\nPictures of ${options.imageSize} px, batches of ${options.batchSize}. Memory is the ` +
          `process's peak, everything included; growth is from the second quarter of the work to ` +
          `the last. ${cpu}, ${cores} cores, ${platform}.`,
      );
    } finally {
      await rm(temporary, { recursive: true, force: true });
    }
  },
});

async function measureAll(
  options: Options,
  temporary: string,
  context: CommandContext,
): Promise<Measurements> {
  const { imageSize, batchSize, workers, trainSteps, app } = options;
  const folder =
    options.data === undefined
      ? await makeFolder(options, join(temporary, 'pictures'), context)
      : context.resolvePath(options.data);
  const environment = { GAN_ZOO_CACHE: join(temporary, 'cache') };
  const run: RunOptions = { environment, signal: context.signal };
  const program = { folder, imageSize, batchSize, workers, batches: 0 };

  const bar = context.progress({ label: 'Decoding', total: options.images, unit: 'images' });
  const decode = await measureData(program, run, ({ done }) => bar.update(done));
  bar.stop();
  const batches = options.passes * Math.floor(decode.count / batchSize);
  context.log(`Reading ${batches} batches from the cache, then twice at once`);
  const stream = await measureData({ ...program, batches }, run);
  const together = await Promise.all([1, 2].map(() => measureData({ ...program, batches }, run)));
  if (trainSteps === 0) return { batchSize, batches, decode, stream, together };
  context.log(`Training ${app} for ${trainSteps} steps`);
  const training = await measureTraining(
    {
      ...{ app, data: folder, batchSize, imageSize },
      out: join(temporary, 'run'),
      steps: trainSteps,
    },
    run,
  );
  return { batchSize, batches, decode, stream, together, training: { ...training, trainSteps } };
}

async function makeFolder(
  { images: count, imageSize: side }: Options,
  folder: string,
  { progress, signal }: CommandContext,
): Promise<string> {
  const bar = progress({ label: 'Making pictures', total: count, unit: 'images' });
  await makePictures({ folder, count, side, signal, onProgress: (done) => bar.update(done) });
  bar.stop();
  return folder;
}
