import { UserError } from '@gan-zoo/compiler';

/** A stored tensor of the bundled network, its numbers restored. */
export interface StoredWeights {
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

interface WeightEntry {
  readonly name: string;
  readonly shape: readonly number[];
  readonly dtype: string;
  readonly quantization?: { readonly min: number; readonly scale: number; readonly dtype: string };
}

interface BundledModel {
  readonly modelJson: () => Promise<{
    default: { weightsManifest: readonly { readonly weights: readonly WeightEntry[] }[] };
  }>;
  readonly weightBundles: readonly (() => Promise<{ default: string }>)[];
}

/**
 * Reads the weights of the MobileNetV2 (Sandler et al. 2018, arXiv 1801.04381) that the package
 * nsfwjs carries: 8-bit numbers in base64 inside JavaScript files, so nothing is fetched. Its
 * classifier is not used, only what the network sees. Imported when first asked for.
 *
 * @returns tensors by their Keras names, such as `block_1_expand/kernel` [1, 1, in, out]
 * @throws UserError when the package's files are not those of the version this was written for
 */
export async function readFeatureWeights(): Promise<ReadonlyMap<string, StoredWeights>> {
  const bundled = (await import('nsfwjs/models/mobilenet_v2')) as {
    readonly MobileNetV2Model: unknown;
  };
  const { modelJson, weightBundles } = bundled.MobileNetV2Model as BundledModel;
  const [{ default: json }, ...bundles] = await Promise.all([
    modelJson(),
    ...weightBundles.map((load) => load()),
  ]);
  const bytes = Buffer.concat(bundles.map(({ default: text }) => Buffer.from(text, 'base64')));
  return decodeWeights(
    json.weightsManifest.flatMap(({ weights }) => weights),
    bytes,
  );
}

function decodeWeights(
  entries: readonly WeightEntry[],
  bytes: Uint8Array,
): ReadonlyMap<string, StoredWeights> {
  const weights = new Map<string, StoredWeights>();
  let offset = 0;
  for (const { name, shape, quantization } of entries) {
    if (quantization?.dtype !== 'uint8') throw unfamiliar(`${name} of another type than uint8`);
    const size = shape.reduce((product, extent) => product * extent, 1);
    const { min, scale } = quantization;
    const stored = bytes.subarray(offset, offset + size);
    weights.set(name, { shape, values: Float32Array.from(stored, (step) => step * scale + min) });
    offset += size;
  }
  if (offset !== bytes.length) throw unfamiliar(`${bytes.length} bytes for ${offset} weights`);
  return weights;
}

const unfamiliar = (received: string): UserError =>
  new UserError(
    `evaluation: expected the MobileNetV2 of nsfwjs 4.3.0, received ${received}. ` +
      `Install that version (npm install).`,
  );
