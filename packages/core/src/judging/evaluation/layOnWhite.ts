import { hostTensor, type HostTensor } from '@gan-zoo/compiler';

/**
 * Pictures with opacity as they are seen on white paper; others are returned as they are. Opacity
 * beyond [-1, 1] is cut off.
 *
 * Shape: [N, H, W, 4] in [-1, 1] → [N, H, W, 3]
 */
export function layOnWhite(images: HostTensor): HostTensor {
  const [count = 0, height = 0, width = 0, channels] = images.shape;
  if (channels !== 4) return images;
  const values = new Float32Array(count * height * width * 3);
  for (let at = 0; at < values.length; at++) {
    const pixel = 4 * Math.floor(at / 3);
    const opacity = Math.min(1, Math.max(0, (images.data[pixel + 3]! + 1) / 2));
    values[at] = images.data[pixel + (at % 3)]! * opacity + (1 - opacity);
  }
  return hostTensor([count, height, width, 3], values);
}
