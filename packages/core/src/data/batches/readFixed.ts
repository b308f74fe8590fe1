import { hostTensor, type HostTensor } from '@gan-zoo/compiler';
import sharp from 'sharp';
import type { ImageDataset } from '../folders/imageDataset.ts';
import { defaultWorkers, mapInOrder } from '../folders/mapInOrder.ts';
import { scaleBytes } from './readVisits.ts';

/**
 * Reads images whole and as they are, for comparisons and fixed samples: nothing is cut or
 * mirrored; images stored at another size are resized.
 *
 * Shape: [images.length, imageSize, imageSize, channels], float32 in [-1, 1].
 *
 * @param images their numbers, in the order of the result
 * @param imageSize side in pixels; default: the dataset's
 */
export async function readFixed(
  dataset: ImageDataset,
  images: ArrayLike<number>,
  imageSize: number = dataset.imageSize,
): Promise<HostTensor<'float32'>> {
  const { channels } = dataset;
  const pixels = await dataset.read(images);
  const shape = [images.length, imageSize, imageSize, channels];
  if (imageSize === dataset.imageSize) return hostTensor(shape, scaleBytes(pixels));
  const values = new Float32Array(images.length * imageSize * imageSize * channels);
  const bytes = pixels.length / images.length;
  const resize = (_: number, place: number) =>
    resizeSquare(pixels.subarray(place * bytes, (place + 1) * bytes), dataset, imageSize);
  let to = 0;
  for await (const resized of mapInOrder(Array.from(images), resize, {
    workers: defaultWorkers(),
  })) {
    values.set(scaleBytes(resized), to);
    to += resized.length;
  }
  return hostTensor(shape, values);
}

const resizeSquare = (
  pixels: Uint8Array,
  { imageSize: side, channels }: ImageDataset,
  imageSize: number,
): Promise<Uint8Array> =>
  sharp(pixels, { raw: { width: side, height: side, channels } })
    .resize(imageSize, imageSize)
    .toColourspace(channels === 1 ? 'b-w' : 'srgb')
    .raw({ depth: 'uchar' })
    .toBuffer();
