import { hostTensor, type HostTensor } from '@gan-zoo/compiler';
import {
  imageBatches,
  openImageFolder,
  type BatchSource,
  type ImageDataset,
} from '../data/index.ts';
import type { Progress } from '../cli/index.ts';
import { createRandom } from '../random/index.ts';
import type { BatchTools, ImageSourceOptions } from './definition.ts';
import type { TrainConfig } from './trainFields.ts';

/** What opening a folder tells the outside. */
export interface BatchToolsOptions {
  readonly config: TrainConfig;
  readonly resolvePath: (path: string) => string;
  readonly signal: AbortSignal;
  readonly log: (line: string) => void;
  readonly progress: (options: { label: string; total: number; unit: string }) => Progress;
}

/** Tools that read the user's folders. */
export function folderBatchTools({
  config,
  resolvePath,
  signal,
  log,
  progress,
}: BatchToolsOptions): BatchTools {
  const open = async (
    { folder, flip: _flip, stream: _stream, ...options }: ImageSourceOptions,
    quiet = false,
  ): Promise<ImageDataset> => {
    let shown: Progress | undefined;
    const dataset = await openImageFolder({
      ...options,
      folder: resolvePath(folder),
      minimumCount: config.batchSize,
      signal,
      onNote: log,
      onProgress: ({ done, total }) => {
        shown ??= progress({ label: 'Reading pictures', total, unit: 'images' });
        shown.update(done);
      },
    });
    shown?.stop();
    if (!quiet) reportDataset(dataset, log);
    return dataset;
  };
  const random = createRandom(config.seed);
  return {
    random,
    images: async ({ flip, stream, ...options }) =>
      imageBatches(await open(options), {
        batchSize: config.batchSize,
        seed: config.seed,
        ...(flip === undefined ? {} : { flip }),
        ...(stream === undefined ? {} : { stream }),
      }),
    pictures: async ({ count, part, ...options }) => {
      if (part === 'heldBack') return undefined;
      const dataset = await open(options, true);
      const order = random.stream('references').at(0).permutation(dataset.count);
      const pixels = await dataset.read(order.subarray(0, Math.min(count, dataset.count)));
      await dataset.close();
      const { imageSize, channels } = dataset;
      const values = Float32Array.from(pixels, (value) => value / 127.5 - 1);
      return hostTensor(
        [values.length / (imageSize ** 2 * channels), imageSize, imageSize, channels],
        values,
      );
    },
  };
}

function reportDataset(dataset: ImageDataset, log: (line: string) => void): void {
  const cached = dataset.fromCache ? ', from the cache' : '';
  log(`Data: ${dataset.count} pictures of ${dataset.folder}${cached}`);
  if (dataset.skipped.length === 0) return;
  log(`Skipped ${dataset.skipped.length} files that are no usable pictures:`);
  for (const { path, reason } of dataset.skipped.slice(0, 5)) log(`  ${path}: ${reason}`);
  if (dataset.skipped.length > 5) log(`  … and ${dataset.skipped.length - 5} more`);
}

/** Tools that need no folder: pictures of uniform noise, for verification and measurements. */
export function noiseBatchTools(config: TrainConfig): BatchTools {
  const random = createRandom(config.seed);
  const noise = (shape: readonly number[], stream: string, step: number): HostTensor => {
    const size = shape.reduce((product, extent) => product * extent, 1);
    const values = random.stream(`noise/${stream}`).at(step).uniforms(size);
    return hostTensor(
      shape,
      values.map((value) => 2 * value - 1),
    );
  };
  return {
    random,
    images: ({ imageSize, channels = 3, stream = 'images' }) => {
      const shape = [config.batchSize, imageSize, imageSize, channels];
      const source: BatchSource<HostTensor> = {
        stepsPerEpoch: 1000,
        batchAt: (step) => Promise.resolve(noise(shape, stream, step)),
        close: () => Promise.resolve(),
      };
      return Promise.resolve(source);
    },
    pictures: ({ imageSize, channels = 3, stream = 'images', count, part }) =>
      Promise.resolve(noise([count, imageSize, imageSize, channels], `${stream}/${part}`, 0)),
  };
}
