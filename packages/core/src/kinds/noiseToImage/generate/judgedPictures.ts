import { hostTensor, type HostTensor, type Runtime, type Tree } from '@gan-zoo/compiler';
import type * as tf from '@tensorflow/tfjs';
import { type PixelImage, toPixels } from '../../../data/images/index.ts';
import { applyNetwork, type NetworkState } from '../../../model/layers/index.ts';
import { drawingNetworks, type NoiseNetworks } from '../definition.ts';
import type { Scored } from './keepBest.ts';

/** A picture that the discriminator has looked at. */
export interface JudgedPicture extends Scored {
  /** The discriminator's logit in inference mode: higher is more real. */
  readonly score: number;
  readonly latent: Float32Array;
  /** Makes the pixels; until it is dropped it holds its whole block in memory. */
  readonly image: () => PixelImage;
}

/** Draws the pictures of latents, of any number, and has them judged. */
export type DrawJudged = (
  latents: readonly Float32Array[],
  firstIndex: number,
) => Promise<JudgedPicture[]>;

/**
 * Prepares generator and discriminator for blocks of latents of one size, so that one compiled
 * session serves every block; a smaller last one is filled up.
 *
 * @param runtime where to compute
 * @param networks the game's
 * @param state a checkpoint's; its networks are used in inference mode
 * @param size.blockSize latents per run of the session
 */
export function createDrawing(
  runtime: Runtime,
  networks: NoiseNetworks,
  state: Tree<HostTensor>,
  { latentDim, blockSize }: { readonly latentDim: number; readonly blockSize: number },
): DrawJudged {
  const drawBlock = runtime.function(judge(networks));
  const states = drawingNetworks(state) as unknown as Tree<HostTensor>;
  return async (latents, firstIndex) => {
    const filled = new Float32Array(blockSize * latentDim);
    latents.forEach((latent, place) => filled.set(latent, place * latentDim));
    const input = hostTensor([blockSize, 1, 1, latentDim], filled);
    const drawn = await drawBlock(states, input);
    const { images, logits } = drawn as Record<'images' | 'logits', HostTensor>;
    return latents.map((latent, place) => ({
      latent,
      index: firstIndex + place,
      score: logits.data[place]!,
      image: () => toPixels(imageAt(images, place))[0]!,
    }));
  };
}

/** Pictures [N, S, S, C] of latents [N, 1, 1, Z] and the logits [N, 1, 1, 1] of those pictures. */
function judge({ generator, discriminator }: NoiseNetworks) {
  const inference = { training: false } as const;
  return (
    states: { readonly generator: NetworkState; readonly discriminator: NetworkState },
    latents: tf.Tensor4D,
  ) => {
    const images = applyNetwork(generator, states.generator, [latents], inference).output;
    const logits = applyNetwork(discriminator, states.discriminator, [images], inference).output;
    return { images, logits };
  };
}

function imageAt({ shape, data }: HostTensor, place: number): HostTensor {
  const [, ...extents] = shape;
  const size = extents.reduce((product, extent) => product * extent, 1);
  return hostTensor(
    [1, ...extents],
    data.subarray(place * size, (place + 1) * size) as Float32Array,
  );
}
