import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hostTensor, type TrainStep } from '@gan-zoo/compiler';
import * as tf from '@tensorflow/tfjs';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { fields, runCli } from '../cli/index.ts';
import { savePng } from '../images/index.ts';
import { readMetrics, runFolderAt } from '../run/index.ts';
import type { GanDefinition } from './definition.ts';
import { trainCommand } from './trainCommand.ts';
import { trainFields } from './trainFields.ts';
import { verifyCommand } from './verifyCommand.ts';

interface State {
  readonly colour: tf.Tensor1D;
}

interface Batch {
  readonly images: tf.Tensor4D;
  readonly noise: tf.Tensor1D;
}

const schema = z.object({
  ...trainFields,
  data: fields.data.default('pictures'),
  epochs: fields.epochs.default(2),
  batchSize: fields.batchSize.default(4),
  rate: z.number().default(0.1).describe('Share of the way to go at each step'),
});
type Config = z.output<typeof schema>;

/** Learns the mean colour of its pictures; the noise shows whether random numbers repeat. */
const createTrainStep =
  ({ rate }: Config): TrainStep<State, Batch> =>
  ({ colour }, { images, noise }) => {
    const distance = tf.sub(tf.mean(images, [0, 1, 2]), colour);
    const next = tf.add(colour, tf.mul(tf.add(distance, tf.mul(noise, 0.01)), rate));
    return {
      state: { colour: next as tf.Tensor1D },
      metrics: { loss: tf.mean(tf.square(distance)) },
      images: {},
    };
  };

const definition: GanDefinition<Config, State, Batch> = {
  name: 'mean-colour',
  version: '1.0.0',
  schema,
  presets: { usual: { description: 'As it is', values: {} } },
  defaultPreset: 'usual',
  initState: (_config, random) => ({
    colour: hostTensor([3], random.stream('init').at(0).normals(3)),
  }),
  createTrainStep,
  openBatches: async ({ data: folder }, { random, ...tools }) => {
    const source = await tools.images({ folder, imageSize: 8, flip: true });
    return {
      stepsPerEpoch: source.stepsPerEpoch,
      batchAt: async (step) => ({
        images: await source.batchAt(step),
        noise: hostTensor([3], random.stream('noise').at(step).normals(3)),
      }),
      close: () => source.close(),
    };
  },
  sample: {
    inputs: () =>
      Promise.resolve({ ones: hostTensor([2, 8, 8, 3], new Float32Array(384).fill(1)) }),
    select: ({ colour }) => ({ colour }),
    draw: () =>
      ((selected: State, { ones }: { ones: tf.Tensor }) => ({
        fakeImages: tf.mul(ones, selected.colour),
      })) as never,
    grids: [{ columns: ['fakeImages'] }],
    fakes: [],
  },
  references: () => Promise.resolve({}),
  discriminators: [],
  plots: [{ name: 'losses', title: 'Loss', yLabel: 'loss', metrics: ['loss'] }],
  tinyConfig: {},
};

let root: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'gan-zoo-train-'));
  vi.stubEnv('GAN_ZOO_CACHE', join(root, 'cache'));
  for (let picture = 0; picture < 14; picture++) {
    const data = Uint8Array.from({ length: 8 * 8 * 3 }, (_, i) => (i * 7 + picture * 31) % 256);
    await savePng(join(root, 'pictures', `${picture}.png`), {
      width: 8,
      height: 8,
      channels: 3,
      data,
    });
  }
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
    commands: [trainCommand(gan, []), verifyCommand(gan)],
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

  it('goes on from any step as if it had never stopped', async () => {
    await train('parts', ' --steps 4');
    const { code, stderr } = await call(`train --resume ${backend}-parts --steps 6`);
    expect([code, stderr]).toEqual([0, expect.stringContaining('Resuming step 4')]);
    const [resumed, whole] = await Promise.all(
      ['parts', 'whole'].map(
        async (name) => (await readMetrics(run(`${backend}-${name}`).metrics)).records,
      ),
    );
    const losses = (records: typeof whole) => records!.map(({ step, loss }) => [step, loss]);
    expect(losses(resumed)).toEqual(losses(whole));
    // The configurations differ in the number of steps that was asked for; the states must not.
    const dataOf = (file: Buffer) => file.subarray(8 + Number(file.readBigUInt64LE(0)));
    const [a, b] = [
      await lastCheckpoint(`${backend}-parts`),
      await lastCheckpoint(`${backend}-whole`),
    ];
    expect(dataOf(a)).toEqual(dataOf(b));
  });
});

describe('train', () => {
  it('stops at a loss that is not a number, and keeps the last checkpoint', async () => {
    const { code, stderr } = await call(
      'train --out wild --rate 1e30 --save-every-epochs 1 --epochs 9',
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
    const { code, stdout } = await call('train --dry-run --rate 0.5');
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ rate: 0.5, batchSize: 4 });
  });
});

describe('verify', () => {
  it('agrees, as a table on stdout', async () => {
    const { code, stdout } = await call('verify --steps 3 --threads 1');
    expect(stdout).toMatch(/state\s+colour/);
    expect(stdout).toContain('All 2 tensors agree within 0.0001');
    expect(code).toBe(0);
  });

  it('exits 1 above the tolerance', async () => {
    // Compiled once and eager ever after, this step learns at two rates.
    let calls = 0;
    const wrong: typeof definition = {
      ...definition,
      createTrainStep: (config) => (state, batch) =>
        createTrainStep({ ...config, rate: calls++ === 0 ? 0.2 : 0.1 })(state, batch),
    };
    const { code, stderr } = await call('verify --steps 3 --threads 1', wrong);
    expect(stderr).toContain('verify: expected all differences to be at most 0.0001, found 1');
    expect(code).toBe(1);
  });
});
