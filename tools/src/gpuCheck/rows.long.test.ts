import { describe, expect, it } from 'vitest';
import { copyRow, turnsRow } from './choiceRows.ts';

const limit = { seconds: 100, longestSeconds: 100, signal: new AbortController().signal };

describe('rows of choices', () => {
  const options = {
    ...{ apps: ['anime-dcgan'], preset: 'small', threads: 1, rounds: 1, stepsPerRound: 1 },
  };

  it('times a step with an option of ONNX Runtime that the app has no flag for', async () => {
    const choice = {
      backend: 'onnx-cpu',
      title: 'convolutions and memory pattern',
      runtime: { convolutions: 'native', sessionOptions: { enableMemPattern: true } },
    } as const;
    const { cells } = await turnsRow('anime-dcgan', choice, options).run(limit);
    const [now, instead, ratio] = cells.map((cell) => Number.parseFloat(cell));
    expect(ratio).toBeCloseTo(instead! / now!, 1);
    expect(cells[2]).toMatch(/^[\d.]+ \([\d.]+–[\d.]+\)$/);
  });

  it("times what moving the app's state takes", async () => {
    const { cells, note } = await copyRow('anime-dcgan', options, 'onnx-cpu').run(limit);
    expect(cells[0]).toMatch(/^[\d.]+ ms of copying$/);
    expect(cells.slice(1)).toEqual(['not implemented', '–']);
    expect(note).toMatch(/^20 MB there and back with one product per number, [\d.]+ [MG]B\/s$/);
  });
});
