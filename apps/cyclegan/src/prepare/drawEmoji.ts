import { readFile } from 'node:fs/promises';
import sharp, { type Sharp } from 'sharp';
import type { EmojiPair } from './emojiPairs.ts';

/** An emoji in both styles, as PNGs of equal size. */
export interface DrawnPair {
  readonly flat: Buffer;
  readonly solid: Buffer;
  /** Pixels that both drawings cover, as a part of those that either does: 1 is the same outline. */
  readonly overlap: number;
}

/** How emoji are drawn. */
export interface DrawOptions {
  /** Side of the squares in pixels. */
  readonly imageSize: number;
  /** What lies behind them: a CSS colour. */
  readonly background: string;
}

/** Outlines are compared at this size; finer differences do not matter. */
const OUTLINE_SIZE = 64;

/** Draws an emoji in both styles, whole and in the middle, on a plain background. */
export async function drawEmoji(pair: EmojiPair, options: DrawOptions): Promise<DrawnPair> {
  const solid = await readFile(pair.solidPath);
  const flat = Buffer.from(pair.flatSvg);
  const { width: units = options.imageSize } = await sharp(flat).metadata();
  const open = {
    // A drawing is measured at 72 dots per inch: this density gives its width in pixels.
    flat: (side: number) => sharp(flat, { density: (72 * side) / units }),
    solid: () => sharp(solid),
  };
  const masks = [await maskOf(open.flat(OUTLINE_SIZE)), await maskOf(open.solid())] as const;
  return {
    flat: await pngOf(open.flat(options.imageSize), options),
    solid: await pngOf(open.solid(), options),
    overlap: overlapOf(...masks),
  };
}

const fitted = (picture: Sharp, side: number): Sharp =>
  picture.resize(side, side, { fit: 'contain', background: { r: 0, g: 0, b: 0, alpha: 0 } });

const pngOf = (picture: Sharp, { imageSize, background }: DrawOptions): Promise<Buffer> =>
  fitted(picture, imageSize)
    .flatten({ background })
    .toColourspace('srgb')
    .removeAlpha()
    .png()
    .toBuffer();

/** Opacity of every pixel. */
const maskOf = (picture: Sharp): Promise<Buffer> =>
  fitted(picture, OUTLINE_SIZE).ensureAlpha().extractChannel('alpha').raw().toBuffer();

function overlapOf(left: Uint8Array, right: Uint8Array): number {
  let both = 0;
  let either = 0;
  left.forEach((opacity, at) => {
    const [isLeft, isRight] = [opacity > 127, right[at]! > 127];
    both += Number(isLeft && isRight);
    either += Number(isLeft || isRight);
  });
  return either === 0 ? 0 : both / either;
}
