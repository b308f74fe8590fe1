import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { UserError } from '@gan-zoo/compiler';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { readMetrics, truncateMetrics } from './metrics.ts';
import { openMetricsWriter } from './metricsWriter.ts';

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'metrics-'));
  path = join(folder, 'metrics.jsonl');
});
afterEach(() => rmSync(folder, { recursive: true }));

const content = () => readFileSync(path, 'utf8');

describe('openMetricsWriter', () => {
  it('writes one object a line, when asked', () => {
    const writer = openMetricsWriter(path);
    writer.append({ step: 1, epoch: 0, seconds: 0.5, imagesPerSecond: 128, lossD: 0.7 });
    writer.append({ step: 2, lossD: NaN, lossG: Infinity, score: -Infinity });
    expect(content()).toBe('');
    writer.flush();
    expect(content()).toBe(
      '{"step":1,"epoch":0,"seconds":0.5,"imagesPerSecond":128,"lossD":0.7}\n' +
        '{"step":2,"lossD":"NaN","lossG":"Infinity","score":"-Infinity"}\n',
    );
    writer.append({ step: 3 });
    writer.sync();
    expect(content()).toMatch(/\n\{"step":3\}\n$/);
    writer.append({ step: 4 });
    writer.close();
    writer.close();
    writer.flush();
    expect(content()).toMatch(/\n\{"step":4\}\n$/);
  });

  it('goes on at the end of what is there', () => {
    for (const step of [1, 2]) {
      const writer = openMetricsWriter(path);
      writer.append({ step });
      writer.close();
    }
    expect(content()).toBe('{"step":1}\n{"step":2}\n');
  });

  it('writes by itself when much has gathered', () => {
    const writer = openMetricsWriter(path);
    for (let step = 0; statSync(path).size === 0; step++) writer.append({ step, loss: 1 / 3 });
    expect(statSync(path).size).toBeGreaterThanOrEqual(64 * 1024);
    expect(statSync(path).size).toBeLessThan(65 * 1024);
    writer.close();
  });

  it.each([
    ['a half line', '{"step":1}\n', '{"step":2,"lo'],
    ['a whole line without its end', '{"step":1}\n', '{"step":2}'],
    ['only a half line', '', '{"st'],
    ['a half line longer than a block', '{"step":1}\n', 'x'.repeat(200_000)],
    ['nothing', '{"step":1}\n', ''],
  ])('removes %s that a killed process left', (_name, whole, torn) => {
    writeFileSync(path, whole + torn);
    const writer = openMetricsWriter(path);
    writer.append({ step: 5 });
    writer.close();
    expect(content()).toBe(`${whole}{"step":5}\n`);
  });

  it('says when it cannot open the file', () => {
    const missing = join(folder, 'none', 'metrics.jsonl');
    expect(() => openMetricsWriter(missing)).toThrow(
      `cannot write the metrics ${missing}: its folder does not exist. ` +
        'Create the folder, or correct the path (ENOENT).',
    );
    expect(() => openMetricsWriter(folder)).toThrow(/a folder is in its place\. .*\(EISDIR\)\.$/);
  });

  it.runIf(process.platform === 'linux')('says when the disk is full, and keeps the lines', () => {
    const writer = openMetricsWriter('/dev/full');
    writer.append({ step: 1 });
    const flush = () => writer.flush();
    expect(flush).toThrow(UserError);
    expect(flush).toThrow(
      'cannot write the metrics /dev/full: the disk is full. ' +
        'Free some space, or choose another place with --out (ENOSPC).',
    );
    expect(() => writer.close()).toThrow('the disk is full');
    expect(() => writer.close()).not.toThrow();
  });
});

describe('readMetrics', () => {
  it('gives back what was written, NaN and Infinity too', async () => {
    const records = [{ step: 1, lossD: NaN, lossG: Infinity, score: -Infinity }, { step: 2 }];
    const writer = openMetricsWriter(path);
    records.forEach((record) => writer.append(record));
    writer.close();
    expect(await readMetrics(path)).toEqual({ records, tornLine: undefined });
  });

  it('leaves a torn last line out and reports it', async () => {
    for (const torn of ['{"step":2,"loss":0.', '{"step":2}', '\0\0\0']) {
      writeFileSync(path, `{"step":1}\n${torn}`);
      expect(await readMetrics(path)).toEqual({ records: [{ step: 1 }], tornLine: torn });
    }
  });

  it('gives scores of runs before version 0.2 their present names', async () => {
    writeFileSync(path, '{"step":1,"realProbability":0.9,"fakeProbability":0.2,"x":3}\n');
    expect((await readMetrics(path)).records).toEqual([
      { step: 1, realScore: 0.9, fakeScore: 0.2, x: 3 },
    ]);
  });

  it('has no records where no file is', async () => {
    expect(await readMetrics(path)).toEqual({ records: [], tornLine: undefined });
  });

  it.each(['{"step":2,"lo', '{"loss":1}', '[1]', '"step"', 'null', ''])(
    'refuses the line %s in the middle',
    async (line) => {
      writeFileSync(path, `{"step":1}\n${line}\n{"step":3}\n`);
      await expect(readMetrics(path)).rejects.toThrow(
        `${path}, line 2: expected a JSON object with a step, received ${JSON.stringify(line)}. ` +
          'Remove the line, or restore the file.',
      );
    },
  );
});

describe('truncateMetrics', () => {
  it('drops the records after a step, so that a resumed run can write them anew', async () => {
    writeFileSync(path, '{"step":1,"loss":"NaN"}\n{"step":2}\n{"step":3}\n{"step":4}\n{"st');
    expect(await truncateMetrics(path, { step: 2 })).toBe(2);
    expect(content()).toBe('{"step":1,"loss":"NaN"}\n{"step":2}\n');
    const writer = openMetricsWriter(path);
    writer.append({ step: 3 });
    writer.close();
    expect((await readMetrics(path)).records.map(({ step }) => step)).toEqual([1, 2, 3]);
  });

  it('drops the records after a number of them too: partial means of a step that goes on', async () => {
    writeFileSync(path, '{"step":1}\n{"step":2}\n{"step":2,"kid":1}\n');
    expect(await truncateMetrics(path, { step: 2, records: 2 })).toBe(1);
    expect(await truncateMetrics(path, { step: 2, records: 9 })).toBe(0);
    expect(content()).toBe('{"step":1}\n{"step":2}\n');
  });

  it('removes only a torn line when all records stay', async () => {
    writeFileSync(path, '{"step":1}\n{"step":2}');
    expect(await truncateMetrics(path, { step: 9 })).toBe(0);
    expect(content()).toBe('{"step":1}\n');
  });

  it('does not touch a file that is right, nor make one', async () => {
    expect(await truncateMetrics(path, { step: 9 })).toBe(0);
    expect(() => content()).toThrow('ENOENT');
    writeFileSync(path, '{"step":1}\n');
    const before = statSync(path).ino;
    await truncateMetrics(path, { step: 1 });
    expect(statSync(path).ino).toBe(before);
  });

  it('keeps bytes that it does not understand from getting lost', async () => {
    writeFileSync(path, '{"step":1}\nnonsense\n');
    await expect(truncateMetrics(path, { step: 0 })).rejects.toThrow('line 2');
    expect(content()).toBe('{"step":1}\nnonsense\n');
  });
});
