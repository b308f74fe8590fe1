import type { HostTensor } from '@gan-zoo/compiler';
import { imageStrip, savePng, toPixels, type PixelImage } from '../../../data/images/index.ts';
import sharp from 'sharp';

/** Pictures of a sheet are shrunk to this side, in pixels. */
const largestSide = 512;

/**
 * Saves pictures side by side: input, translation, reconstruction.
 *
 * @param images of one size, each [1, H, W, 1 or 3] in [-1, 1]
 */
export async function saveCompareSheet(path: string, images: readonly HostTensor[]): Promise<void> {
  const columns = await Promise.all(images.map((image) => shrink(toPixels(image)[0]!)));
  await savePng(path, imageStrip(columns));
}

async function shrink(image: PixelImage): Promise<PixelImage> {
  const { data, width, height, channels } = image;
  if (Math.max(width, height) <= largestSide) return image;
  const shrunk = await sharp(data, { raw: { width, height, channels } })
    .resize(largestSide, largestSide, { fit: 'inside' })
    .toColourspace(channels === 1 ? 'b-w' : 'srgb')
    .raw()
    .toBuffer({ resolveWithObject: true });
  const { info } = shrunk;
  return { width: info.width, height: info.height, channels, data: new Uint8Array(shrunk.data) };
}
