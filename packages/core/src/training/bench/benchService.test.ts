import { describe, expect, it } from 'vitest';
import { serveMeasurements, type BenchHello } from './benchService.ts';

const hello: BenchHello = {
  name: 'tiny',
  engine: 'paper',
  threads: 1,
  kinds: [{ name: 'walk', title: 'Walk' }],
  config: { batchSize: 2 },
};

async function serve(...lines: string[]): Promise<unknown[]> {
  const printed: unknown[] = [];
  const asked: string[] = [];
  const measurable = {
    prepare: (kind: string) => Promise.resolve(`prepared ${asked.push(kind)}`),
    run: (steps: number) => Promise.resolve(10 * steps),
  };
  async function* requests(): AsyncGenerator<string> {
    for (const line of lines) yield await Promise.resolve(line);
  }
  await serveMeasurements(hello, measurable, requests(), (line) => printed.push(JSON.parse(line)));
  return printed;
}

describe('serveMeasurements', () => {
  it('says hello, answers each line in turn and ends with the requests', async () => {
    const answers = await serve('{"prepare": "walk"}', '{"run": 3}', '{"memory": true}');
    expect(answers.slice(0, 3)).toEqual([hello, { prepared: 'prepared 1' }, { milliseconds: 30 }]);
    const { peakBytes } = answers[3] as { peakBytes: number };
    expect(peakBytes).toBeGreaterThan(1e7);
    expect(peakBytes).toBeLessThan(1e11);
  });

  it.each(['{"run": 0}', '{"walk": 1}', 'hello'])('refuses %s', async (line) => {
    await expect(serve(line)).rejects.toThrow(
      'bench: expected a line {"prepare": kind}, {"run": steps} or {"memory": true}, ' +
        `received ${line}.`,
    );
  });
});
