import { hostTensor } from '@gan-zoo/compiler';
import { toPixels } from '@gan-zoo/core';
import { toTensorRange, type GlyphDataset, type GlyphPlace } from '../glyphData/index.ts';
import { shapePictures } from '../training/shapePairs.ts';

/**
 * Reads glyphs in a network's size, made smaller as training does it.
 *
 * @returns grey levels [N, imageSize, imageSize], ink 0 on paper 255
 * @throws UserError as `GlyphDataset.read`
 */
export async function readShaped(
  dataset: GlyphDataset,
  places: readonly GlyphPlace[],
  imageSize: number,
): Promise<Uint8Array> {
  const side = dataset.imageSize;
  const values = toTensorRange(await dataset.read(places));
  const pictures = hostTensor([places.length, side, side, 1], values);
  const shaped = toPixels(shapePictures(pictures, { imageSize, channels: 1 }));
  const pixels = new Uint8Array(places.length * imageSize ** 2);
  for (const [at, { data }] of shaped.entries()) pixels.set(data, at * imageSize ** 2);
  return pixels;
}

/** One of several pictures. */
export const pictureAt = (pixels: Uint8Array, place: number, imageSize: number): Uint8Array =>
  pixels.subarray(place * imageSize ** 2, (place + 1) * imageSize ** 2);
