import { mkdir, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { hostTensor, type HostTensor } from '@gan-zoo/compiler';
import { toPixels, type PixelImage } from '../../../data/images/index.ts';
import { explainFileError, writeFileAtomically } from '../../../base/files/index.ts';
import sharp from 'sharp';

/** A picture as a generator takes it, and what it leaves untouched. */
export interface Picture {
  /** [1, H, W, C] in [-1, 1]: upright, laid on white. */
  readonly image: HostTensor<'float32'>;
  /** Opacity of every pixel, 0 … 255; undefined for pictures without. */
  readonly alpha: Uint8Array | undefined;
}

/** Extents of a picture as it is seen, after its EXIF rotation. */
export interface PictureSize {
  readonly width: number;
  readonly height: number;
}

/**
 * Reads no more of a file than its size.
 *
 * @throws Error with the reason when it is no picture
 */
export async function readPictureSize(path: string): Promise<PictureSize> {
  const { autoOrient } = await sharp(path).metadata();
  return autoOrient;
}

/**
 * Reads a picture of any format that sharp knows; of an animation the first frame.
 *
 * @param channels 3 for colour, 1 for grey
 * @throws Error with the reason when the file cannot be read or is damaged
 */
export async function readPicture(path: string, channels: 1 | 3): Promise<Picture> {
  const content = await readFile(path);
  const open = () => sharp(content, { failOn: 'error' }).autoOrient();
  const { hasAlpha } = await sharp(content).metadata();
  const { data, info } = await open()
    .flatten({ background: '#ffffff' })
    .toColourspace(channels === 1 ? 'b-w' : 'srgb')
    .raw({ depth: 'uchar' })
    .toBuffer({ resolveWithObject: true });
  const values = Float32Array.from(data, (value) => value / 127.5 - 1);
  const alpha = hasAlpha
    ? new Uint8Array(
        await open()
          .toColourspace('srgb')
          .extractChannel('alpha')
          .raw({ depth: 'uchar' })
          .toBuffer(),
      )
    : undefined;
  return { image: hostTensor([1, info.height, info.width, channels], values), alpha };
}

/**
 * Writes a picture as PNG, with the opacity that another one had; makes the folders that are missing.
 *
 * @param image shape [1, H, W, 1 or 3] in [-1, 1]
 * @param alpha H · W bytes
 * @throws UserError when the place cannot be written to
 */
export async function savePicture(
  path: string,
  image: HostTensor,
  alpha: Uint8Array | undefined,
): Promise<void> {
  const png = await encodePng(toPixels(image)[0]!, alpha);
  await mkdir(dirname(path), { recursive: true }).catch((error: unknown) => {
    throw explainFileError(error, 'create the folder of', path);
  });
  await writeFileAtomically(path, png);
}

function encodePng(
  { data, width, height, channels }: PixelImage,
  alpha: Uint8Array | undefined,
): Promise<Buffer> {
  const colourspace = channels === 1 ? 'b-w' : 'srgb';
  if (alpha === undefined) {
    const raw = { width, height, channels };
    return sharp(data, { raw }).toColourspace(colourspace).png().toBuffer();
  }
  const all = new Uint8Array(width * height * (channels + 1));
  for (let pixel = 0; pixel < width * height; pixel++) {
    const to = pixel * (channels + 1);
    for (let channel = 0; channel < channels; channel++) {
      all[to + channel] = data[pixel * channels + channel]!;
    }
    all[to + channels] = alpha[pixel]!;
  }
  const raw = { width, height, channels: channels === 1 ? 2 : 4 } as const;
  return sharp(all, { raw }).toColourspace(colourspace).png().toBuffer();
}
