import sharp from 'sharp';
import { avatarStyles, type AvatarStyleName } from './avatarStyles.ts';
import { createChooser } from './chooser.ts';

/**
 * Raised when a style's options or the way of drawing change, so that folders made before are not
 * filled up with pictures of another look.
 */
export const recipeVersion = 1;

/** Draws avatar number `index` of a set as the bytes of a PNG. */
export type DrawAvatar = (index: number) => Promise<Buffer>;

/**
 * Prepares to draw the avatars of one set. Picture `index` depends on the style, the seed, the
 * index and the size only, not on what was drawn before.
 *
 * @param style name of the style
 * @param seed number of the set
 * @param imageSize width and height in pixels
 * @returns a function of the index; its PNG is RGB, 8 bits, without transparency
 */
export async function createAvatarDrawing(
  style: AvatarStyleName,
  seed: number,
  imageSize: number,
): Promise<DrawAvatar> {
  const draw = await avatarStyles[style].loadDrawing();
  return (index) => {
    const svg = draw(createChooser(`${style}/${seed}/${index}`), imageSize);
    return sharp(Buffer.from(svg)).flatten().removeAlpha().png({ compressionLevel: 6 }).toBuffer();
  };
}
