import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hostTensor } from '@gan-zoo/compiler';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCli } from '../cli/index.ts';
import { latents, tinyGan } from '../../judging/doctor/fixtures/tinyGan.ts';
import { spots } from '../../judging/doctor/fixtures/tinyPictures.ts';
import { mlpDiscriminator, mlpGenerator } from '../../model/networks/index.ts';
import {
  createRunFolder,
  encodeMetrics,
  writeRunConfig,
  type RunFolder,
} from '../../training/run/index.ts';
import { saveCheckpoint } from '../../model/weights/index.ts';
import { doctorCommand } from './doctorCommand.ts';

const image = { height: 8, width: 8, channels: 1 };
const definition = tinyGan({
  generator: mlpGenerator({ latentDim: 4, image, hidden: [4] }),
  discriminator: mlpDiscriminator({ image, hidden: [4] }),
  real: (first, count) => spots('training', first, count),
  heldBack: (first, count) => spots('heldBack', first, count),
  inputs: latents,
});

let root: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'gan-zoo-doctor-command-'));
});
afterAll(() => rm(root, { recursive: true, force: true }));

/** A run with a look every 100 steps, whose D ends with these verdicts. */
async function makeRun(name: string, real: number, fake: number, app = 'tiny'): Promise<RunFolder> {
  const run = await createRunFolder({ out: join(root, name), app, root });
  await writeRunConfig(run, { app, version: '1.0.0', config: definition.schema.parse({}) });
  const lines = Array.from({ length: 40 }, (_, index) => {
    const step = 20 * (index + 1);
    const measures = step % 100 === 0 ? { 'diversity/fakeImages': 0.9 + step / 1e5 } : {};
    return encodeMetrics({ step, realProbability: real, fakeProbability: fake, ...measures });
  });
  await writeFile(run.metrics, `${lines.join('\n')}\n`);
  return run;
}

async function doctor(name: string) {
  let [stdout, stderr] = ['', ''];
  const code = await runCli({
    ...{ name: 'tiny', description: '', version: '1.0.0', env: { INIT_CWD: root } },
    commands: [doctorCommand(definition)],
    argv: ['doctor', '--run', name],
    stdout: { write: (text) => (stdout += text) },
    stderr: { write: (text) => (stderr += text) },
  });
  return { code, stdout, stderr };
}

describe('the command doctor', () => {
  it('finds a healthy run healthy, and says what was measured and how', async () => {
    const { path } = await makeRun('well', 0.7, 0.3);
    const { code, stdout } = await doctor('well');
    expect(code).toBe(0);
    expect(stdout.split('\n').slice(0, 3)).toEqual([
      `tiny: ${path}, 40 records up to step 800`,
      '',
      'healthy: no trouble found',
    ]);
    expect(stdout).toMatch(/^ +realProbability +0\.7 +0\.7 +0\.7 +40$/m);
    expect(stdout).toMatch(
      /^ +diversity\/fakeImages +0\.908 +0\.901 +0\.908 +8 +< 0\.1, or < 0\.5 of its highest$/m,
    );
    expect(stdout).toMatch(
      /^ +diversity: mean root mean square difference between any two samples/m,
    );
    expect(stdout).toContain(
      'Samples are in trouble after 3 looks in a row over at least 100 steps; blank, alike or ' +
        'patterned ones from step 1000 on.',
    );
    expect(stdout).not.toContain('overfitting:');
  });

  it('lists findings with what was measured and what to change', async () => {
    await makeRun('ill', 0.99, 0.01);
    const { code, stdout } = await doctor('ill');
    expect(code).toBe(0);
    expect(stdout).toContain('1 finding, 1 still there');
    expect(stdout).toContain(
      '1. warning: Discriminator too strong (discriminator), steps 20 to 800, still there',
    );
    expect(stdout).toContain('   Try, one at a time: --augment color,translation,cutout;');
    expect(stdout).toContain('   Measured: realScore 0.99, fakeScore 0.01, gap 0.98');
  });

  it('finds NaN in the weights of the last checkpoint', async () => {
    const run = await makeRun('nan', 0.7, 0.3);
    await saveCheckpoint(run.checkpoint(800), {
      state: { generator: { params: { w: hostTensor([2], [1, NaN]) }, buffers: {} } },
      metadata: { app: 'tiny', appVersion: '1.0.0', step: 800, epoch: 8, config: {} },
    });
    const { stdout } = await doctor('nan');
    expect(stdout).toContain('1. error: NaN or infinite values, step 800, still there');
    expect(stdout).toContain('generator/params/w became NaN.');
  });

  it('refuses the run of another app', async () => {
    const { path } = await makeRun('other', 0.7, 0.3, 'another');
    const { code, stderr } = await doctor('other');
    expect(code).toBe(1);
    expect(stderr).toContain(
      `${path}: expected a run of tiny, received one of another. Use the doctor of another.`,
    );
  });

  it('has nothing to judge before the first record', async () => {
    const run = await makeRun('new', 0.7, 0.3);
    await rm(run.metrics);
    expect((await doctor('new')).stdout).toContain('No metrics yet: nothing to judge.');
  });
});
