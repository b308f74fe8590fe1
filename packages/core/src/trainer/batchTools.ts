import { hostTensor, type HostTensor } from '@gan-zoo/compiler';
import {
  imageBatches,
  openImageFolder,
  type BatchSource,
  type ImageDataset,
} from '../data/index.ts';
import type { Progress } from '../cli/index.ts';
import { createRandom } from '../random/index.ts';
import type { BatchTools } from './definition.ts';
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
  return {
    random: createRandom(config.seed),
    images: async ({ folder, flip, stream, ...options }) => {
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
      reportDataset(dataset, log);
      return imageBatches(dataset, {
        batchSize: config.batchSize,
        seed: config.seed,
        ...(flip === undefined ? {} : { flip }),
        ...(stream === undefined ? {} : { stream }),
      });
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
  return {
    random,
    images: ({ imageSize, channels = 3, stream = 'images' }) => {
      const shape = [config.batchSize, imageSize, imageSize, channels];
      const size = shape.reduce((product, extent) => product * extent, 1);
      const source: BatchSource<HostTensor> = {
        stepsPerEpoch: 1000,
        batchAt: (step) => {
          const values = random.stream(`noise/${stream}`).at(step).uniforms(size);
          return Promise.resolve(
            hostTensor(
              shape,
              values.map((value) => 2 * value - 1),
            ),
          );
        },
        close: () => Promise.resolve(),
      };
      return Promise.resolve(source);
    },
  };
}
