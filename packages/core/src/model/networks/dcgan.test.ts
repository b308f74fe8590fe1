import { describe, expect, it } from 'vitest';
import { countParameters, outputShapeOf } from '../layers/index.ts';
import { dcganDiscriminator, dcganGenerator } from './dcgan.ts';

describe.each([
  { imageSize: 96, generator: 3_578_432, discriminator: 2_767_296 },
  { imageSize: 64, generator: 3_576_704, discriminator: 2_765_568 },
])('the networks at $imageSize px', ({ imageSize, ...counts }) => {
  const [generator, discriminator] = [
    dcganGenerator({ imageSize }),
    dcganDiscriminator({ imageSize }),
  ];

  it('have exactly the published numbers of parameters', () => {
    expect(countParameters(generator)).toBe(counts.generator);
    expect(countParameters(discriminator)).toBe(counts.discriminator);
  });

  it("name their tensors as the published program's state dict does", () => {
    const norm = (index: number) =>
      ['weight', 'bias', 'running_mean', 'running_var'].map((name) => `main.${index}.${name}`);
    const weights = (...indices: number[]) => indices.map((index) => `main.${index}.weight`);
    expect(Object.keys(generator.parameters).sort()).toEqual(
      [...weights(0, 3, 6, 9, 12), ...[1, 4, 7, 10].flatMap(norm)].sort(),
    );
    expect(Object.keys(discriminator.parameters).sort()).toEqual(
      [...weights(0, 2, 5, 8, 11), ...[3, 6, 9].flatMap(norm)].sort(),
    );
  });
});

describe('the networks of any size', () => {
  it.each([
    [8, 1],
    [10, 3],
    [16, 1],
    [24, 3],
    [28, 1],
    [32, 3],
    [48, 4],
    [64, 3],
    [96, 3],
    [100, 3],
    [128, 3],
    [192, 1],
    [256, 3],
  ])('draw %d px in %d channels, and judge each picture by one logit', (imageSize, channels) => {
    const own = { imageSize, channels, filters: 2 };
    const pictures = outputShapeOf(dcganGenerator({ ...own, latentDim: 7 }), [5, 1, 1, 7]);
    expect(pictures).toEqual([5, imageSize, imageSize, channels]);
    expect(outputShapeOf(dcganDiscriminator(own), pictures)).toEqual([5, 1, 1, 1]);
  });

  it.each([6, 7, 33])('refuse %d px', (imageSize) => {
    expect(() => dcganGenerator({ imageSize })).toThrow(
      `dcganGenerator: expected an image size that is even and at least 8 px, received ${imageSize}.`,
    );
  });
});

it('refuses pictures of another size', () => {
  expect(() => outputShapeOf(dcganDiscriminator({ imageSize: 96 }), [1, 64, 64, 3])).toThrow(
    'conv2d "main.11": expected an image at least as large as the kernel of 4 pixels, received [1, 2, 2, 512].',
  );
});
