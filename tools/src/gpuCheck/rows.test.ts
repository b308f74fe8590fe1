import { describe, expect, it } from 'vitest';
import { checkedBackends, type CheckedBackend } from './checkedBackends.ts';
import { fakeProgram } from './fakeProgram.ts';
import { measureSpeed } from './speedRow.ts';
import { startRow, type Blocked } from './startRow.ts';
import { verifyRow } from './verifyRow.ts';

const limit = { seconds: 100, longestSeconds: 100, signal: new AbortController().signal };
const backend = (name: string): CheckedBackend =>
  checkedBackends.find((each) => each.name === name)!;

/** A `verify` that finds a difference, and judges it by the tolerance that it is given. */
const verifying = (differences: Readonly<Record<string, number>>) => {
  const asked: string[] = [];
  const call = (tolerance: number, environment: Readonly<Record<string, string>>) => {
    const mode = environment['NVIDIA_TF32_OVERRIDE'] === '0' ? 'without' : 'with';
    asked.push(`${mode} TF32, ${tolerance}`);
    const rows = `part tensor largest relative rounding step
loss      discriminatorLoss  1.19e-7  9.07e-8  1
gradient  main.0.weight  3.80e-7  ${differences[mode]}  4.00e-9  1`;
    const code = differences[mode]! > tolerance ? 1 : 0;
    return fakeProgram(`console.log(${JSON.stringify(rows)}); process.exitCode = ${code}`);
  };
  return { asked, call };
};

describe('verifyRow', () => {
  it('takes what TF32 rounds as agreement', async () => {
    const { asked, call } = verifying({ with: 0.02 });
    const result = await verifyRow('pix2pix', backend('onnx-cuda'), call).run(limit);
    expect(result).toEqual({ cells: ['agrees', '2.0e-2', '0.05'] });
    expect(asked).toEqual(['with TF32, 0.05']);
  });

  it('verifies without TF32 what differs by more', async () => {
    const { asked, call } = verifying({ with: 0.3, without: 1e-5 });
    const result = await verifyRow('pix2pix', backend('onnx-cuda'), call).run(limit);
    expect(result).toEqual({
      cells: ['agrees', '1.0e-5', '0.001'],
      note: 'only without TF32; with it 3.0e-1 off',
    });
    expect(asked).toEqual(['with TF32, 0.05', 'without TF32, 0.001']);
  });

  it('tells wrong numbers from rounding', async () => {
    const { call } = verifying({ with: 0.3, without: 0.25 });
    expect(await verifyRow('pix2pix', backend('onnx-cuda'), call).run(limit)).toEqual({
      cells: ['differs', '2.5e-1', '0.001'],
      note: 'most in main.0.weight',
      disagrees: true,
    });
    const cpu = verifying({ with: 0.002 });
    const result = await verifyRow('pix2pix', backend('onnx-cpu'), cpu.call).run(limit);
    expect(result.disagrees).toBe(true);
    expect(cpu.asked).toEqual(['with TF32, 0.0001']);
  });

  it('is no verdict when there is none', async () => {
    const call = () =>
      fakeProgram("console.error('error: out of memory. Sorry.'); process.exit(1)");
    await expect(verifyRow('pix2pix', backend('onnx-cuda'), call).run(limit)).rejects.toThrow(
      /^out of memory$/,
    );
  });
});

describe('startRow', () => {
  const start = async (name: string, hasGpu: boolean, source: string) => {
    const blocked: Blocked = new Map();
    const result = await startRow(backend(name), hasGpu, blocked, fakeProgram(source)).run(limit);
    return { ...result, why: blocked.get(name) };
  };
  const answer = (content: object) => `console.log(JSON.stringify(${JSON.stringify(content)}))`;
  const failing = "console.error('error: no adapter. Buy one.'); process.exitCode = 1";

  it('lets the other rows of a backend that starts run', async () => {
    expect(await start('onnx-cuda', true, answer({ difference: 0 }))).toEqual({
      cells: ['yes', 'the GPU'],
      why: undefined,
    });
  });

  it('tells a GPU that fails from none', async () => {
    const cells = ['no', '–'];
    expect(await start('onnx-webgpu', true, failing)).toEqual({
      ...{ cells, note: 'no adapter', why: 'did not start' },
    });
    expect(await start('onnx-webgpu', false, failing)).toEqual({
      ...{ cells, note: 'no GPU: no adapter', why: 'no GPU' },
    });
  });

  it('says when TensorFlow computes on the processor', async () => {
    const source = answer({ difference: 0, isOnGpu: false });
    const cells = ['yes', 'the processor'];
    expect(await start('tfjs-node-gpu', false, source)).toEqual({
      ...{ cells, note: 'no GPU', why: 'no GPU' },
    });
    expect(await start('tfjs-node-gpu', true, source)).toMatchObject({
      why: 'computes on the processor',
    });
  });
});

describe('measureSpeed', () => {
  /** Answers like a program of 100 ms a step, and counts its steps. */
  const served = `
    let steps = 0;
    const say = (content) => console.log(JSON.stringify(content));
    say({ name: 'walker', engine: 'legs', kinds: [], config: {} });
    require('node:readline').createInterface({ input: process.stdin }).on('line', (line) => {
      const request = JSON.parse(line);
      if (request.prepare) say({ prepared: 'fast' });
      else if (request.run) say({ milliseconds: 100 + 0 * (steps += request.run) });
      else say({ peakBytes: 1e6 * steps });
    });`;
  const measure = (seconds: number) =>
    measureSpeed(
      { call: fakeProgram(served), kind: 'walk', steps: 200, hasGpu: false },
      { ...limit, seconds },
    );

  it('takes all steps where there is time', async () => {
    expect(await measure(1000)).toEqual({
      cells: ['100.00', '200', '202 MB', '–'],
      note: 'legs',
    });
  });

  it('takes fewer in less time', async () => {
    const steps = Number((await measure(10)).cells[1]);
    expect(steps).toBeGreaterThanOrEqual(10);
    expect(steps).toBeLessThanOrEqual(70);
  });
});
