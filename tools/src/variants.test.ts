import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generateCommand, readMetrics, runCli, trainCommand, type Command } from '@gan-zoo/core';
import { saveNoisePictures } from '@gan-zoo/core/testing';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
// eslint-disable-next-line @nx/enforce-module-boundaries -- documentation is no project
import { pairedRelativisticGan } from '../../docs/variants/pairedRelativisticGan.ts';
import { countLines } from './appSizes/countLines.ts';

let root: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'gan-zoo-variant-'));
  vi.stubEnv('GAN_ZOO_CACHE', join(root, 'cache'));
  await saveNoisePictures(join(root, 'pictures'), 24, 16);
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await rm(root, { recursive: true });
});

async function call(command: Command, words: string): Promise<string> {
  let [stdout, stderr] = ['', ''];
  const code = await runCli({
    ...{ name: pairedRelativisticGan.name, description: '', version: '0', commands: [command] },
    argv: [command.name, ...words.split(' ')],
    env: { INIT_CWD: root },
    stdout: { write: (text) => (stdout += text) },
    stderr: { write: (text) => (stderr += text) },
  });
  expect({ code, stderr }).toMatchObject({ code: 0 });
  return stdout;
}

/** The page of documentation that a new GAN is, as its reader would use it. */
describe('a variant of sixty lines', () => {
  it('is that short', async () => {
    const path = new URL('../../docs/variants/pairedRelativisticGan.ts', import.meta.url);
    const source = await readFile(path, 'utf8');
    expect(source.trimEnd().split('\n').length).toBeLessThanOrEqual(60);
    expect(countLines(source)).toBeGreaterThan(20);
  });

  it('trains, logs its penalties, and draws', async () => {
    const tiny =
      '--data pictures --image-size 16 --batch-size 8 --latent-dim 4 --generator-filters 4 ' +
      '--discriminator-filters 4 --sample-count 4 --held-back-images 0 --no-kid --threads 1';
    await call(
      trainCommand(pairedRelativisticGan, []),
      `${tiny} --steps 6 --plot-every-steps 1 --out run`,
    );
    const { records } = await readMetrics(join(root, 'run', 'metrics.jsonl'));
    const last = records.findLast((record) => 'discriminatorLoss' in record)!;
    expect(last.step).toBe(6);
    for (const name of ['discriminatorLoss', 'generatorLoss', 'r1Penalty', 'r2Penalty']) {
      expect(last[name], name).toBeGreaterThan(0);
    }
    expect(await readdir(join(root, 'run', 'samples'))).not.toEqual([]);
    const drawing = '--run run --out drawn.png --num 4 --search-num 8 --threads 1';
    await call(generateCommand(pairedRelativisticGan), drawing);
    expect((await readFile(join(root, 'drawn.png'))).length).toBeGreaterThan(100);
  });
});
