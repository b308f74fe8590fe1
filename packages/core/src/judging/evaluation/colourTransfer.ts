import { hostTensor, UserError, type HostTensor } from '@gan-zoo/compiler';

/** Mean and standard deviation of every channel over all pixels of a set of pictures. */
export interface ColourStatistics {
  readonly mean: readonly number[];
  readonly standardDeviation: readonly number[];
}

/**
 * Measures the colours of a set of pictures.
 *
 * Shape: [N, H, W, C] with at least one value
 *
 * @throws UserError for other shapes
 */
export function colourStatistics(images: HostTensor): ColourStatistics {
  const channels = images.shape[3] ?? 0;
  if (images.shape.length !== 4 || images.data.length === 0) {
    throw new UserError(
      `colourStatistics: expected pictures [N, H, W, C], received [${images.shape.join(', ')}].`,
    );
  }
  const pixels = images.data.length / channels;
  const sums = new Float64Array(channels);
  images.data.forEach((value, at) => (sums[at % channels]! += value));
  const mean = [...sums].map((sum) => sum / pixels);
  const squares = new Float64Array(channels);
  images.data.forEach(
    (value, at) => (squares[at % channels]! += (value - mean[at % channels]!) ** 2),
  );
  return { mean, standardDeviation: [...squares].map((sum) => Math.sqrt(sum / pixels)) };
}

/**
 * The simplest translation that learns from unpaired pictures: shifts and scales every channel so
 * that one domain's mean and spread of colours become the other's, (x − μ₁)·σ₂/σ₁ + μ₂, cut off
 * at −1 and 1. After Reinhard et al. 2001, but in RGB, and with one map for a whole domain. A
 * translation network that does not beat it has learned no more than a tint.
 *
 * Between 1 and 3 channels, the grey one is what all three share, or their mean.
 *
 * Shape: [N, H, W, C] → [N, H, W, channels of `to`]
 */
export function transferColours(
  images: HostTensor,
  from: ColourStatistics,
  to: ColourStatistics,
): HostTensor<'float32'> {
  const [count = 0, height = 0, width = 0, channels = 0] = images.shape;
  const outChannels = to.mean.length;
  const pixels = count * height * width;
  const values = new Float32Array(pixels * outChannels);
  const maps = from.mean.map((mean, channel) => {
    const target = channels === outChannels ? [channel] : to.mean.map((_, index) => index);
    const average = (list: readonly number[]): number =>
      target.reduce((sum, index) => sum + list[index]!, 0) / target.length;
    const scale = average(to.standardDeviation) / Math.max(from.standardDeviation[channel]!, 1e-6);
    return { mean, scale, target: average(to.mean) };
  });
  for (let pixel = 0; pixel < pixels; pixel++) {
    const moved = maps.map(({ mean, scale, target }, channel) => {
      const value = (images.data[pixel * channels + channel]! - mean) * scale + target;
      return Math.min(1, Math.max(-1, value));
    });
    const grey = moved.reduce((sum, value) => sum + value, 0) / channels;
    for (let channel = 0; channel < outChannels; channel++) {
      values[pixel * outChannels + channel] = channels === outChannels ? moved[channel]! : grey;
    }
  }
  return hostTensor([count, height, width, outChannels], values);
}
