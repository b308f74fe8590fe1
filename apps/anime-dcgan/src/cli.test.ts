import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  evaluateDrawingCommand,
  generateCommand,
  loadCheckpoint,
  runCli,
  saveCheckpoint,
  trainCommand,
} from '@gan-zoo/core';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { animeDcgan } from './definition.ts';
import { prepareCommand } from './prepareCommand.ts';

const cli = fileURLToPath(new URL('cli.ts', import.meta.url));

/** The smallest networks; three steps per epoch of the twelve avatars. */
const tiny =
  '--data avatars --image-size 64 --generator-filters 4 --discriminator-filters 4 --latent-dim 8 ' +
  '--batch-size 4 --sample-count 4 --threads 1 --save-every-epochs 1 --plot-every-steps 2 ' +
  '--held-back-images 0 --no-kid';

let root: string;
let run: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'gan-zoo-cli-'));
  vi.stubEnv('GAN_ZOO_CACHE', here('cache'));
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await rm(root, { recursive: true, force: true });
});

const here = (...names: string[]): string => join(root, ...names);

function start(
  words: string,
  env: Readonly<Record<string, string>> = {},
): ChildProcessWithoutNullStreams {
  const options = ['--conditions=@gan-zoo/source', '--import', 'tsx'];
  // A process group of its own, as a command in a terminal has.
  return spawn(process.execPath, [...options, cli, ...words.split(' ')], {
    detached: process.platform !== 'win32',
    env: { ...process.env, NODE_OPTIONS: '', INIT_CWD: root, ...env },
  });
}

interface Ending {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

async function ending(child: ChildProcessWithoutNullStreams): Promise<Ending> {
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, stdout, stderr };
}

/** Calls a command in a process of its own, as a user does. */
const spawned = (words: string): Promise<Ending> => ending(start(words));

/** Calls a command in this process, which saves the seconds that a new one takes to start. */
async function called(words: string): Promise<Ending> {
  let [stdout, stderr] = ['', ''];
  const code = await runCli({
    name: animeDcgan.name,
    description: '',
    version: animeDcgan.version,
    commands: [
      prepareCommand,
      trainCommand(animeDcgan, []),
      generateCommand(animeDcgan),
      evaluateDrawingCommand(animeDcgan),
    ],
    argv: words.split(' '),
    env: { INIT_CWD: root },
    stdout: { write: (text) => (stdout += text) },
    stderr: { write: (text) => (stderr += text) },
  });
  return { code, stdout, stderr };
}

/** Calls a command that has to succeed. */
async function done(words: string, call = called): Promise<Ending> {
  const result = await call(words);
  expect(result.code, `${words}\n${result.stderr}`).toBe(0);
  return result;
}

const sizeOf = async (path: string): Promise<[number, number]> => {
  // Decodes all of it.
  const { info } = await sharp(path).raw().toBuffer({ resolveWithObject: true });
  return [info.width, info.height];
};

/** Steps whose losses were logged. */
const readSteps = async (): Promise<number[]> =>
  (await readFile(join(run, 'metrics.jsonl'), 'utf8'))
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { step: number; discriminatorLoss?: number })
    .filter(({ discriminatorLoss }) => discriminatorLoss !== undefined)
    .map(({ step }) => step);

describe('anime-dcgan, from nothing to pictures', () => {
  it('prepare draws avatars', async () => {
    const { stdout } = await done(
      'prepare --num 12 --out avatars --image-size 64 --find-duplicates --seed 5',
      spawned,
    );
    expect(stdout).toContain(`Folder: ${here('avatars')}\nPictures: 12 drawn, 0 kept, 12 of 12`);
    expect(stdout).toContain('Near-duplicates: 0 groups with 0 of 12 pictures\n');
    expect(stdout).toContain('Licence: "Lorelei"');
    expect(stdout).toContain(
      'Next: npx nx run anime-dcgan:train -- --data avatars --preset small --batch-size 12\n',
    );
    expect(await sizeOf(here('avatars', 'lorelei-00011.png'))).toEqual([64, 64]);
  });

  it('prepare cuts the user’s own pictures and leaves near-duplicates out', async () => {
    await mkdir(here('own'));
    const [first, second] = ['lorelei-00000.png', 'lorelei-00001.png'];
    await cp(here('avatars', first), here('own', 'a.png'));
    await sharp(here('avatars', first)).jpeg({ quality: 95 }).toFile(here('own', 'b.jpg'));
    await sharp(here('avatars', second))
      .extend({ left: 40, background: 'red' })
      .toFile(here('own', 'c.png'));
    await writeFile(here('own', 'd.png'), 'no picture');
    const words =
      'prepare --data own --out cut --image-size 32 --find-duplicates --skip-duplicates';
    const { stdout, stderr } = await done(words);
    expect(stdout).toBe(
      'Alike: a.png, b.jpg\n' +
        'Near-duplicates: 1 group with 2 of 3 pictures\n' +
        `Folder: ${here('cut')}\n` +
        'Pictures: 2 written, 1 skipped, 1 near-duplicate left out\n' +
        'Next: npx nx run anime-dcgan:train -- --data cut --preset small --batch-size 2\n',
    );
    expect(stderr).toContain('d.png: not an image that can be read');
    expect((await readdir(here('cut'))).sort()).toEqual(['a.png', 'c.png']);
    expect(await sizeOf(here('cut', 'c.png'))).toEqual([32, 32]);
    expect(await readdir(here('own'))).toHaveLength(4);
  });

  it('train makes a run folder', async () => {
    await done(`train ${tiny} --epochs 2`, spawned);
    const [name] = await readdir(here('runs', 'anime-dcgan'));
    run = here('runs', 'anime-dcgan', name!);
    const files = await readdir(run);
    for (const file of ['config.json', 'metrics.jsonl', 'samples', 'checkpoints', 'losses.png']) {
      expect(files).toContain(file);
    }
    const config = JSON.parse(await readFile(join(run, 'config.json'), 'utf8')) as object;
    expect(config).toMatchObject({ app: 'anime-dcgan', config: { latentDim: 8, epochs: 2 } });
    expect(await readSteps()).toEqual([2, 4, 6]);
    expect(await readdir(join(run, 'checkpoints'))).toEqual([
      'step-0000003.safetensors',
      'step-0000006.safetensors',
    ]);
    expect(await readdir(join(run, 'samples'))).toEqual([
      'step-0000000.png',
      'step-0000003.png',
      'step-0000006.png',
    ]);
    const grid = [2 * 66 + 2, 2 * 66 + 2];
    expect(await sizeOf(join(run, 'samples', 'step-0000006.png'))).toEqual(grid);
    const gif = await sharp(join(run, 'samples.gif')).metadata();
    expect([gif.width, gif.pages]).toEqual([grid[0], 3]);
    expect(await sizeOf(join(run, 'losses.png'))).toEqual([1800, 960]);
  });

  it('generate draws the best from a run, or from a checkpoint and nothing else', async () => {
    await cp(join(run, 'checkpoints', 'step-0000006.safetensors'), here('alone.safetensors'));
    const common = '--num 5 --search-num 90 --seed 2 --threads 1';
    const fromRun = await done(`generate --run latest --out a.png ${common}`, spawned);
    expect(fromRun.stdout).toBe(`${here('a.png')}\n`);
    await done(`generate --run alone.safetensors --out b.png ${common}`);
    expect(await readFile(here('a.png'))).toEqual(await readFile(here('b.png')));
    expect(await sizeOf(here('a.png'))).toEqual([3 * 66 + 2, 2 * 66 + 2]);

    await done(`generate --run ${run} --out singles ${common}`);
    const names = [0, 1, 2, 3, 4].map((index) => `0000${index}.png`);
    expect((await readdir(here('singles'))).sort()).toEqual([...names, 'scores.json']);
    const first = sharp(here('a.png')).extract({ left: 2, top: 2, width: 64, height: 64 });
    expect(await first.raw().toBuffer()).toEqual(
      await sharp(here('singles', names[0]!)).raw().toBuffer(),
    );
    const scores = JSON.parse(await readFile(here('singles', 'scores.json'), 'utf8')) as {
      score: number;
    }[];
    expect(scores).toHaveLength(5);
    const values = scores.map(({ score }) => score);
    expect(values).toEqual([...values].sort((a, b) => b - a));
  });

  it('evaluate compares drawn pictures with real ones, and shows the likest', async () => {
    const { stdout } = await done(`evaluate --run ${run} --out measured --num 6 --threads 1`);
    expect(stdout).toMatch(/^6 drawn pictures against \d+ pictures that were trained on/);
    for (const row of ['generator', 'mean picture', 'noise']) expect(stdout).toContain(`  ${row} `);
    expect(stdout).toMatch(/KID: generator .* mean picture/);
    const report = JSON.parse(await readFile(here('measured', 'evaluation.json'), 'utf8')) as {
      methods: { name: string; measures: Record<string, number> }[];
    };
    expect(report.methods[0]!.measures['kid']).toBeGreaterThan(0);
    // Two columns of 64 px, with margins of 2.
    expect(await sizeOf(here('measured', 'nearest.png'))).toEqual([2 * 66 + 2, 6 * 66 + 2]);
  });

  it('generate walks from picture to picture', async () => {
    const words = '--num 3 --search-num 20 --threads 1 --backend tfjs-cpu';
    await done(`generate --run alone.safetensors --out walk.png --interpolate 4 ${words}`);
    const picture = (column: number, row: number) =>
      sharp(here('walk.png'))
        .extract({ left: 2 + 66 * column, top: 2 + 66 * row, width: 64, height: 64 })
        .raw()
        .toBuffer();
    expect(await sizeOf(here('walk.png'))).toEqual([4 * 66 + 2, 2 * 66 + 2]);
    expect(await picture(3, 0)).toEqual(await picture(0, 1));
    expect(await picture(1, 0)).not.toEqual(await picture(0, 0));
  });

  it('train goes on where a run stopped', async () => {
    const { stderr } = await done(`train --resume latest --epochs 3`);
    expect(stderr).toContain(`Resuming step 6 of ${join(run, 'checkpoints', 'step-0000006')}`);
    expect(await readSteps()).toEqual([2, 4, 6, 8, 9]);
    expect(await readdir(join(run, 'checkpoints'))).toContain('step-0000009.safetensors');
  });

  // Windows has no process groups to signal.
  it.skipIf(process.platform === 'win32')('train saves all at Ctrl-C', async () => {
    // What is loaded after the signal would come from the loader's cache otherwise.
    const uncached = { TSX_DISABLE_CACHE: '1' };
    const lasting = `${tiny} --epochs 100000 --save-every-epochs 100000 --sample-every-steps 4`;
    const child = start(`train ${lasting} --out stopped`, uncached);
    const result = ending(child);
    await new Promise<void>((resolve) => {
      let text = '';
      child.stderr.on('data', (chunk: Buffer) => {
        text += chunk.toString();
        if (text.includes('Step 4: drew')) resolve();
      });
      child.once('close', () => resolve());
    });
    // A terminal signals every process of the group, such as the loader's helper.
    process.kill(-child.pid!, 'SIGINT');
    const { code, stderr } = await result;
    expect(code, stderr).toBe(130);
    expect(stderr).toMatch(/Saved step \d+; continue with --resume .*stopped/);
    const [file] = await readdir(here('stopped', 'checkpoints'));
    const { metadata } = await loadCheckpoint(here('stopped', 'checkpoints', file!));
    expect(stderr).toContain(`Saved step ${metadata.step};`);
  });

  it('train ends when a loss is no number, and names the last checkpoint', async () => {
    const last = here('broken', 'checkpoints', 'step-0000009.safetensors');
    await cp(run, here('broken'), { recursive: true });
    const { state, metadata } = await loadCheckpoint(last);
    const networks = state as unknown as {
      discriminator: { params: Record<string, { data: Float32Array }> };
    };
    Object.values(networks.discriminator.params)[0]!.data.fill(Infinity);
    await saveCheckpoint(last, { state, metadata });
    const { code, stderr } = await called('train --resume broken --epochs 9');
    expect(code).toBe(1);
    expect(stderr).toMatch(/error: training: \w+ became NaN at step 10\./);
    const advice = 'continue from it with lower learning rates.';
    expect(stderr).toContain(`The last checkpoint is ${last}: ${advice}`);
    expect(await readdir(here('broken', 'checkpoints'))).not.toContain('step-0000010.safetensors');
  });
});

describe('anime-dcgan, called wrongly', () => {
  const cases: readonly (readonly [words: string, code: number, message: string])[] = [
    ['train --data missing', 1, 'error: data: expected a folder of images at'],
    ['train --data void', 1, '(--data), found nothing. Put images there or name another folder.'],
    ['train --data avatars', 1, 'expected at least 256 images (one batch)'],
    ['train --latent-dimm 8', 2, 'unknown option --latent-dimm. Did you mean --latent-dim?'],
    ['prepare --data avatars --num 3', 2, '--data and --num cannot be given together'],
    ['prepare --data avatars', 2, '--data: expected --out with a folder for the new pictures'],
    ['prepare --skip-duplicates', 2, '--skip-duplicates: expected --data with the pictures'],
    ['prepare --data own --out avatars', 1, '--out: expected a new or empty folder, received'],
    ['generate --run alone.safetensors --out a.jpg', 2, '--out: expected a file that ends in .png'],
    [
      'generate --run alone.safetensors --out c.png --num 9 --search-num 8',
      2,
      '--num: expected at most --search-num (8), received 9.',
    ],
    [
      'generate --run alone.safetensors --out c.png --num 1 --interpolate 5',
      2,
      '--interpolate: expected two pictures or more to walk between, received --num 1.',
    ],
    ['generate --run own/d.png --out c.png', 1, 'own/d.png'],
    ['generate --run missing --out c.png', 1, 'found nothing at'],
    ['generate --run foreign.safetensors --out c.png', 1, 'received one of cyclegan.'],
  ];

  it('ends with the code and the message that fit', async () => {
    await mkdir(here('void'));
    const { state, metadata } = await loadCheckpoint(here('alone.safetensors'));
    const foreign = { ...metadata, app: 'cyclegan' };
    await saveCheckpoint(here('foreign.safetensors'), { state, metadata: foreign });
    for (const [words, code, message] of cases) {
      const result = await called(words);
      expect(result.stderr, words).toContain(message);
      expect(result.code, words).toBe(code);
    }
    expect(await readdir(root)).not.toContain('c.png');
  });

  it('ends the process with these codes', async () => {
    const [failed, wrong] = await Promise.all([
      spawned('train --data missing'),
      spawned('generate --outt a.png'),
    ]);
    expect([failed.code, wrong.code]).toEqual([1, 2]);
    expect(failed.stderr).toContain(`expected a folder of images at "${here('missing')}" (--data)`);
    expect(wrong.stderr).toContain('unknown option --outt. Did you mean --out?');
  });

  it('--dry-run prints the options and does nothing', async () => {
    const { stdout } = await done('train --data missing --preset small --dry-run --steps 5');
    expect(JSON.parse(stdout)).toMatchObject({ preset: 'small', data: 'missing', steps: 5 });
  });
});
