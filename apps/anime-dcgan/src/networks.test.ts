import { countParameters, outputShapeOf } from '@gan-zoo/core';
import { describe, expect, it } from 'vitest';
import { createDiscriminator, createGenerator, type NetworkConfig } from './networks.ts';

const published = { latentDim: 100, generatorFilters: 64, discriminatorFilters: 64 } as const;

describe.each([
  { imageSize: 96, generator: 3_578_432, discriminator: 2_767_296 },
  { imageSize: 64, generator: 3_576_704, discriminator: 2_765_568 },
] as const)('the networks at $imageSize px', ({ imageSize, ...counts }) => {
  const config: NetworkConfig = { ...published, imageSize };

  it('have exactly the published numbers of parameters', () => {
    expect(countParameters(createGenerator(config))).toBe(counts.generator);
    expect(countParameters(createDiscriminator(config))).toBe(counts.discriminator);
  });

  it('draw pictures of that size from latents, and judge each by one logit', () => {
    const pictures = outputShapeOf(createGenerator(config), [5, 1, 1, 100]);
    expect(pictures).toEqual([5, imageSize, imageSize, 3]);
    expect(outputShapeOf(createDiscriminator(config), pictures)).toEqual([5, 1, 1, 1]);
  });

  it("name their tensors as the published program's state dict does", () => {
    const norm = (index: number) =>
      ['weight', 'bias', 'running_mean', 'running_var'].map((name) => `main.${index}.${name}`);
    const weights = (...indices: number[]) => indices.map((index) => `main.${index}.weight`);
    expect(Object.keys(createGenerator(config).parameters).sort()).toEqual(
      [...weights(0, 3, 6, 9, 12), ...[1, 4, 7, 10].flatMap(norm)].sort(),
    );
    expect(Object.keys(createDiscriminator(config).parameters).sort()).toEqual(
      [...weights(0, 2, 5, 8, 11), ...[3, 6, 9].flatMap(norm)].sort(),
    );
  });
});

it('refuses pictures of another size', () => {
  const discriminator = createDiscriminator({ ...published, imageSize: 96 });
  expect(() => outputShapeOf(discriminator, [1, 64, 64, 3])).toThrow(
    'conv2d "main.11": expected an image at least as large as the kernel of 4 pixels, received [1, 2, 2, 512].',
  );
});
