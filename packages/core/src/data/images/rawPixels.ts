import type { Sharp } from 'sharp';
import type { Channels } from './channels.ts';
import type { PixelImage } from './pixelImage.ts';

/**
 * Renders a picture of any kind as 8-bit pixels: grey or sRGB with transparency laid on white, or
 * sRGB with opacity. Wholly transparent pixels are white, whatever colours the file hides in them:
 * pictures that look the same are the same.
 *
 * @param picture with what is to be done to it, such as resizing
 * @throws Error with sharp's reason when it cannot be decoded
 */
export async function rawPixels(picture: Sharp, channels: Channels): Promise<PixelImage> {
  const seen = channels === 4 ? picture.ensureAlpha() : picture.flatten({ background: '#ffffff' });
  const { data, info } = await seen
    .toColourspace(channels === 1 ? 'b-w' : 'srgb')
    .raw({ depth: 'uchar' })
    .toBuffer({ resolveWithObject: true });
  if (channels === 4) whitenTransparent(data);
  return { width: info.width, height: info.height, channels, data };
}

function whitenTransparent(rgba: Uint8Array): void {
  for (let at = 3; at < rgba.length; at += 4) if (rgba[at] === 0) rgba.fill(255, at - 3, at);
}
