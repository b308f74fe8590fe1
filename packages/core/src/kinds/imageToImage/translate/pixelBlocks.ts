import { hostTensor, type HostTensor } from '@gan-zoo/compiler';

/** A rectangle of a picture, in pixels. */
export interface Rectangle {
  readonly top: number;
  readonly left: number;
  readonly height: number;
  readonly width: number;
}

/**
 * Takes a rectangle out of a picture. Where it goes beyond the right or lower edge, the picture is
 * mirrored there, edge pixels not repeated, as often as it takes.
 *
 * Shape: [1, H, W, C] → [1, height, width, C]
 */
export function cutMirrored(image: HostTensor, area: Rectangle): HostTensor<'float32'> {
  const [, height = 0, width = 0, channels = 0] = image.shape;
  const columns = Int32Array.from({ length: area.width }, (_, column) =>
    mirroredIndex(area.left + column, width),
  );
  const values = new Float32Array(area.height * area.width * channels);
  for (let row = 0; row < area.height; row++) {
    const from = mirroredIndex(area.top + row, height) * width;
    const to = row * area.width;
    for (let column = 0; column < area.width; column++) {
      const source = (from + columns[column]!) * channels;
      const target = (to + column) * channels;
      for (let channel = 0; channel < channels; channel++) {
        values[target + channel] = image.data[source + channel]!;
      }
    }
  }
  return hostTensor([1, area.height, area.width, channels], values);
}

/** The place 0 … length − 1 that index shows when a row is mirrored at both of its ends. */
export function mirroredIndex(index: number, length: number): number {
  if (length === 1) return 0;
  const period = 2 * (length - 1);
  const place = index % period;
  return place < length ? place : period - place;
}
