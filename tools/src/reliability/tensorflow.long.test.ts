import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { findTensorFlowBinding } from '@gan-zoo/compiler';
import { loadCheckpoint, runFolderAt } from '@gan-zoo/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newRunWords, prepareTiny, startApp, type TinyTraining } from './tinyTraining.ts';

describe.skipIf(findTensorFlowBinding() === undefined)('a training on TensorFlow', () => {
  const steps = 50;
  let training: TinyTraining;

  beforeAll(async () => {
    const folder = await mkdtemp(join(tmpdir(), 'gan-zoo-tensorflow-'));
    training = { app: 'anime-dcgan', folder, backend: 'tfjs-node-gpu', threads: 1 };
    await prepareTiny(training);
  });

  afterAll(() => rm(training.folder, { recursive: true, force: true }));

  const words = (out: string): string =>
    `${newRunWords(training)} --save-every-steps 5 --keep-last 100 --no-kid --steps ${steps} --out ${out}`;

  const train = async (call: string): Promise<void> => {
    const { code, stderr } = await startApp(training, call).ended;
    expect(code, stderr).toBe(0);
  };

  it('goes on after kill -9 to the same bytes as one that never stopped', async () => {
    const killed = runFolderAt(join(training.folder, 'killed'));
    const { child, ended } = startApp(training, words('killed'));
    while (!existsSync(killed.checkpoint(20)) && child.exitCode === null) await delay(20);
    child.kill('SIGKILL');
    const { code, stderr } = await ended;
    expect(code, stderr).toBeNull();
    await train('train --resume killed');
    await train(words('whole'));
    const whole = runFolderAt(join(training.folder, 'whole'));
    const bytes = await readFile(whole.checkpoint(steps));
    expect(bytes.equals(await readFile(killed.checkpoint(steps)))).toBe(true);
    const first = await loadCheckpoint(whole.checkpoint(5));
    const last = await loadCheckpoint(whole.checkpoint(steps));
    expect(first!.state).not.toEqual(last!.state);
  });
});
