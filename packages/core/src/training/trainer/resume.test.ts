import { cp, mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hostTensor } from '@gan-zoo/compiler';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { runCli } from '../../command/cli/index.ts';
import { readMetrics, readRunConfig, runFolderAt } from '../run/index.ts';
import { meanColour, saveNoisePictures } from '../../testing/index.ts';
import { loadCheckpoint } from '../../model/weights/index.ts';
import type { TrainObserver } from './observer.ts';
import { trainCommand } from '../../command/common/trainCommand.ts';
import { positionOf } from './trainPosition.ts';

let root: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'gan-zoo-resume-'));
  vi.stubEnv('GAN_ZOO_CACHE', join(root, 'cache'));
  await saveNoisePictures(join(root, 'pictures'), 14, 8);
  // Six steps of two epochs.
  expect((await call(`train --out usual ${eager}`)).code).toBe(0);
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await rm(root, { recursive: true, force: true });
});

const eager = '--backend tfjs-cpu --save-every-epochs 1 --plot-every-steps 2';

interface World {
  readonly definition?: typeof meanColour;
  readonly folder?: string;
  readonly observer?: TrainObserver;
}

async function call(
  words: string,
  { definition = meanColour, folder = root, observer }: World = {},
) {
  let stderr = '';
  const observers = observer === undefined ? [] : [{ name: 'observer', create: () => observer }];
  const code = await runCli({
    name: meanColour.name,
    description: '',
    version: meanColour.version,
    commands: [trainCommand(definition, [], observers)],
    argv: words.split(' '),
    env: { INIT_CWD: folder },
    stdout: { write: () => true },
    stderr: { write: (text) => (stderr += text) },
  });
  return { code, stderr };
}

const run = (name: string) => runFolderAt(join(root, name));
const steps = (name: string) =>
  run(name)
    .listCheckpoints()
    .map(({ step }) => step);

/** A copy of the finished run, to do something to. */
async function copyOfUsual(name: string) {
  await cp(join(root, 'usual'), join(root, name), { recursive: true });
  return run(name);
}

describe('--resume with other options', () => {
  it('lists what differs, and goes on when --override names it', async () => {
    const { path } = await copyOfUsual('other');
    const before = await readFile(run('other').config, 'utf8');
    const words = 'train --resume other --epochs 3 --learning-rate 0.2 --batch-size 3';
    const { code, stderr } = await call(words);
    expect(code).toBe(2);
    expect(stderr).toContain(
      `error: --resume: expected the options of ${path}, received others:\n` +
        '  --batch-size: 4 → 3\n  --learning-rate: 0.1 → 0.2\n' +
        'Go on as before without them, or with the change: --override batch-size,learning-rate.\n',
    );
    expect((await call(`${words} --override batch-size`)).stderr).toContain(
      'received others:\n  --learning-rate: 0.1 → 0.2\nGo on',
    );
    expect(await readFile(run('other').config, 'utf8')).toBe(before);
    expect(steps('other')).toEqual([3, 6]);

    const accepted = await call(`${words} --override batch-size,learningRate --keep-last 9`);
    expect(accepted.code, accepted.stderr).toBe(0);
    expect(accepted.stderr).toContain('Changed: --batch-size: 4 → 3\n');
    const { config, resumes } = await readRunConfig(run('other'));
    expect(config).toMatchObject({ batchSize: 3, learningRate: 0.2, epochs: 3, keepLast: 9 });
    expect(resumes).toEqual([
      {
        at: expect.any(String) as string,
        step: 6,
        changes: { batchSize: [4, 3], learningRate: [0.1, 0.2], epochs: [2, 3], keepLast: [3, 9] },
      },
    ]);
    const next = await call('train --resume other --epochs 4');
    expect([next.code, next.stderr]).toEqual([0, expect.stringContaining('Trained to step 16')]);
  });

  it('refuses names that are no options, and fewer epochs', async () => {
    const unknown = await call('train --resume usual --override learning-rat');
    expect([unknown.code, unknown.stderr]).toEqual([
      2,
      expect.stringContaining(
        'error: --override: expected names of options, such as batch-size, or all, received ' +
          '"learning-rat". Did you mean "learning-rate"?',
      ),
    ]);
    const fewer = await call('train --resume usual --epochs 1');
    expect([fewer.code, fewer.stderr]).toEqual([2, expect.stringContaining('--epochs: 2 → 1\n')]);
  });

  it('says that another number of threads may change bytes', async () => {
    await copyOfUsual('threads');
    const { code, stderr } = await call('train --resume threads --epochs 3 --backend onnx-cpu');
    expect(code, stderr).toBe(0);
    expect(stderr).toContain('Changed: --backend: tfjs-cpu → onnx-cpu\n');
    expect(stderr).toMatch(/Other bytes than an unbroken run would have are possible: backend/);
  });

  it('refuses options that make other networks', async () => {
    await copyOfUsual('wider');
    const definition: typeof meanColour = {
      ...meanColour,
      initState: () => ({ colour: hostTensor([4]), ballast: hostTensor([1]) }),
    };
    const words = 'train --resume wider --epochs 3 --batch-size 3 --override all';
    const { code, stderr } = await call(words, { definition });
    expect([code, stderr]).toEqual([
      1,
      expect.stringContaining(
        '--override: expected networks as in the checkpoint of step 6, received others: ' +
          'colour has [4] instead of [3]. Options that change sizes cannot change at a resume',
      ),
    ]);
  });
});

describe('--resume and the data', () => {
  it('finds the folder from anywhere', async () => {
    const { path } = await copyOfUsual('elsewhere');
    const folder = join(root, 'far', 'away');
    await mkdir(folder, { recursive: true });
    const words = `train --resume ${path} --epochs 3`;
    expect((await call(words, { folder })).stderr).toContain('Trained to step 9');
    const same = await call(`${words} --epochs 4 --data ../../pictures`, { folder });
    expect(same.stderr).toContain('Trained to step 12');
    expect((await readRunConfig(run('elsewhere'))).config).toMatchObject({ data: 'pictures' });
    const other = await call(`${words} --epochs 5 --data pictures`, { folder });
    expect([other.code, other.stderr]).toEqual([
      2,
      expect.stringContaining(`--data: pictures → ${join(folder, 'pictures')}\n`),
    ]);
  });

  it('refuses pictures that have changed, unless --override data', async () => {
    await saveNoisePictures(join(root, 'mine'), 14, 8);
    await call(`train --out changing ${eager} --data mine --epochs 1`);
    await rm(join(root, 'mine', '3.png'));
    const before = await readFile(run('changing').metrics, 'utf8');
    const { code, stderr } = await call('train --resume changing --epochs 2');
    expect(code).toBe(2);
    expect(stderr).toMatch(/--data: 14 pictures \w{8} → 13 pictures \w{8}\n/);
    expect(stderr).toContain('with the change: --override data.');
    expect(await readFile(run('changing').metrics, 'utf8')).toBe(before);
    const accepted = await call('train --resume changing --epochs 2 --override data');
    expect(accepted.code, accepted.stderr).toBe(0);
    expect((await call('train --resume changing --epochs 3')).code).toBe(0);
  });

  it('trains on from the cache when files go in the middle of a run', async () => {
    await saveNoisePictures(join(root, 'vanishing'), 14, 8);
    const { code, stderr } = await call(`train --out cached ${eager} --data vanishing`, {
      observer: {
        step: ({ step }) =>
          step === 2 ? rm(join(root, 'vanishing'), { recursive: true }) : undefined,
      },
    });
    expect([code, stderr]).toEqual([0, expect.stringContaining('Trained to step 6')]);
    const resumed = await call('train --resume cached --epochs 3');
    expect([resumed.code, resumed.stderr]).toEqual([
      1,
      expect.stringContaining(`expected a folder of images at "${join(root, 'vanishing')}"`),
    ]);
  });
});

describe('--resume and checkpoints', () => {
  it.each([
    ['cut short', (bytes: Buffer) => bytes.subarray(0, bytes.length - 4)],
    [
      'changed',
      (bytes: Buffer) =>
        Buffer.from(bytes.map((byte, at) => (at === bytes.length - 1 ? byte ^ 1 : byte))),
    ],
    ['empty', () => Buffer.alloc(0)],
  ])('goes back to the newest good one when the last is %s', async (name, damage) => {
    const copy = await copyOfUsual(name.replace(' ', '-'));
    const last = copy.checkpoint(6);
    await writeFile(last, damage(await readFile(last)));
    const { code, stderr } = await call(`train --resume ${copy.path}`);
    expect(code, stderr).toBe(0);
    expect(stderr).toContain(`Damaged checkpoint: ${last}: `);
    expect(stderr).toContain(`It is now ${last}.damaged\n`);
    expect(stderr).toContain(`Resuming step 3 of ${copy.checkpoint(3)}\n`);
    expect(await readFile(last)).toEqual(await readFile(run('usual').checkpoint(6)));
  });

  it('says when all are damaged, and leaves them where they are', async () => {
    const copy = await copyOfUsual('ruined');
    for (const step of [3, 6]) await writeFile(copy.checkpoint(step), 'nothing');
    const { code, stderr } = await call('train --resume ruined');
    expect(code).toBe(1);
    expect(stderr).toContain(
      `${copy.path}: expected a checkpoint to resume from, found only damaged ones:\n`,
    );
    expect(steps('ruined')).toEqual([3, 6]);
    expect(await readdir(copy.path)).not.toContain('lock');
  });

  it('starts again when there is none yet', async () => {
    const copy = await copyOfUsual('early');
    await rm(copy.checkpoints, { recursive: true });
    await mkdir(copy.checkpoints);
    const { code, stderr } = await call('train --resume early');
    expect([code, stderr]).toEqual([
      0,
      expect.stringContaining('There is no checkpoint yet: starting again from step 0\n'),
    ]);
    expect(await readFile(copy.checkpoint(6))).toEqual(await readFile(run('usual').checkpoint(6)));
  });

  it('goes on from a named one, and sets later ones aside', async () => {
    const copy = await copyOfUsual('named');
    const { stderr } = await call(`train --resume ${copy.checkpoint(3)} --steps 4`);
    expect(stderr).toContain('Moved the checkpoints of later steps to checkpoints/replaced: 6\n');
    expect(steps('named')).toEqual([3, 4]);
    expect(await readdir(join(copy.checkpoints, 'replaced'))).toEqual(['step-0000006.safetensors']);
  });

  it('removes what a killed process left half written', async () => {
    const copy = await copyOfUsual('leftovers');
    await writeFile(join(copy.checkpoints, '.step-0000009.safetensors.7-ab.tmp'), 'half');
    await call('train --resume leftovers');
    expect(await readdir(copy.checkpoints)).toEqual(await readdir(run('usual').checkpoints));
  });
});

describe('checkpoints that stay', () => {
  it('are the last, every n-th and the best, which says its metric', async () => {
    // The fourth is best.
    const values = [9, 4, 3, 1, 5, 2, 7, 6];
    const observer = { drawn: ({ step }: { step: number }) => ({ kid: values[step]! }) };
    const words = `train --out kept ${eager} --epochs 7 --batch-size 14`;
    const { code, stderr } = await call(`${words} --keep-last 2 --keep-every-epochs 2`, {
      observer,
    });
    expect(code, stderr).toBe(0);
    expect(steps('kept')).toEqual([2, 4, 6, 7]);
    const best = await loadCheckpoint(run('kept').bestCheckpoint);
    expect(best.metadata).toMatchObject({ step: 3, metrics: { kid: 1 } });
    expect(positionOf(best.metadata).best).toEqual({ metric: 'kid', value: 1, step: 3 });
    const { records } = await readMetrics(run('kept').metrics);
    expect(records.filter(({ step }) => step === 3)).toMatchObject([{ kid: 1 }]);
    const resumed = await call(`train --resume ${run('kept').bestCheckpoint} --steps 4`);
    expect(resumed.stderr).toContain(`Resuming step 3 of ${run('kept').bestCheckpoint}\n`);
  });
});

describe('--save-every-minutes', () => {
  it('saves without drawing when the last checkpoint is old', async () => {
    // A clock that goes on by a second whenever somebody looks at it.
    let time = Date.now();
    const clock = vi.spyOn(Date, 'now').mockImplementation(() => (time += 1000));
    const words = '--backend tfjs-cpu --save-every-epochs 9 --save-every-minutes 0.01';
    const { code, stderr } = await call(`train --out clock ${words} --epochs 9 --steps 5`);
    clock.mockRestore();
    expect(code, stderr).toBe(0);
    expect(steps('clock')).toEqual([3, 4, 5]);
    const samples = run('clock').listSamples();
    expect(samples.map(({ step }) => step)).toEqual([0, 5]);
  });
});

describe('--best-metric', () => {
  it('says when there is no such metric', async () => {
    const { code, stderr } = await call(`train --out missed ${eager} --best-metric fid`);
    expect(code).toBe(0);
    const told = '--best-metric: step 3 has no fid, only loss; no best is kept of it\n';
    expect(stderr.split(told)).toHaveLength(2);
    expect(await readdir(run('missed').checkpoints)).not.toContain('best.safetensors');
  });
});

describe('a fault in the middle', () => {
  it('of the data costs no finished step', async () => {
    const { code, stderr } = await call(`train --out cut ${eager} --fail-at 5`);
    expect(code).toBe(1);
    expect(stderr).toContain('Saved step 5 before stopping\n');
    expect(stderr).toContain('Error: the data is gone');
    expect((await call('train --resume cut --fail-at -1 --override fail-at')).code).toBe(0);
    const [a, b] = [
      await loadCheckpoint(run('cut').checkpoint(6)),
      await loadCheckpoint(run('usual').checkpoint(6)),
    ];
    expect(a.state).toEqual(b.state);
  });

  it('of an observer leaves it out', async () => {
    let calls = 0;
    const observer = {
      step: () => {
        calls += 1;
        throw new Error('no idea');
      },
    };
    const { code, stderr } = await call(`train --out observed ${eager}`, { observer });
    expect([code, calls]).toEqual([0, 1]);
    expect(stderr).toContain('The observer failed (step) and is left out from now on: no idea\n');
  });
});

describe('a loss that is no number', () => {
  // Grows by the power of 1e8 at each step, and is within bounds at a fourth of that.
  const wild = `--learning-rate 1e9 --epochs 4 --save-every-epochs 1 --backend tfjs-cpu --plot-every-steps 1`;

  it('stops, and keeps the last good checkpoint', async () => {
    const { code, stderr } = await call(`train --out stopped ${wild} --save-every-steps 1`);
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /error: training: loss became Infinity at step \d+\. The last checkpoint is /,
    );
    expect(stderr).toContain('With --on-nan rollback that happens by itself.');
    for (const { path } of run('stopped').listCheckpoints()) {
      const { state } = await loadCheckpoint(path);
      const { data } = (state as unknown as { colour: { data: Float32Array } }).colour;
      expect([...data].every(Number.isFinite)).toBe(true);
    }
  });

  it('goes back and on at lower rates, the same way again', async () => {
    const words = `${wild} --save-every-epochs 1 --on-nan rollback --rollback-factor 1e-5`;
    const told: string[] = [];
    const observer: TrainObserver = {
      diverged: ({ step, quantity, value }) => void told.push(`${quantity} ${value} at ${step}`),
    };
    const { code, stderr } = await call(`train --out back ${words}`, { observer });
    expect(told).toEqual(Array(2).fill('loss Infinity at 4'));
    expect(code, stderr).toBe(0);
    expect(stderr).toMatch(/training: loss became Infinity at step \d\n/);
    expect(stderr).toContain('Going back to step 3, on at 0.00001 times the learning rates\n');
    // That state was beyond help, though finite.
    expect(stderr).toContain('Going back to step 0, on at 1e-10 times the learning rates\n');
    const { records } = await readMetrics(run('back').metrics);
    expect(records.filter((record) => 'rollbacks' in record)).toMatchObject([
      { step: 0, rollbacks: 2, learningRateFactor: 1e-5 * 1e-5 },
    ]);
    await call(`train --out again ${words} --steps 7`);
    expect((await call('train --resume again --steps 12')).code).toBe(0);
    expect(await readFile(run('again').checkpoint(12))).toEqual(
      await readFile(run('back').checkpoint(12)),
    );
    const { metadata } = await loadCheckpoint(run('back').checkpoint(12));
    expect(metadata.config).toMatchObject({ learningRate: 1e9 });
    expect(positionOf(metadata).rollbacks).toMatchObject([
      { from: 4, to: 3, factor: 1e-5, cause: 'loss' },
      { from: 4, to: 0, factor: 1e-5, cause: 'loss' },
    ]);
  });

  it('gives up when going back does not help', async () => {
    const words = `${wild} --on-nan rollback --rollback-factor 0.9 --max-rollbacks 2`;
    const { code, stderr } = await call(`train --out hopeless ${words}`);
    expect([code, stderr]).toEqual([
      1,
      expect.stringContaining('Going back 2 times did not help (--max-rollbacks).'),
    ]);
  });

  it('is noticed in weights before they are saved', async () => {
    const definition: typeof meanColour = {
      ...meanColour,
      createTrainStep: (config) => (state, batch) => {
        const result = meanColour.createTrainStep(config)(state, batch);
        return { ...result, metrics: { loss: result.metrics['loss']!.mul(0) } };
      },
    };
    const words = `train --out weights --learning-rate 1e39 --epochs 1 --backend tfjs-cpu`;
    const { code, stderr } = await call(words, { definition });
    expect([code, steps('weights')]).toEqual([1, []]);
    expect(stderr).toMatch(/error: training: (loss|colour) became (-?Infinity|NaN) at step/);
    expect(stderr).toContain('There is no checkpoint yet: start again with lower learning rates.');
  });
});
