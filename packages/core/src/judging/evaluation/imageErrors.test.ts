import { hostTensor } from '@gan-zoo/compiler';
import { describe, expect, it } from 'vitest';
import measures from './fixtures/measures.json' with { type: 'json' };
import { imageErrors } from './imageErrors.ts';

const { errors } = measures;
const picture = (bytes: readonly number[]) =>
  hostTensor(
    errors.shape,
    bytes.map((value) => value / 127.5 - 1),
  );

describe('imageErrors', () => {
  it("agrees with numpy's L1, PSNR and SSIM", () => {
    const measured = imageErrors(picture(errors.first), picture(errors.second));
    for (const name of ['l1', 'psnr', 'ssim'] as const) {
      expect(measured[name]).toHaveLength(2);
      errors[name].forEach((value, at) => expect(measured[name][at]).toBeCloseTo(value, 5));
    }
  });

  it('finds equal pictures equal, and black as far from white as can be', () => {
    const first = picture(errors.first);
    expect(imageErrors(first, first)).toEqual({
      l1: [0, 0],
      psnr: [100, 100],
      ssim: [1, 1],
    });
    const [black, white] = [-1, 1].map((level) =>
      hostTensor([1, 11, 12, 1], new Float32Array(132).fill(level)),
    );
    const { l1, psnr, ssim } = imageErrors(black!, white!);
    expect([l1, psnr]).toEqual([[1], [-0]]);
    expect(ssim[0]).toBeCloseTo((0.01 * 255) ** 2 / (255 ** 2 + (0.01 * 255) ** 2), 9);
  });

  it('says what is wrong', () => {
    expect(() => imageErrors(hostTensor([1, 10, 11, 3]), hostTensor([1, 10, 11, 3]))).toThrow(
      'imageErrors: expected two lists of pictures [N, H, W, 1 or 3] of one shape, at least 11 px ' +
        'a side, received [1, 10, 11, 3] and [1, 10, 11, 3].',
    );
    expect(() => imageErrors(hostTensor([1, 11, 11, 3]), hostTensor([1, 11, 11, 1]))).toThrow(
      'received [1, 11, 11, 3] and [1, 11, 11, 1].',
    );
  });
});
