import { hostTensor } from '@gan-zoo/compiler';
import { describe, expect, it } from 'vitest';
import { colourStatistics, transferColours } from './colourTransfer.ts';

const pictures = (channels: number, value: (at: number, channel: number) => number) =>
  hostTensor(
    [2, 4, 4, channels],
    Array.from({ length: 32 * channels }, (_, at) =>
      value(Math.floor(at / channels), at % channels),
    ),
  );

describe('colourStatistics', () => {
  it('is the mean and spread of every channel over all pictures', () => {
    const { mean, standardDeviation } = colourStatistics(
      pictures(3, (at, channel) => (channel === 1 ? 0.5 : at % 2 === 0 ? -0.25 : 0.75)),
    );
    expect(mean).toEqual([0.25, 0.5, 0.25]);
    expect(standardDeviation).toEqual([0.5, 0, 0.5]);
    expect(() => colourStatistics(hostTensor([2, 3]))).toThrow(
      'colourStatistics: expected pictures [N, H, W, C], received [2, 3].',
    );
  });
});

describe('transferColours', () => {
  it("gives one domain the other's mean and spread", () => {
    const a = pictures(3, (at, channel) => Math.sin(at * (channel + 1)) * 0.2 - 0.3);
    const b = pictures(3, (at, channel) => Math.cos(at * 1.7) * 0.1 * (channel + 1) + 0.2);
    const [from, to] = [colourStatistics(a), colourStatistics(b)];
    const received = colourStatistics(transferColours(a, from, to));
    received.mean.forEach((value, at) => expect(value).toBeCloseTo(to.mean[at]!, 5));
    received.standardDeviation.forEach((value, at) =>
      expect(value).toBeCloseTo(to.standardDeviation[at]!, 5),
    );
  });

  it('stays in range, and leaves a domain of one colour at the mean', () => {
    const flat = pictures(1, () => 0.3);
    const wide = { mean: [0.9], standardDeviation: [2] };
    const statistics = colourStatistics(flat);
    const moved = transferColours(flat, statistics, { mean: [0.5], standardDeviation: [0] });
    moved.data.forEach((value) => expect(value).toBeCloseTo(0.5, 6));
    const contrast = pictures(1, (at) => (at % 2) - 0.5);
    const cut = transferColours(contrast, colourStatistics(contrast), wide);
    expect(new Set(cut.data)).toEqual(new Set([-1, 1]));
  });

  it('goes between grey and colour', () => {
    const grey = pictures(1, (at) => (at % 2 === 0 ? -0.5 : 0.5));
    const colour = pictures(3, (at, channel) => (at % 2 === 0 ? -0.1 : 0.1) * (channel + 1));
    const [one, three] = [colourStatistics(grey), colourStatistics(colour)];
    const coloured = transferColours(grey, one, three);
    expect(coloured.shape).toEqual([2, 4, 4, 3]);
    // Deviations .1, .2 and .3 have the mean .2.
    expect([...coloured.data.slice(0, 6)].map((value) => value.toFixed(4))).toEqual([
      '-0.2000',
      '-0.2000',
      '-0.2000',
      '0.2000',
      '0.2000',
      '0.2000',
    ]);
    const greyed = transferColours(colour, three, one);
    expect(greyed.shape).toEqual([2, 4, 4, 1]);
    expect([...greyed.data.slice(0, 2)].map((value) => value.toFixed(4))).toEqual([
      '-0.5000',
      '0.5000',
    ]);
  });
});
