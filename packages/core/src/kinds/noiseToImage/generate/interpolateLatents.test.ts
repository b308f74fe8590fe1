import { describe, expect, it } from 'vitest';
import { interpolateLatents } from './interpolateLatents.ts';

const length = (vector: Float32Array, centre = 0): number =>
  Math.hypot(...Array.from(vector, (value) => value - centre));

describe('interpolateLatents', () => {
  it('begins and ends exactly at its ends and turns by equal angles', () => {
    const [from, to] = [Float32Array.of(2, 0), Float32Array.of(0, 2)];
    const walk = interpolateLatents(from, to, 4);
    expect(walk).toHaveLength(4);
    expect([walk[0], walk[3]]).toEqual([from, to]);
    const angles = walk.map(([x, y]) => Math.atan2(y!, x!));
    angles.forEach((angle, step) => expect(angle).toBeCloseTo((step * Math.PI) / 6, 6));
    walk.forEach((latent) => expect(length(latent)).toBeCloseTo(2, 6));
  });

  it('turns around the mean of the latents', () => {
    const walk = interpolateLatents(Float32Array.of(11, 10), Float32Array.of(10, 11), 3, 10);
    walk.forEach((latent) => expect(length(latent, 10)).toBeCloseTo(1, 5));
    expect(walk[1]![0]).toBeCloseTo(10 + Math.SQRT1_2, 5);
  });

  it('goes straight where there is no angle: same direction, opposite, or an end in the centre', () => {
    const middle = (from: number[], to: number[]) => [
      ...interpolateLatents(Float32Array.from(from), Float32Array.from(to), 3)[1]!,
    ];
    expect(middle([1, 2], [3, 6])).toEqual([2, 4]);
    expect(middle([1, 0], [-3, 0])).toEqual([-1, 0]);
    expect(middle([0, 0], [4, 2])).toEqual([2, 1]);
  });
});
