import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { describeMachine, packageVersion } from './machine.ts';
import { createRunFolder } from './openRun.ts';
import { readRunConfig, writeRunConfig } from './runConfig.ts';
import type { RunFolder } from './runFolder.ts';

let root: string;
let run: RunFolder;
beforeEach(async () => {
  root = mkdtempSync(join(tmpdir(), 'config-'));
  run = await createRunFolder({ app: 'tiny', root });
});
afterEach(() => rmSync(root, { recursive: true }));

describe('config.json', () => {
  it('comes back as it was written, with the machine', async () => {
    const written = await writeRunConfig(run, {
      app: 'tiny',
      version: '1.2.3',
      preset: 'small',
      config: { data: '/pictures', betas: [0.5, 0.999], flip: true },
      backend: 'onnx-cpu',
      threads: 2,
      now: new Date(0),
    });
    expect(await readRunConfig(run)).toEqual(written);
    expect(written).toMatchObject({
      app: 'tiny',
      version: '1.2.3',
      createdAt: '1970-01-01T00:00:00.000Z',
      preset: 'small',
      config: { data: '/pictures', betas: [0.5, 0.999], flip: true },
      machine: { backend: 'onnx-cpu', threads: 2, node: process.version },
    });
  });

  it('is written for people to read', async () => {
    await writeRunConfig(run, { app: 'tiny', version: '1', config: {} });
    expect(readFileSync(run.config, 'utf8')).toMatch(
      /^\{\n {2}"app": "tiny",\n {2}"version": "1",\n {2}"createdAt": "20.*",\n {2}"preset": null,\n {2}"config": \{\},\n {2}"machine": \{\n[^]*\}\n$/,
    );
  });

  it('says what is wrong with a file that is missing or no run config', async () => {
    await expect(readRunConfig(run)).rejects.toThrow(`cannot read the run config ${run.config}: `);
    writeFileSync(run.config, '{"app": "tiny", ');
    await expect(readRunConfig(run)).rejects.toThrow(
      `${run.config}: expected the config of a run, received something else. ` +
        'Restore the file, or choose another run.',
    );
    writeFileSync(run.config, '{"app": 3}');
    await expect(readRunConfig(run)).rejects.toThrow('received something else at app.');
  });
});

describe('describeMachine', () => {
  it('states what a result may depend on', () => {
    const machine = describeMachine({ packages: ['zod', 'no-such-package'] });
    expect(machine).toEqual({
      node: process.version,
      platform: expect.stringMatching(`^${process.platform} ${process.arch} \\S+`) as string,
      cpu: cpus()[0]?.model.trim(),
      cores: expect.any(Number) as number,
      memoryBytes: totalmem(),
      packages: { zod: packageVersion('zod') },
    });
    expect(machine.cores).toBeGreaterThan(0);
  });

  it('finds versions of packages that do not export their package.json', () => {
    expect(packageVersion('cli-progress')).toBe('3.12.0');
    expect(packageVersion('@gan-zoo/core')).toMatch(/^\d+\.\d+\.\d+/);
    expect(packageVersion('no-such-package')).toBeUndefined();
  });
});
