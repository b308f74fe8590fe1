import { join } from 'node:path';
import { createRuntime, type HostTensor, type Runtime, type Tree } from '@gan-zoo/compiler';
import { z } from 'zod';
import { writeFileAtomically } from '../../base/files/index.ts';
import { fields, runtimeFields } from '../../base/options/index.ts';
import { defineCommand, type Command, type CommandContext } from '../../command/cli/index.ts';
import { imageGrid, savePng, toPixels } from '../../data/images/index.ts';
import {
  createFeatureExtractor,
  evaluationFolder,
  formatComparison,
} from '../../judging/evaluation/index.ts';
import { createRandom } from '../../model/random/index.ts';
import { folderBatchTools } from '../../training/batchTools/index.ts';
import { loadRunCheckpoint } from '../../training/trainer/index.ts';
import { drawLatents, references } from './batches.ts';
import type { AnyNoiseToImage } from './definition.ts';
import { compareWithReal, drawingMeasures, type Compared } from './evaluate/compareWithReal.ts';
import { rowOf } from './evaluate/rows.ts';
import type { NoiseToImageConfig } from './fields.ts';

const evaluateSchema = z.object({
  run: fields.run.describe('Run folder, one of its checkpoints, or latest').meta({
    placeholder: 'run',
  }),
  out: fields.out
    .describe('Folder for nearest.png and evaluation.json')
    .meta({ placeholder: 'folder', defaultText: 'evaluation in the run folder' })
    .optional(),
  num: fields.num.default(500).describe('How many pictures to draw, and to compare with at most'),
  cases: z.int().min(1).max(64).default(8).meta({
    description: 'Rows of nearest.png: drawn pictures beside the training pictures most like them',
    unit: 'images',
  }),
  ...runtimeFields,
});

type EvaluateConfig = z.output<typeof evaluateSchema>;

/** Pictures that are drawn at once. */
const blockSize = 16;

/**
 * The command `evaluate` of an app: how like real pictures those drawn of noise are, how varied, and
 * whether they are copies of training pictures, beside pictures that nothing has learnt.
 */
export const evaluateDrawingCommand = (definition: AnyNoiseToImage): Command =>
  defineCommand({
    name: 'evaluate',
    description: 'Measures drawn pictures beside real ones and baselines that learn nothing',
    schema: evaluateSchema,
    examples: ['--run latest', '--run latest --num 2000'],
    run: (config, context) => evaluate(config, definition, context),
  });

async function evaluate(
  options: EvaluateConfig,
  definition: AnyNoiseToImage,
  context: CommandContext,
): Promise<void> {
  const loaded = await loadRunCheckpoint(options.run, context, definition);
  context.log(`Evaluating step ${loaded.step} of ${loaded.path}`);
  const trained = loaded.config as unknown as NoiseToImageConfig;
  const tools = folderBatchTools({ ...context, config: trained, resolvePath: loaded.resolvePath });
  const { images: real } = await references(trained, tools, options.num);
  const { backend, threads } = options;
  const runtime = await createRuntime({ backend, threads });
  const extractor = createFeatureExtractor({ batchSize: blockSize, threads });
  try {
    const drawn = await draw(options, definition, { loaded, trained, runtime }, context);
    const compared = await compareWithReal({ drawn, real, extractor, seed: options.seed });
    const out =
      options.out === undefined ? evaluationFolder(loaded) : context.resolvePath(options.out);
    await saveNearest(join(out, 'nearest.png'), compared, drawn, real.training, options.cases);
    print(compared, drawn.shape[0]!, context);
    const { path, step } = loaded;
    const { methods, against } = compared;
    const report = { checkpoint: path, step, pictures: drawn.shape[0], against, note, methods };
    await writeFileAtomically(join(out, 'evaluation.json'), `${JSON.stringify(report, null, 2)}\n`);
    context.print(`Sheet and figures: ${out}`);
  } finally {
    await Promise.all([extractor.close(), runtime.close()]);
  }
}

const note = 'KID of MobileNetV2 features: compare runs of this program, not published figures.';

interface Trained {
  readonly loaded: { readonly state: Tree<HostTensor> };
  readonly trained: NoiseToImageConfig;
  readonly runtime: Runtime;
}

/** Draws pictures of latents that follow from the seed: [num, S, S, C]. */
async function draw(
  { num, seed }: EvaluateConfig,
  { sample }: AnyNoiseToImage,
  { loaded, trained, runtime }: Trained,
  { progress, signal }: CommandContext,
): Promise<HostTensor<'float32'>> {
  const drawBlock = runtime.function(sample.draw(trained));
  const selected = sample.select(loaded.state as never) as Tree<HostTensor>;
  const random = createRandom(seed);
  const { imageSize, channels, latentDim } = trained;
  const values = new Float32Array(num * imageSize ** 2 * channels);
  const shown = progress({ label: 'Drawing', total: num, unit: 'images' });
  for (let first = 0; first < num; first += blockSize) {
    signal.throwIfAborted();
    const latents = drawLatents(random, 'latents/evaluate', first, blockSize, latentDim);
    const { fakeImages } = (await drawBlock(selected, latents)) as Record<string, HostTensor>;
    const count = Math.min(blockSize, num - first);
    const size = values.length / num;
    values.set(fakeImages!.data.subarray(0, count * size), first * size);
    shown.update(first + count);
  }
  shown.stop();
  return { dtype: 'float32', shape: [num, imageSize, imageSize, channels], data: values };
}

/** Drawn pictures beside the training pictures most like them, the closest pair first. */
async function saveNearest(
  path: string,
  { nearest }: Compared,
  drawn: HostTensor,
  training: HostTensor,
  cases: number,
): Promise<void> {
  const pairs = nearest
    .map((found, index) => ({ ...found, index }))
    .sort((a, b) => a.distance - b.distance)
    .slice(0, cases);
  const images = pairs.flatMap(({ index, place }) => [
    toPixels(rowOf(drawn, index))[0]!,
    toPixels(rowOf(training, place))[0]!,
  ]);
  await savePng(path, imageGrid(images, { columns: 2, padding: 2 }));
}

function print(
  { methods, verdicts, against }: Compared,
  count: number,
  context: CommandContext,
): void {
  context.print(`${count} drawn pictures against ${against}`);
  const table = formatComparison(methods, drawingMeasures);
  for (const line of [...table, ...verdicts]) context.print(`  ${line}`);
}
