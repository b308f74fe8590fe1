import { createRuntime, UsageError } from '@gan-zoo/compiler';
import { z } from 'zod';
import { fields, runtimeFields } from '../../base/options/index.ts';
import { type Command, type CommandContext, defineCommand } from '../../command/cli/index.ts';
import { openPictureOutput } from '../../data/images/index.ts';
import { createRandom } from '../../model/random/index.ts';
import { loadRunCheckpoint } from '../../training/trainer/index.ts';
import type { AnyNoiseToImage } from './definition.ts';
import type { NoiseToImageConfig } from './fields.ts';
import { interpolateLatents } from './generate/interpolateLatents.ts';
import { createDrawing, type DrawJudged, type JudgedPicture } from './generate/judgedPictures.ts';
import { assertGridSize, savePictures, type PictureToSave } from './generate/savePictures.ts';
import { searchLatents } from './generate/searchLatents.ts';

/** Latents that are drawn and judged at once. */
const largestBlock = 64;

const latents = 'Latent options';

const generateSchema = z.object({
  run: fields.run.describe('Run folder, one of its checkpoints, or latest').meta({
    placeholder: 'run',
  }),
  out: fields.out
    .describe('One grid (.png), or a folder for single pictures')
    .meta({ placeholder: 'file.png or folder' }),
  num: fields.num
    .describe('How many pictures to keep, the best first')
    .meta({ unit: 'images', defaultText: '64; 8 to interpolate' })
    .optional(),
  searchNum: z.int().min(1).max(10_000_000).default(512).meta({
    description: 'How many to draw; those are kept that the discriminator scores highest',
    unit: 'images',
  }),
  interpolate: z
    .int()
    .min(2)
    .max(1000)
    .meta({
      description: 'Draw this many steps from each kept picture to the next, a row for each pair',
      unit: 'images',
      defaultText: 'no interpolation',
    })
    .optional(),
  latentMean: z.number().default(0).meta({
    description: 'Mean of the random vectors',
    group: latents,
  }),
  latentStandardDeviation: z.number().min(0).default(1).meta({
    description: 'Standard deviation of the random vectors; less is more usual and less varied',
    group: latents,
  }),
  ...runtimeFields,
});

type GenerateConfig = z.output<typeof generateSchema>;

/** The command `generate` of an app: draws pictures with a trained network. */
export const generateCommand = (definition: AnyNoiseToImage): Command =>
  defineCommand({
    name: 'generate',
    description: 'Draws pictures with a trained network and keeps the best',
    schema: generateSchema,
    examples: [
      '--run latest --out pictures.png',
      '--run latest --out pictures --num 100 --search-num 15000',
      '--run latest --out walk.png --num 5 --interpolate 10',
    ],
    run: (config, context) => generate(config, definition, context),
  });

async function generate(
  given: GenerateConfig,
  definition: AnyNoiseToImage,
  context: CommandContext,
): Promise<void> {
  const config = { ...given, num: given.num ?? defaultNum(given) };
  assertCounts(config);
  const output = await openPictureOutput(config.out, context.resolvePath(config.out));
  const loaded = await loadRunCheckpoint(config.run, context, definition);
  const trained = loaded.config as unknown as NoiseToImageConfig;
  const { latentDim, imageSize } = trained;
  const columns = columnsOf(config);
  if (output.kind === 'file') assertGridSize(columns, rowsOf(config), imageSize);
  context.log(`Drawing with step ${loaded.step} of ${loaded.path}`);
  const { backend, threads, searchNum, seed } = config;
  const runtime = await createRuntime({ backend, threads });
  try {
    context.log(`Backend: ${runtime.backend} (${runtime.reason})`);
    const blockSize = Math.min(largestBlock, searchNum);
    const { networks } = definition.createGame(trained);
    const draw = createDrawing(runtime, networks, loaded.state, { latentDim, blockSize });
    const progress = context.progress({ label: 'Drawing', total: searchNum, unit: 'images' });
    const best = await searchLatents({
      ...{ ...config, draw, latentDim, blockSize, signal: context.signal },
      random: createRandom(seed),
      onProgress: (searched) => progress.update(searched),
    });
    progress.stop();
    const pictures =
      config.interpolate === undefined
        ? best.map(({ image, score, index }) => ({ image: image(), score: { score, index } }))
        : await drawWalk(best, config, { draw, blockSize }, context);
    await savePictures(output, pictures, { columns, ...context });
    context.print(output.path);
  } finally {
    await runtime.close();
  }
}

/** Default numbers stay within the search; one that is asked for has to fit. */
const defaultNum = ({ interpolate, searchNum }: GenerateConfig): number =>
  Math.min(interpolate === undefined ? 64 : 8, searchNum);

type Counts = GenerateConfig & { readonly num: number };

function assertCounts({ num, searchNum, interpolate }: Counts): void {
  if (num > searchNum) {
    throw new UsageError(
      `--num: expected at most --search-num (${searchNum}), received ${num}. ` +
        `Keep fewer, or search among more.`,
    );
  }
  if (interpolate === undefined || num >= 2) return;
  throw new UsageError(
    `--interpolate: expected two pictures or more to walk between, received --num ${num}.`,
  );
}

/** Columns of the grid: a square of pictures, or the steps of a pair in a row. */
const columnsOf = ({ num, interpolate }: Counts): number =>
  interpolate ?? Math.ceil(Math.sqrt(num));

const rowsOf = (counts: Counts): number =>
  counts.interpolate === undefined ? Math.ceil(counts.num / columnsOf(counts)) : counts.num - 1;

/** Draws the steps between consecutive pictures, pair after pair. */
async function drawWalk(
  best: readonly JudgedPicture[],
  { interpolate = 2, latentMean }: GenerateConfig,
  { draw, blockSize }: { readonly draw: DrawJudged; readonly blockSize: number },
  { signal, progress }: CommandContext,
): Promise<PictureToSave[]> {
  const path = best
    .slice(1)
    .flatMap(({ latent }, at) =>
      interpolateLatents(best[at]!.latent, latent, interpolate, latentMean),
    );
  const pictures: PictureToSave[] = [];
  const shown = progress({ label: 'Walking', total: path.length, unit: 'images' });
  for (let first = 0; first < path.length; first += blockSize) {
    signal.throwIfAborted();
    const drawn = await draw(path.slice(first, first + blockSize), first);
    pictures.push(...drawn.map(({ image }) => ({ image: image() })));
    shown.update(pictures.length);
  }
  shown.stop();
  return pictures;
}
