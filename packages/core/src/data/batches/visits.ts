import { createRandom } from '../../model/random/index.ts';

/** One image on its way into a batch. */
export interface Visit {
  /** Number of the image. */
  readonly image: number;
  /** Whether it is mirrored left to right. */
  readonly mirrored: boolean;
  /** Corner of the square that is cut out, in pixels from the image's own corner. */
  readonly top: number;
  readonly left: number;
}

/** What decides in which order images are seen, and how each is cut and mirrored. */
export interface VisitOptions {
  /** The images to take from; the visits name their numbers. */
  readonly images: ArrayLike<number>;
  /** The run's seed. */
  readonly seed: number;
  /** Names the random streams: `<stream>/shuffle`, `/flip`, `/crop`, `/draw`. */
  readonly stream: string;
  /** Mirror with probability ½. */
  readonly flip: boolean;
  /** By how many pixels the images are larger than the square that is cut out; 0 cuts nothing. */
  readonly margin: number;
  /**
   * `shuffled`: passes in which every image is seen once. `drawn`: every visit takes any image, as
   * CycleGAN does with its second domain. Default `shuffled`.
   */
  readonly order?: 'shuffled' | 'drawn';
}

/** The visits of one pass, by place in it. */
interface Pass {
  readonly images: Int32Array;
  readonly flips: Float32Array | undefined;
  /** Top and left in turns. */
  readonly corners: Int32Array | undefined;
}

/**
 * Makes the endless sequence of visits: position p is place p mod n of pass p div n, n being the
 * number of images. Every visit is a function of seed, stream and position alone; mirroring and
 * cutting of a shuffled pass follow from pass and image, whatever the order.
 */
export function createVisits(options: VisitOptions): (position: number) => Visit {
  const { images } = options;
  const passAt = keepTwo((pass) => createPass(options, pass));
  return (position) => {
    const pass = passAt(Math.floor(position / images.length));
    const place = position % images.length;
    return {
      image: pass.images[place]!,
      mirrored: pass.flips?.[place] === 1,
      top: pass.corners?.[2 * place] ?? 0,
      left: pass.corners?.[2 * place + 1] ?? 0,
    };
  };
}

function createPass(options: VisitOptions, pass: number): Pass {
  const { images, seed, stream, flip, margin, order = 'shuffled' } = options;
  const count = images.length;
  const random = createRandom(seed);
  const draws = (use: string) => random.stream(`${stream}/${use}`).at(pass);
  const flips = flip ? draws('flip').bernoulli(count, 0.5) : undefined;
  const corners = margin === 0 ? undefined : drawCorners(draws('crop'), count, margin);
  if (order === 'drawn') {
    const draw = draws('draw');
    const chosen = Int32Array.from({ length: count }, () => images[draw.integer(count)]!);
    return { images: chosen, flips, corners };
  }
  // Drawn per image; brought into the order in which the images are seen.
  const places = draws('shuffle').permutation(count);
  return {
    images: places.map((place) => images[place]!),
    flips: flips && Float32Array.from(places, (place) => flips[place]!),
    corners:
      corners &&
      Int32Array.from({ length: 2 * count }, (_, at) => corners[2 * places[at >> 1]! + (at & 1)]!),
  };
}

function drawCorners(
  draws: { integer(below: number): number },
  count: number,
  margin: number,
): Int32Array {
  return Int32Array.from({ length: 2 * count }, () => draws.integer(margin + 1));
}

/** Keeps the two passes that were used last: reading ahead crosses from one into the next. */
function keepTwo<Value>(make: (index: number) => Value): (index: number) => Value {
  const kept = new Map<number, Value>();
  return (index) => {
    const found = kept.get(index) ?? make(index);
    kept.delete(index);
    kept.set(index, found);
    for (const other of kept.keys()) if (kept.size > 2) kept.delete(other);
    return found;
  };
}
