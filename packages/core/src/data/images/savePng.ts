import { join } from 'node:path';
import sharp from 'sharp';
import { UserError } from '@gan-zoo/compiler';
import { writePicture } from './writePicture.ts';
import type { PixelImage } from './pixelImage.ts';

/**
 * Writes a picture as PNG, under a temporary name first; makes the folders that are missing.
 *
 * @throws UserError when the place cannot be written to
 */
export async function savePng(path: string, image: PixelImage): Promise<void> {
  const { data, width, height, channels } = image;
  const png = await sharp(data, { raw: { width, height, channels } }).png().toBuffer();
  await writePicture(path, png);
}

/**
 * Writes every picture to a PNG file of its own.
 *
 * @param folder is made when it is missing
 * @param names without extension; default: numbers from 0 with as many digits as the last one
 *   needs, at least 3
 * @returns the paths
 * @throws UserError when there are not as many names as images, or one cannot be written
 */
export async function saveImages(
  folder: string,
  images: readonly PixelImage[],
  names: readonly string[] = numberedNames(images.length),
): Promise<string[]> {
  if (names.length !== images.length) {
    throw new UserError(
      `saveImages: expected ${images.length} names, one for each image, received ${names.length}.`,
    );
  }
  const paths = names.map((name) => join(folder, `${name}.png`));
  for (const [index, image] of images.entries()) await savePng(paths[index]!, image);
  return paths;
}

function numberedNames(count: number): string[] {
  const digits = Math.max(3, String(count - 1).length);
  return Array.from({ length: count }, (_, index) => String(index).padStart(digits, '0'));
}
