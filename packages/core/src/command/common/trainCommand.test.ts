import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { runCli } from '../cli/index.ts';
import { readMetrics, runFolderAt } from '../../training/run/index.ts';
import { meanColour, saveNoisePictures } from '../../testing/index.ts';
import { trainCommand } from './trainCommand.ts';
import { verifyCommand } from './verifyCommand.ts';

const definition = meanColour;

let root: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'gan-zoo-train-'));
  vi.stubEnv('GAN_ZOO_CACHE', join(root, 'cache'));
  await saveNoisePictures(join(root, 'pictures'), 14, 8);
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await rm(root, { recursive: true, force: true });
});

async function call(
  words: string,
  gan = definition,
): Promise<{ code: number; stderr: string; stdout: string }> {
  let [stdout, stderr] = ['', ''];
  const code = await runCli({
    name: definition.name,
    description: '',
    version: definition.version,
    commands: [trainCommand(gan, [], []), verifyCommand(gan)],
    argv: words.split(' '),
    env: { INIT_CWD: root },
    stdout: { write: (text) => (stdout += text) },
    stderr: { write: (text) => (stderr += text) },
  });
  return { code, stdout, stderr };
}

const run = (name: string) => runFolderAt(join(root, name));
const lastCheckpoint = (name: string) => readFile(run(name).latestCheckpoint()!.path);

describe.each(['onnx-cpu', 'tfjs-cpu'])('train on %s', (backend) => {
  const train = (name: string, more = '') =>
    call(
      `train --backend ${backend} --out ${backend}-${name} --plot-every-steps 2 --save-every-epochs 1${more}`,
    );

  it('writes a whole run folder', async () => {
    const { code, stderr } = await train('whole');
    expect(stderr).toContain('Trained to step 6');
    expect(code).toBe(0);
    const folder = run(`${backend}-whole`);
    expect(folder.listCheckpoints().map(({ step }) => step)).toEqual([3, 6]);
    expect(folder.listSamples().map(({ step }) => step)).toEqual([0, 3, 6]);
    const { records } = await readMetrics(folder.metrics);
    expect(records.map(({ step }) => step)).toEqual([2, 4, 6]);
    expect(records.at(-1)!['loss']!).toBeLessThan(records[0]!['loss']!);
    expect((await sharp(folder.file('losses.png')).metadata()).width).toBe(1800);
    expect((await sharp(folder.file('samples.gif'), { animated: true }).metadata()).pages).toBe(3);
    expect(JSON.parse(await readFile(folder.config, 'utf8'))).toMatchObject({
      app: 'mean-colour',
      preset: 'usual',
      config: { batchSize: 4, seed: 0 },
      machine: { backend },
    });
  });

  it('makes the same bytes of the same seed, and others of another', async () => {
    await train('again');
    await train('other', ' --seed 1');
    expect(await lastCheckpoint(`${backend}-again`)).toEqual(
      await lastCheckpoint(`${backend}-whole`),
    );
    expect(await lastCheckpoint(`${backend}-other`)).not.toEqual(
      await lastCheckpoint(`${backend}-whole`),
    );
  });
});

describe('train', () => {
  it('stops at a loss that is not a number, and keeps the last checkpoint', async () => {
    const { code, stderr } = await call(
      'train --out wild --learning-rate 1e30 --save-every-epochs 1 --epochs 9',
    );
    expect(code).toBe(1);
    expect(stderr).toMatch(/training: loss became (NaN|Infinity) at step \d+\./);
    const { code: second, stderr: again } = await call('train --out wild');
    expect([second, again]).toEqual([1, expect.stringContaining('already holds a run')]);
  });

  it('says what to do about a missing or a small folder', async () => {
    expect((await call('train --data nowhere')).stderr).toContain('nowhere');
    const { code, stderr } = await call('train --batch-size 32');
    expect(code).toBe(1);
    expect(stderr).toMatch(/expected at least 32 images \(one batch\).*found 14/s);
  });

  it('prints the resolved options and starts nothing with --dry-run', async () => {
    const { code, stdout } = await call('train --dry-run --learning-rate 0.5');
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ learningRate: 0.5, batchSize: 4 });
  });
});

describe('verify', () => {
  it('agrees, as a table on stdout', async () => {
    const { code, stdout } = await call('verify --steps 3 --threads 1');
    expect(stdout).toMatch(/state\s+colour/);
    expect(stdout).toContain('All 3 tensors agree within 0.0001');
    expect(code).toBe(0);
  });

  it('exits 1 above the tolerance', async () => {
    // Compiled once and eager ever after, this step learns at two rates.
    let calls = 0;
    const wrong: typeof definition = {
      ...definition,
      createTrainStep: (config) => (state, batch) =>
        definition.createTrainStep({ ...config, learningRate: calls++ === 0 ? 0.2 : 0.1 })(
          state,
          batch,
        ),
    };
    const { code, stderr } = await call('verify --steps 3 --threads 1', wrong);
    expect(stderr).toContain('verify: expected all differences to be at most 0.0001, found 1');
    expect(code).toBe(1);
  });
});
