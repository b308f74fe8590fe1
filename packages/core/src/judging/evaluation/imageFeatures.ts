import {
  createRuntime,
  hostTensor,
  UserError,
  type HostFunction,
  type HostTensor,
  type Runtime,
} from '@gan-zoo/compiler';
import type * as tf from '@tensorflow/tfjs';
import { readFeatureWeights } from './featureWeights.ts';
import { featureCount, foldNormalisation, mobileNetV2Features } from './mobileNetV2.ts';

/** Turns pictures into what a trained network sees in them. */
export interface FeatureExtractor {
  /**
   * Features of pictures of any number.
   *
   * Shape: [N, H, W, 1 or 3] in [-1, 1] → [N, 1280]
   *
   * @throws UserError for other shapes
   */
  features(images: HostTensor): Promise<HostTensor<'float32'>>;
  /** Frees what computed them. */
  close(): Promise<void>;
}

/** Options of {@link createFeatureExtractor}. */
export interface FeatureExtractorOptions {
  /** Pictures per run of the session at most; default 16. */
  readonly batchSize?: number;
  /** Threads of one operator; default: the machine's physical cores. */
  readonly threads?: number | undefined;
  /** Where to compute, and left open; default: a worker of its own on the CPU. */
  readonly runtime?: Runtime | undefined;
}

/**
 * Prepares MobileNetV2 features through the compiler. The
 * weights are read and compiled at the first pictures, and once more for every other picture size;
 * a run that never asks pays nothing.
 */
export function createFeatureExtractor(options: FeatureExtractorOptions = {}): FeatureExtractor {
  const { batchSize = 16 } = options;
  let starting: Promise<Started> | undefined;
  return {
    features: async (images) => {
      assertImages(images);
      starting ??= start(options);
      const { compiled } = await starting;
      return extract(compiled, images, batchSize);
    },
    close: async () => {
      const started = await starting?.catch(() => undefined);
      starting = undefined;
      await started?.compiled.dispose();
      if (options.runtime === undefined) await started?.runtime.close();
    },
  };
}

interface Started {
  readonly runtime: Runtime;
  readonly compiled: HostFunction;
}

async function start({ threads, runtime: given }: FeatureExtractorOptions): Promise<Started> {
  const layers = foldNormalisation(await readFeatureWeights());
  const runtime = given ?? (await createRuntime({ backend: 'onnx-cpu', threads }));
  // The weights are constants of the session, which ONNX Runtime arranges once for its kernels.
  const compiled = runtime.function((images: tf.Tensor4D) => mobileNetV2Features(layers, images));
  return { runtime, compiled };
}

/**
 * Runs block after block of a power of two, or of the most that are allowed; a smaller last one is
 * filled up, so that one session serves all.
 */
async function extract(
  compiled: HostFunction,
  images: HostTensor,
  batchSize: number,
): Promise<HostTensor<'float32'>> {
  const [count = 0, ...extents] = images.shape;
  const block = Math.min(batchSize, 2 ** Math.ceil(Math.log2(Math.max(1, count))));
  const size = extents.reduce((product, extent) => product * extent, 1);
  const features = new Float32Array(count * featureCount);
  for (let first = 0; first < count; first += block) {
    const last = Math.min(count, first + block);
    const values = new Float32Array(block * size);
    values.set(images.data.subarray(first * size, last * size) as Float32Array);
    const seen = (await compiled(hostTensor([block, ...extents], values))) as HostTensor;
    const used = seen.data.subarray(0, (last - first) * featureCount);
    features.set(used as Float32Array, first * featureCount);
  }
  return hostTensor([count, featureCount], features);
}

function assertImages({ shape, dtype }: HostTensor): void {
  const channels = shape[3];
  if (shape.length === 4 && dtype === 'float32' && (channels === 1 || channels === 3)) return;
  throw new UserError(
    `features: expected float32 pictures [N, H, W, C] with 1 or 3 channels, ` +
      `received ${dtype} [${shape.join(', ')}].`,
  );
}
