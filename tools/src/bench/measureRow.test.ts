import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { measureRow } from './measureRow.ts';
import { startMeasured, type ProgramCall } from './measuredProcess.ts';

/** Speaks the protocol, and writes down in a shared file what it was asked. */
const program = `
const { appendFileSync } = require('node:fs');
const [name, file, milliseconds] = process.argv.slice(1);
const say = (content) => console.log(JSON.stringify(content));
say({ name, engine: 'fake', kinds: [], config: {} });
require('node:readline').createInterface({ input: process.stdin }).on('line', (line) => {
  const request = JSON.parse(line);
  appendFileSync(file, name + ' ' + line + '\\n');
  if (request.prepare === 'broken') {
    console.error('no such kind');
    process.exit(3);
  }
  if (request.prepare) say({ prepared: 'fast' });
  else if (request.run) say({ milliseconds: Number(milliseconds) });
  else say({ peakBytes: 7 });
});`;

let folder: string;
let log: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bench-'));
  log = join(folder, 'log');
});
afterAll(() => rm(folder, { recursive: true }));

const call = (name: string, milliseconds: number): ProgramCall => ({
  command: process.execPath,
  words: ['-e', program, name, log, String(milliseconds)],
});

describe('measureRow', () => {
  it('warms both up, then times them in turns, then asks for their memory', async () => {
    const rounds: number[] = [];
    const result = await measureRow({
      kind: 'walk',
      rounds: 2,
      stepsPerRound: 3,
      ours: call('ours', 5),
      theirs: call('theirs', 8),
      onRound: (round) => rounds.push(round),
    });
    expect(result).toEqual({
      ours: { times: [5, 5], peakBytes: 7, variant: 'fast' },
      theirs: { times: [8, 8], peakBytes: 7, variant: 'fast' },
    });
    expect(rounds).toEqual([1, 2]);
    expect((await readFile(log, 'utf8')).trim().split('\n')).toEqual([
      'ours {"prepare":"walk"}',
      'theirs {"prepare":"walk"}',
      'ours {"run":3}',
      'theirs {"run":3}',
      'ours {"run":3}',
      'theirs {"run":3}',
      'ours {"memory":true}',
      'theirs {"memory":true}',
    ]);
  });

  it('measures one program alone', async () => {
    const result = await measureRow({
      kind: 'walk',
      rounds: 1,
      stepsPerRound: 1,
      ours: call('ours', 5),
    });
    expect(result).toEqual({ ours: { times: [5], peakBytes: 7, variant: 'fast' } });
  });

  it("passes on a failing program's last words", async () => {
    const row = measureRow({ kind: 'broken', rounds: 1, stepsPerRound: 1, ours: call('ours', 5) });
    await expect(row).rejects.toThrow(/it ended with exit code 3\.\nno such kind$/);
  });
});

describe('startMeasured', () => {
  it('says which command cannot be started', async () => {
    const missing = join(folder, 'missing');
    await expect(startMeasured({ command: missing, words: [] })).rejects.toThrow(
      `bench: expected an answer of \`${missing}\`, it ended with spawn ${missing} ENOENT.`,
    );
  });
});
