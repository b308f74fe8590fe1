import { hostTensor, type HostTensor } from '@gan-zoo/compiler';
import { describe, expect, it } from 'vitest';
import { paddedExtent } from './paddedExtent.ts';
import { cutMirrored, mirroredIndex } from './pixelBlocks.ts';
import { tileSide } from './tiles.ts';
import {
  planTranslation,
  translateImage,
  type Generate,
  type TranslationSizes,
} from './translateImage.ts';

const sizes: TranslationSizes = { maxPixels: 4096, tileSize: 48, tileOverlap: 16, multiple: 4 };

/** A smooth gradient [1, H, W, 3] with another slope in every channel. */
const gradient = (height: number, width: number): HostTensor<'float32'> =>
  hostTensor(
    [1, height, width, 3],
    Array.from({ length: height * width * 3 }, (_, at) => {
      const [channel, column] = [at % 3, Math.floor(at / 3) % width];
      const row = Math.floor(at / 3 / width);
      return ((row * (channel + 1)) / height + column / width) / 2 - 0.9;
    }),
  );

const differences = (a: HostTensor, b: HostTensor): number[] =>
  Array.from(a.data, (value, at) => Math.abs(value - b.data[at]!));

/** Gives back what it gets, a little brighter, and remembers the shapes. */
function copying(): { readonly shapes: string[]; readonly generate: Generate } {
  const shapes: string[] = [];
  return {
    shapes,
    generate: (x) => {
      shapes.push(x.shape.join('×'));
      return Promise.resolve(
        hostTensor(
          x.shape,
          (x.data as Float32Array).map((value) => value + 0.1),
        ),
      );
    },
  };
}

describe('paddedExtent', () => {
  it('rounds up to few sizes, by at most an eighth', () => {
    expect([1, 16, 17, 64, 65, 256, 257, 1000].map((side) => paddedExtent(side, 4))).toEqual([
      8, 16, 20, 64, 72, 256, 288, 1024,
    ]);
    expect([10, 256, 300].map((side) => paddedExtent(side, 256))).toEqual([256, 256, 512]);
    const sides = Array.from({ length: 1920 }, (_, at) => at + 128);
    const padded = sides.map((side) => paddedExtent(side, 4));
    sides.forEach((side, at) => {
      expect(padded[at]! >= side && padded[at]! < side * 1.125 + 1).toBe(true);
    });
    expect(new Set(padded).size).toBe(33);
  });
});

describe('cutMirrored', () => {
  it('mirrors without repeating the edge, as often as needed', () => {
    expect(Array.from({ length: 9 }, (_, at) => mirroredIndex(at, 3))).toEqual([
      0, 1, 2, 1, 0, 1, 2, 1, 0,
    ]);
    expect(mirroredIndex(7, 1)).toBe(0);
    const image = hostTensor([1, 2, 3, 1], [1, 2, 3, 4, 5, 6]);
    expect(cutMirrored(image, { top: 0, left: 1, height: 3, width: 4 })).toEqual(
      hostTensor([1, 3, 4, 1], [2, 3, 2, 1, 5, 6, 5, 4, 2, 3, 2, 1]),
    );
  });
});

describe('tileSide', () => {
  it('covers every pixel with weights that add up to 1', () => {
    for (const [length, tile, overlap] of [
      [49, 48, 16],
      [97, 48, 16],
      [1000, 48, 24],
      [81, 48, 1],
    ] as const) {
      const { starts, weights, overlap: shared } = tileSide(length, tile, overlap);
      expect([starts[0], starts.at(-1)]).toEqual([0, length - tile]);
      expect(shared).toBeGreaterThanOrEqual(overlap);
      const sums = new Float64Array(length);
      weights.forEach((list, at) =>
        list.forEach((weight, place) => (sums[starts[at]! + place]! += weight)),
      );
      sums.forEach((sum) => expect(sum).toBeCloseTo(1, 6));
    }
    expect(tileSide(100, 48, 16).starts).toEqual([0, 26, 52]);
    expect(tileSide(48, 48, 16)).toMatchObject({ starts: [0], overlap: 0 });
  });

  it('does not let the edges of neighbours count', () => {
    const [first, second] = tileSide(80, 48, 16).weights;
    expect([...first!.slice(44)]).toEqual([0, 0, 0, 0]);
    expect([...second!.slice(0, 4)]).toEqual([0, 0, 0, 0]);
    expect(first![0]).toBe(1);
  });
});

describe('translateImage', () => {
  it.each([
    [1, 1],
    [7, 61],
    [64, 64],
  ])('pads a small picture of %i × %i to one block and cuts it back', async (height, width) => {
    const { shapes, generate } = copying();
    const image = gradient(height, width);
    const drawn = await translateImage(generate, image, sizes);
    expect(drawn.shape).toEqual(image.shape);
    const error = differences(drawn, image).map((difference) => Math.abs(difference - 0.1));
    expect(Math.max(...error)).toBeLessThan(1e-6);
    expect(shapes).toEqual([`1×${paddedExtent(height, 4)}×${paddedExtent(width, 4)}×3`]);
  });

  it('blends the tiles of a large one without a seam', async () => {
    const { shapes, generate } = copying();
    const image = gradient(131, 222);
    const drawn = await translateImage(generate, image, sizes);
    const error = differences(drawn, image).map((difference) => Math.abs(difference - 0.1));
    expect(Math.max(...error)).toBeLessThan(1e-6);
    expect(new Set(shapes)).toEqual(new Set(['1×48×48×3']));
    expect(shapes.length).toBe(4 * 7);
    expect(planTranslation(131, 222, sizes)).toMatchObject({ height: 48, width: 48, tiles: 28 });
  });

  it('spreads what tiles disagree about over their overlap, with no step at its edges', async () => {
    let tile = 0;
    // Every tile comes out a level of its own, as instance norm may make it.
    const generate = (x: HostTensor): Promise<HostTensor> =>
      Promise.resolve(
        hostTensor(x.shape, new Float32Array(x.data.length).fill((tile++ % 2) * 0.2)),
      );
    const wide = hostTensor([1, 40, 200, 1]);
    const drawn = await translateImage(generate, wide, { ...sizes, maxPixels: 1 });
    const steps = Array.from({ length: 199 }, (_, at) =>
      Math.abs(drawn.data[at + 1]! - drawn.data[at]!),
    );
    expect(tile).toBe(6);
    // The whole difference is .2; the steepest place of a cosine over half of 16 px is π/2 · .2/8.
    expect(Math.max(...steps)).toBeLessThan(0.045);
    expect(Math.max(...drawn.data) - Math.min(...drawn.data)).toBeCloseTo(0.2, 5);
  });

  it('mirrors the edge that a tile lacks, and ignores the mirror', async () => {
    // A generator that looks 4 px around: tiles see a mirrored edge where the picture goes on.
    const blur = (x: HostTensor): Promise<HostTensor> => {
      const [, height = 0, width = 0] = x.shape;
      const values = Array.from({ length: height * width }, (_, at) => {
        const column = at % width;
        let sum = 0;
        for (let d = -4; d <= 4; d++) {
          const place = Math.min(width - 1, Math.max(0, column + d));
          sum += x.data[at - column + place]!;
        }
        return sum / 9;
      });
      return Promise.resolve(hostTensor([1, height, width, 1], values));
    };
    const image = hostTensor(
      [1, 16, 176],
      Array.from({ length: 16 * 176 }, (_, at) => Math.sin((at % 176) / 5)),
    );
    const picture = hostTensor([1, 16, 176, 1], image.data);
    const whole = await translateImage(blur, picture, { ...sizes, maxPixels: 1e6 });
    const tiled = await translateImage(blur, picture, { ...sizes, maxPixels: 1 });
    expect(Math.max(...differences(whole, tiled))).toBeLessThan(1e-6);
  });

  it('takes tiles of what the generator divides by, and no larger than the picture', () => {
    const unet = { ...sizes, multiple: 64 };
    expect(planTranslation(500, 500, unet)).toMatchObject({ height: 64, width: 64 });
    expect(planTranslation(20, 1000, sizes)).toMatchObject({ height: 20, width: 48 });
    expect(planTranslation(2000, 20, { ...sizes, tileOverlap: 400 })).toMatchObject({ tiles: 83 });
  });
});
