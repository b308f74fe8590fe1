import type { Random } from '../../../model/random/index.ts';
import type { DrawJudged, JudgedPicture } from './judgedPictures.ts';
import { keepBest } from './keepBest.ts';

/** What to search and how. */
export interface SearchOptions {
  readonly draw: DrawJudged;
  readonly random: Random;
  readonly latentDim: number;
  /** Mean and standard deviation of every coordinate of a latent. */
  readonly latentMean: number;
  readonly latentStandardDeviation: number;
  /** How many latents to draw. */
  readonly searchNum: number;
  /** How many of them to keep. */
  readonly num: number;
  /** How many to draw and judge at once. */
  readonly blockSize: number;
  readonly signal: AbortSignal;
  /** Is told after every block. */
  onProgress(searched: number): void;
}

/**
 * Draws latents block by block and keeps those whose pictures the discriminator takes for the most
 * real, so that memory is that of one block and of what is kept. Latent number `index` depends on
 * the seed and the index only: a longer search only adds candidates.
 *
 * @returns the pictures kept, the most real first
 * @throws the signal's reason if it aborts
 */
export async function searchLatents(options: SearchOptions): Promise<JudgedPicture[]> {
  const { searchNum, num, blockSize, signal } = options;
  let best: JudgedPicture[] = [];
  for (let first = 0; first < searchNum; first += blockSize) {
    signal.throwIfAborted();
    const count = Math.min(blockSize, searchNum - first);
    const latents = Array.from({ length: count }, (_, place) => drawLatent(options, first + place));
    best = keepBest(best, await options.draw(latents, first), num).map((picture) =>
      picture.index < first ? picture : withPixels(picture),
    );
    options.onProgress(first + count);
  }
  return best;
}

function drawLatent(options: SearchOptions, index: number): Float32Array {
  const {
    random,
    latentDim,
    latentMean: mean,
    latentStandardDeviation: standardDeviation,
  } = options;
  const draws = random.stream('latents/generate').at(index);
  return draws.normals(latentDim, { mean, standardDeviation });
}

/** Makes a picture's pixels now, which lets go of the block that it was drawn in. */
function withPixels(picture: JudgedPicture): JudgedPicture {
  const pixels = picture.image();
  return { ...picture, image: () => pixels };
}
