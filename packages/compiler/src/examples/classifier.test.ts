import { readFile } from 'node:fs/promises';
import { expect, it, vi } from 'vitest';

const read = (path: string): Promise<string> => readFile(new URL(path, import.meta.url), 'utf8');

it("is the README's example, from which it differs in one import", async () => {
  const readme = await read('../../README.md');
  const [, shown] = /```ts title="classifier.ts"\n(.*?)```/s.exec(readme)!;
  const [, ...lines] = (await read('classifier.ts')).split('\n');
  expect(shown).toBe(lines.join('\n').replace("'../index.ts'", "'@gan-zoo/compiler'"));
});

it('learns to tell two classes that no straight line separates', async () => {
  const log = vi.spyOn(console, 'log').mockReturnValue();
  try {
    await import('./classifier.ts');
    const [metrics] = log.mock.lastCall as [Record<'loss' | 'accuracy', number>];
    expect(metrics.accuracy).toBeGreaterThan(0.95);
    expect(metrics.loss).toBeLessThan(0.2);
  } finally {
    log.mockRestore();
  }
});
