import {
  glyphTensor,
  toGreyLevels,
  type GlyphDataset,
  type GlyphPlace,
} from '../glyphData/index.ts';
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
  const pictures = glyphTensor(await dataset.read(places), dataset.imageSize);
  return toGreyLevels(shapePictures(pictures, { imageSize, channels: 1 }).data, 1);
}

/** One of several pictures. */
export const pictureAt = (pixels: Uint8Array, place: number, imageSize: number): Uint8Array =>
  pixels.subarray(place * imageSize ** 2, (place + 1) * imageSize ** 2);
