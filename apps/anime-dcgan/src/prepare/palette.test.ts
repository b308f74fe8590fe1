import { describe, expect, it } from 'vitest';
import { backgroundColors, contrasting, darken, hairColors, skinColors } from './palette.ts';

describe('contrasting', () => {
  it('keeps the colours that are far from all others', () => {
    expect(contrasting(['000000', 'ffffff', '0000ff'], ['101010'])).toEqual(['ffffff', '0000ff']);
    expect(contrasting(['000000', 'ffffff', '0000ff'], ['101010', 'f0f0f0'])).toEqual(['0000ff']);
  });

  it('measures the distance in RGB', () => {
    expect(contrasting(['000000', '003c00'], ['000000'], 60)).toEqual(['003c00']);
    expect(contrasting(['000001', '003c00'], ['000000'], 61)).toEqual(['000001', '003c00']);
  });

  it('returns the whole palette if nothing is far enough', () => {
    expect(contrasting(['000000', '010101'], ['000000'])).toEqual(['000000', '010101']);
  });

  it('leaves a choice for every skin', () => {
    for (const skin of skinColors) {
      const hair = contrasting(hairColors, [skin]);
      expect(hair.length).toBeGreaterThanOrEqual(8);
      for (const color of hair) {
        const grounds = contrasting(backgroundColors, [skin, color], 40);
        expect(grounds.length).toBeGreaterThanOrEqual(4);
      }
    }
  });
});

describe('darken', () => {
  it('mixes with black', () => {
    expect(darken('ff8002', 0)).toBe('ff8002');
    expect(darken('ff8002', 0.5)).toBe('804001');
    expect(darken('ff8002', 1)).toBe('000000');
  });
});
