import { execFileSync, spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import type * as FileSystem from 'node:fs/promises';
import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { runCli } from '../../command/cli/index.ts';
import { runFolderAt } from '../run/index.ts';
import { meanColour, saveNoisePictures } from '../../testing/index.ts';
import { loadCheckpoint } from '../../model/weights/index.ts';
import { trainCommand } from '../../command/common/trainCommand.ts';

/** What the disk of this process answers to every new file of a folder. */
const disk = vi.hoisted(() => ({ code: '', folder: '' }));

vi.mock('node:fs/promises', async (original) => {
  const real = await original<typeof FileSystem>();
  const open: typeof FileSystem.open = async (path, flags, ...rest) => {
    if (disk.code !== '' && flags === 'wx' && String(path).includes(disk.folder)) {
      throw Object.assign(new Error(`${disk.code}: open`), { code: disk.code });
    }
    return real.open(path, flags, ...rest);
  };
  return { ...real, open };
});

const cli = fileURLToPath(new URL('../../testing/meanColourCli.ts', import.meta.url));
const eager = '--backend tfjs-cpu --plot-every-steps 2 --save-every-steps 4 --keep-last 1000';
const endless = `${eager} --epochs 1000000 --delay 4`;

let root: string;
const children: ChildProcess[] = [];
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'gan-zoo-faults-'));
  vi.stubEnv('GAN_ZOO_CACHE', join(root, 'cache'));
  await saveNoisePictures(join(root, 'pictures'), 14, 8);
});
afterAll(async () => {
  for (const child of children) child.kill('SIGKILL');
  vi.unstubAllEnvs();
  await rm(root, { recursive: true, force: true });
});

const run = (name: string) => runFolderAt(join(root, name));

/** Calls in this process. */
async function call(words: string) {
  let stderr = '';
  const code = await runCli({
    ...{ name: meanColour.name, description: '', version: meanColour.version },
    ...{ commands: [trainCommand(meanColour, [], [])], argv: words.split(' ') },
    ...{ env: { INIT_CWD: root }, stdout: { write: () => true } },
    stderr: { write: (text) => (stderr += text) },
  });
  return { code, stderr };
}

/** Starts a process of its own. */
function start(words: string) {
  const flags = ['--conditions=@gan-zoo/source', '--import', 'tsx', cli];
  const child = spawn(process.execPath, [...flags, ...words.split(' ')], {
    env: { ...process.env, INIT_CWD: root },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  children.push(child);
  let stderr = '';
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  const ended = once(child, 'close').then(([code]) => ({ code: code as number | null, stderr }));
  const reaches = async (isReached: () => boolean): Promise<void> => {
    while (!isReached()) {
      if (child.exitCode !== null) throw new Error(`ended too early:\n${stderr}`);
      await delay(10);
    }
  };
  return { child, ended, reaches, pid: child.pid! };
}

const hasCheckpoints = (name: string, count: number) => () =>
  run(name).listCheckpoints().length >= count;

/** Resumes a run to a step and compares it with one that never stopped. */
async function expectExact(name: string, step: number, more = ''): Promise<string> {
  const resumed = await call(
    `train --resume ${name} --steps ${step} --delay 0 --override delay${more}`,
  );
  expect(resumed.code, resumed.stderr).toBe(0);
  const whole = `${name}-whole`;
  const words = `train --out ${whole} ${eager} --epochs 1000000 --steps ${step}${more}`;
  expect((await call(words)).code).toBe(0);
  const stateOf = async (each: string) => (await loadCheckpoint(run(each).checkpoint(step))).state;
  expect(await stateOf(name)).toEqual(await stateOf(whole));
  const records = async (each: string) =>
    (await readFile(run(each).metrics, 'utf8')).replaceAll(
      /"(seconds|imagesPerSecond)":[\d.e-]+,?/g,
      '',
    );
  expect(await records(name)).toBe(await records(whole));
  return resumed.stderr;
}

describe('a process that is', () => {
  it('killed leaves a run that goes on exactly, once it is dead', async () => {
    const { child, ended, reaches, pid } = start(`train --out killed ${endless}`);
    await reaches(hasCheckpoints('killed', 3));
    const second = await call('train --resume killed');
    expect([second.code, second.stderr]).toEqual([
      1,
      expect.stringContaining(`found it in use by process ${pid} on `),
    ]);
    child.kill('SIGKILL');
    await ended;
    const last = run('killed').latestCheckpoint()!.step;
    const stderr = await expectExact('killed', last + 7);
    expect(stderr).toContain(`Took over the run: process ${pid}, which wrote it since `);
    expect(stderr).toContain(`Resuming step ${last} of `);
  });

  it('asked to end saves the step, and nothing that takes long', async () => {
    const { child, ended, reaches } = start(`train --out asked ${endless}`);
    await reaches(hasCheckpoints('asked', 1));
    child.kill('SIGTERM');
    const { code, stderr } = await ended;
    expect(code, stderr).toBe(130);
    expect(stderr).toContain('SIGTERM: stopping. A second one (Ctrl-C) stops at once.\n');
    const { step } = run('asked').latestCheckpoint()!;
    expect(stderr).toContain(`Saved step ${step}; continue with --resume ${run('asked').path}\n`);
    expect(await readdir(run('asked').path)).not.toContain('samples.gif');
    expect(await readdir(run('asked').path)).not.toContain('lock');
    await expectExact('asked', step + 5);
  });

  it('asked twice ends at once', async () => {
    const stuck = start(`train --out twice ${eager} --delay 1000000`);
    await stuck.reaches(() => spawnSync('test', ['-e', run('twice').lock]).status === 0);
    stuck.child.kill('SIGHUP');
    await delay(100);
    stuck.child.kill('SIGHUP');
    const { code } = await stuck.ended;
    expect(code).toBe(130);
    expect(run('twice').listCheckpoints()).toEqual([]);
    expect(await readdir(run('twice').path)).not.toContain('lock');
  });

  it.skipIf(spawnSync('prlimit', ['--version']).status !== 0)(
    'out of disk space stops, keeps what was saved, and says what to do',
    async () => {
      const { ended, reaches, pid } = start(`train --out full ${endless} --ballast 20000`);
      await reaches(hasCheckpoints('full', 2));
      execFileSync('prlimit', ['--pid', String(pid), '--fsize=70000:70000']);
      const { code, stderr } = await ended;
      expect(code, stderr).toBe(1);
      expect(stderr).toMatch(
        /error: cannot write the checkpoint \S+safetensors: the file would be larger than this system allows\. Raise the limit \(ulimit -f\) \(EFBIG\)\./,
      );
      const checkpoints = run('full').listCheckpoints();
      for (const { path } of checkpoints) await loadCheckpoint(path);
      expect((await readdir(run('full').checkpoints)).sort()).toEqual(
        checkpoints.map(({ path }) => path.slice(run('full').checkpoints.length + 1)),
      );
      await expectExact('full', checkpoints.at(-1)!.step + 5, ' --ballast 20000');
    },
  );
});

describe('a disk that', () => {
  it.each([
    ['ENOSPC', 'is full', 'the disk is full. Free some space, or choose another place with --out'],
    ['EROFS', 'becomes read-only', 'the file system is read-only. Choose another place with --out'],
    ['EACCES', 'denies access', 'permission is missing. Change the permissions'],
  ])('answers %s keeps the checkpoints that there are', async (code, name, reason) => {
    const out = name.replaceAll(' ', '-');
    await call(`train --out ${out} ${eager} --steps 5`);
    Object.assign(disk, { code, folder: out });
    const { code: exitCode, stderr } = await call(`train --resume ${out} --steps 9 --epochs 9`);
    Object.assign(disk, { code: '' });
    expect([exitCode, stderr]).toEqual([1, expect.stringContaining(`: ${reason}`)]);
    expect(
      run(out)
        .listCheckpoints()
        .map(({ step }) => step),
    ).toEqual([4, 5]);
    expect(await readdir(run(out).path)).not.toContain('lock');
    const resumed = await call(`train --resume ${out} --steps 9 --epochs 9`);
    expect(resumed.code, resumed.stderr).toBe(0);
  });

  it('denies the run folder lets nothing start', async () => {
    Object.assign(disk, { code: 'EROFS', folder: 'denied' });
    const { code, stderr } = await call(`train --out denied ${eager}`);
    Object.assign(disk, { code: '' });
    expect([code, stderr]).toEqual([
      1,
      expect.stringContaining(
        `cannot write the run config ${run('denied').config}: the file system`,
      ),
    ]);
  });
});
