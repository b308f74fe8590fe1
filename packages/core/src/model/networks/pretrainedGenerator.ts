import { UserError, type HostTensor } from '@gan-zoo/compiler';
import type { HostNetworkState, ParameterSpecs } from '../layers/index.ts';
import { isBatchCounter, loadWeights, matchWeights } from '../weights/index.ts';
import {
  translationGenerator,
  unetKind,
  type TranslationGeneratorOptions,
} from './translationGenerator.ts';

/** A generator's weights with everything that its names and shapes tell about it. */
export interface PretrainedGenerator {
  /** What `translationGenerator` makes the network from. */
  readonly config: TranslationGeneratorOptions;
  readonly state: HostNetworkState;
}

type Tensors = Readonly<Record<string, HostTensor>>;

/**
 * Reads a generator from a file of weights alone, such as the authors' published `.pth` files of
 * CycleGAN and pix2pix (pytorch-CycleGAN-and-pix2pix) or those of PyTorch-GAN: kind, depth, width,
 * channels, norm and upsampling follow from names and shapes.
 *
 * Files from before PyTorch 0.4 carry running statistics of instance norms, which are not used.
 *
 * @param path a `.pth` or safetensors file
 * @throws UserError when it cannot be read or holds no such generator
 */
export async function loadPretrainedGenerator(path: string): Promise<PretrainedGenerator> {
  const { tensors } = await loadWeights(path);
  return recogniseGenerator(tensors, path);
}

/**
 * Like {@link loadPretrainedGenerator}, for tensors in memory.
 *
 * @param who begins messages: where the weights are from
 */
export function recogniseGenerator(tensors: Tensors, who: string): PretrainedGenerator {
  const config = describe(tensors, who);
  const { parameters } = translationGenerator(config);
  const renamed = withoutIdleStatistics(withExpectedNames(tensors, parameters), parameters);
  const found = matchWeights(parameters, renamed, { who, optional: isBatchCounter });
  const state: HostNetworkState = { params: {}, buffers: {} };
  for (const [name, { kind }] of Object.entries(parameters)) {
    state[kind === 'parameter' ? 'params' : 'buffers'][name] = found[name]!;
  }
  return { config, state };
}

function describe(tensors: Tensors, who: string): TranslationGeneratorOptions {
  if (tensors['model.model.0.weight'] !== undefined) return describeUnet(tensors, who);
  if (tensors['model.1.weight'] !== undefined) return describeResnet(tensors, who);
  const names = Object.keys(tensors);
  throw new UserError(
    `${who}: expected a generator of CycleGAN ("model.1.weight", …) or pix2pix ` +
      `("model.model.0.weight", …), received ${names.slice(0, 3).join(', ')} and so on ` +
      `(${names.length} tensors). A discriminator does not translate; of several networks in one ` +
      `file, save one by itself.`,
  );
}

function describeResnet(tensors: Tensors, who: string): TranslationGeneratorOptions {
  const [filters, inChannels] = shapeOf(tensors, 'model.1.weight', who);
  const numbers = Object.keys(tensors).flatMap((name) => {
    const match = /^model\.(\d+)\.(?:conv_block|block)\./.exec(name);
    return match === null ? [] : [match[1]!];
  });
  const blocks = new Set(numbers).size;
  const isTransposed = tensors[`model.${17 + blocks}.weight`] !== undefined;
  const last = `model.${(isTransposed ? 17 : 19) + blocks}.weight`;
  const body = Object.keys(tensors).find((name) => /^model\.10\.\w*block\.5\.weight$/.test(name));
  // Behind dropout the second convolution is number 6; where it is missing, 5 is a padding.
  const hasDropout = blocks > 0 && (body === undefined || tensors[body]!.shape.length !== 4);
  return {
    kind: 'resnet',
    ...{ inChannels, filters, blocks, outChannels: shapeOf(tensors, last, who)[0] },
    norm: tensors['model.2.weight'] === undefined ? 'instance' : 'batch',
    upsampling: isTransposed ? 'transposed' : 'nearest',
    dropoutRate: hasDropout ? 0.5 : 0,
  };
}

function describeUnet(tensors: Tensors, who: string): TranslationGeneratorOptions {
  const [filters, inChannels] = shapeOf(tensors, 'model.model.0.weight', who);
  const below = /^model\.model\.1(?:\.model\.3)*\.model\.1\.weight$/;
  const levels = 1 + Object.keys(tensors).filter((name) => below.test(name)).length;
  return {
    kind: unetKind(levels),
    ...{ inChannels, filters, outChannels: shapeOf(tensors, 'model.model.3.weight', who)[1] },
    norm: tensors['model.model.1.model.2.weight'] === undefined ? 'instance' : 'batch',
    ...{ blocks: 0, upsampling: 'transposed', dropoutRate: 0.5 },
  };
}

/** The first two extents of a kernel, as far as they name channels: 1 or 3 pictures', or filters. */
function shapeOf(tensors: Tensors, name: string, who: string): readonly [number, number] {
  const [first, second] = tensors[name]?.shape ?? [];
  if (first !== undefined && second !== undefined) return [first, second];
  throw new UserError(`${who}: expected a convolution's kernel "${name}", found none.`);
}

/** Both families name the body of a residual block in their own way, whatever else they do. */
const withExpectedNames = (tensors: Tensors, parameters: ParameterSpecs): Tensors =>
  Object.fromEntries(
    Object.entries(tensors).map(([name, tensor]) => {
      const other = name.includes('.conv_block.')
        ? name.replace('.conv_block.', '.block.')
        : name.replace('.block.', '.conv_block.');
      return [parameters[name] === undefined && parameters[other] ? other : name, tensor];
    }),
  );

const withoutIdleStatistics = (tensors: Tensors, parameters: ParameterSpecs): Tensors =>
  Object.fromEntries(
    Object.entries(tensors).filter(
      ([name]) => parameters[name] !== undefined || !/\.running_(mean|var)$/.test(name),
    ),
  );
