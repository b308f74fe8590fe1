import { readFile } from 'node:fs/promises';
import sharp, { type Metadata, type Sharp } from 'sharp';
import { shortReason, systemErrorCode } from '../../base/files/systemErrors.ts';

/** How a picture of any size becomes a square of pixels. */
export interface DecodeOptions {
  /** Side of the square in pixels. */
  readonly imageSize: number;
  /** 3 for colour (sRGB), 1 for grey. */
  readonly channels: 1 | 3;
  /**
   * `centre`: the shorter side becomes `imageSize`, the longer one is cut at both ends. `stretch`:
   * both sides become `imageSize`, whatever that does to the proportions.
   */
  readonly crop: Crop;
  /** Only this half of a file that holds two pictures side by side; default: all of it. */
  readonly half?: Half;
  /** Pictures whose shorter side has fewer pixels are skipped; drawings (svg) have no such limit. */
  readonly minimumSide: number;
}

/** How a picture becomes a square. */
export type Crop = 'centre' | 'stretch';

/** Which of two pictures in one file. */
export type Half = 'left' | 'right';

/** A decoded picture, or why there is none. */
export type Decoded =
  | { readonly pixels: Uint8Array }
  | {
      readonly reason: string;
      /** Reading was not permitted; it may be another time, though the file is the same. */
      readonly refused: boolean;
    };

/** Failures of this machine, not of a file: skipping files because of them would lose data. */
const FATAL = new Set(['EMFILE', 'ENFILE', 'ENOMEM']);

/**
 * Reads a picture as uint8 pixels in rows, channels last. EXIF rotation is obeyed, transparency is
 * laid on white, 16 bits, grey, palettes and CMYK become 8-bit sRGB or grey; of an animation the
 * first frame counts; a drawing is rasterised at the size that is needed.
 *
 * Shape: `pixels` is [imageSize, imageSize, channels].
 *
 * @param path the file
 * @returns pixels, or the reason for skipping the file
 * @throws only when the machine is out of memory or of file handles
 */
export async function decodeImage(path: string, options: DecodeOptions): Promise<Decoded> {
  let content: Buffer;
  try {
    content = await readFile(path);
  } catch (error) {
    const code = systemErrorCode(error) ?? '';
    if (FATAL.has(code)) throw error;
    return { reason: shortReason(error), refused: code === 'EACCES' || code === 'EPERM' };
  }
  if (content.length === 0) return { reason: 'empty file', refused: false };
  try {
    return await decodeContent(content, options);
  } catch (error) {
    return { reason: decodeReason(error), refused: false };
  }
}

async function decodeContent(content: Buffer, options: DecodeOptions): Promise<Decoded> {
  const metadata = await sharp(content).metadata();
  const { width, height } = metadata.autoOrient;
  const side = Math.min(options.half === undefined ? width : Math.floor(width / 2), height);
  if (metadata.format !== 'svg' && side < options.minimumSide) {
    const reason =
      `too small: ${metadata.width}×${metadata.height} px, ` +
      `the shorter side needs at least ${options.minimumSide}`;
    return { reason, refused: false };
  }
  const { imageSize, channels, half, crop } = options;
  const whole = upright(content, metadata, imageSize);
  const picture = half === undefined ? whole : await halfOf(whole, half);
  if ('reason' in picture) return picture;
  const pixels = await picture
    .resize(imageSize, imageSize, { fit: crop === 'centre' ? 'cover' : 'fill', position: 'centre' })
    .toColourspace(channels === 1 ? 'b-w' : 'srgb')
    .raw({ depth: 'uchar' })
    .toBuffer();
  const expected = imageSize * imageSize * channels;
  if (pixels.length === expected) return { pixels };
  return { reason: `decoded to ${pixels.length} bytes instead of ${expected}`, refused: false };
}

/** Cuts a file in the middle; of an odd width the column in the middle belongs to neither half. */
async function halfOf(
  whole: Sharp,
  half: Half,
): Promise<Sharp | { readonly reason: string; readonly refused: false }> {
  const { data, info } = await whole
    .toColourspace('srgb')
    .raw({ depth: 'uchar' })
    .toBuffer({ resolveWithObject: true });
  const { height, channels } = info;
  if (info.width <= height) {
    const reason = `not two pictures side by side: ${info.width}×${height} px`;
    return { reason, refused: false };
  }
  const width = Math.floor(info.width / 2);
  const left = half === 'left' ? 0 : info.width - width;
  return sharp(data, { raw: { width: info.width, height, channels } }).extract({
    ...{ left, top: 0, width, height },
  });
}

/** Opens a picture for reading at `side` px: turned upright, laid on white, drawings rasterised. */
export function upright(content: Buffer, metadata: Metadata, side: number): Sharp {
  const shorter = Math.max(1, Math.min(metadata.width, metadata.height));
  // Drawings are measured at 72 dots per inch; this density makes the shorter side `side` pixels.
  const density = Math.min(100_000, Math.max(1, (72 * side) / shorter));
  return sharp(content, metadata.format === 'svg' ? { density } : { failOn: 'error' })
    .autoOrient()
    .flatten({ background: '#ffffff' });
}

function decodeReason(error: unknown): string {
  const reason = shortReason(error);
  if (/unsupported image format/i.test(reason)) return 'not an image that can be read';
  return `damaged: ${reason}`;
}
