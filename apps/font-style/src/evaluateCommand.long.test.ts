import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { evaluateCommand } from './evaluateCommand.ts';
import { smallGlyphSet } from './fixtures/smallGlyphSet.ts';
import { runCommand, trainedRun } from './fixtures/trainedRun.ts';

type Measures = Readonly<Record<string, number>>;

interface Report {
  readonly styles: readonly { readonly methods: readonly { readonly measures: Measures }[] }[];
}

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gan-zoo-evaluate-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('evaluate', () => {
  it('asks whether characters are right where fonts show others of theirs', async () => {
    const data = await smallGlyphSet(folder, 64, 'pairs');
    const run = await trainedRun(folder, data, { method: 'bicycle' });
    const words = ['evaluate', '--run', run, '--threads', '1'];
    const { code, text } = await runCommand(evaluateCommand, folder, words);
    expect(code).toBe(0);
    const report = await readFile(join(run, 'evaluation', 'step-1', 'evaluation.json'), 'utf8');
    const { styles, diversity } = JSON.parse(report) as Report & {
      readonly diversity: { readonly random: Measures; readonly ours: Measures };
    };
    const { methods } = styles[0]!;
    for (const { measures } of methods) expect(measures['characterAccuracy']).toBeTypeOf('number');
    expect(text).toMatch(/^ +L1 .* character/m);
    expect(text).toContain(
      `Characters told right: ${diversity.random['characterAccuracy']!.toFixed(3)} in random styles, ` +
        `${diversity.ours['characterAccuracy']!.toFixed(3)} in the fonts'.`,
    );
  });
});
