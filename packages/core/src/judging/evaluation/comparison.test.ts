import { describe, expect, it } from 'vitest';
import {
  compareWithBaselines,
  formatComparison,
  translationMeasures,
  type MethodResult,
} from './comparison.ts';

const results: MethodResult[] = [
  {
    name: 'model',
    isBaseline: false,
    measures: { l1: 0.05, psnr: 21, ssim: 0.8, kid: 0.04, cycle: 0.03 },
    kidDeviation: 0.002,
  },
  { name: 'identity', isBaseline: true, measures: { l1: 0.1, psnr: 22, ssim: 0.8, kid: 0.09 } },
  { name: 'mean colours', isBaseline: true, measures: { l1: 0.08, psnr: 20, ssim: 0.9 } },
];

describe('formatComparison', () => {
  it('has a row for every method and a column for what was measured', () => {
    expect(formatComparison(results, translationMeasures)).toEqual([
      '                  L1  PSNR (dB)    SSIM              KID  cycle L1',
      'model         0.0500      21.00  0.8000  0.0400 ± 0.0020    0.0300',
      'identity      0.1000      22.00  0.8000           0.0900         –',
      'mean colours  0.0800      20.00  0.9000                –         –',
    ]);
    expect(
      formatComparison(
        [{ name: 'a', isBaseline: true, measures: { ssim: 1 } }],
        translationMeasures,
      ),
    ).toEqual(['     SSIM', 'a  1.0000']);
  });
});

describe('compareWithBaselines', () => {
  it('says what the model beats and what it does not; a draw is no win', () => {
    expect(compareWithBaselines(results, translationMeasures)).toEqual([
      'L1: model (0.0500) beats identity (0.1000) and mean colours (0.0800).',
      'PSNR (dB): model (21.00) does not beat identity (22.00), only mean colours (20.00).',
      'SSIM: model (0.8000) does not beat identity (0.8000) and mean colours (0.9000).',
      'KID: model (0.0400 ± 0.0020) beats identity (0.0900).',
    ]);
    expect(compareWithBaselines(results.slice(0, 1), translationMeasures)).toEqual([]);
  });

  it('goes by the measures that it is given', () => {
    const table = {
      extra: { title: 'too much', better: 'lower', digits: 1, counts: true },
      read: { title: 'read', better: 'higher', digits: 2, counts: true },
    } as const;
    const [ours, other] = [0.25, 0.5].map((value, at) => ({
      ...{ name: at === 0 ? 'ours' : 'other', isBaseline: at === 1 },
      measures: { extra: value, read: value },
    }));
    expect(formatComparison([ours!], table)).toEqual([
      '      too much  read',
      'ours       0.3  0.25',
    ]);
    expect(compareWithBaselines([ours!, other!], table)).toEqual([
      'too much: ours (0.3) beats other (0.5).',
      'read: ours (0.25) does not beat other (0.50).',
    ]);
  });
});
