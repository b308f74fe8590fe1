import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { runCli } from '../cli/index.ts';
import { runFolderAt, writeRunConfig } from '../../training/run/index.ts';
import { reportCommand } from './reportCommand.ts';

let root: string;
beforeEach(() => void (root = mkdtempSync(join(tmpdir(), 'report-command-'))));
afterEach(() => rmSync(root, { recursive: true }));

const definition = {
  name: 'tiny-gan',
  version: '1.0.0',
  schema: z.object({ epochs: z.int().default(3).describe('Passes') }),
  presets: {},
  plots: [],
  sample: { grids: [], fakes: [] },
};

async function report(...words: string[]) {
  let [stdout, stderr] = ['', ''];
  const code = await runCli({
    name: definition.name,
    description: 'A tiny GAN',
    version: definition.version,
    commands: [reportCommand(definition as never)],
    argv: ['report', ...words],
    env: {},
    workingFolder: root,
    stdout: { write: (text: string) => ((stdout += text), true) },
    stderr: { write: (text: string) => ((stderr += text), true) },
  });
  return { code, stdout, stderr };
}

async function createRun(name: string, createdAt: Date, app = 'tiny-gan') {
  const run = runFolderAt(join(root, 'runs', 'tiny-gan', name));
  mkdirSync(run.path, { recursive: true });
  await writeRunConfig(run, { app, version: '1', config: { epochs: 7 }, now: createdAt });
  return run;
}

describe('the command report', () => {
  it('writes the page of the latest run and says where', async () => {
    await createRun('z', new Date(0));
    const run = await createRun('a', new Date(1000));
    const { code, stdout } = await report();
    expect([code, stdout]).toEqual([0, `${run.file('report.html')}\n`]);
    const page = readFileSync(run.file('report.html'), 'utf8');
    expect(page).toContain('<title>tiny-gan: a</title>');
    // The app's options are known: this one was changed.
    expect(page).toContain('<code>--epochs</code>');
    expect(page).toContain('npx nx run tiny-gan:generate -- --run runs/tiny-gan/a --out');
  });

  it('writes the page of a run elsewhere', async () => {
    await createRun('a', new Date(0));
    const out = join(root, 'pages', 'a.html');
    const { code, stdout } = await report('--run', 'runs/tiny-gan/a', '--out', 'pages/a.html');
    expect([code, stdout]).toEqual([0, `${out}\n`]);
    expect(readFileSync(out, 'utf8')).toContain('<title>tiny-gan: a</title>');
  });

  it('refuses what is no page, no run, or no run of this app', async () => {
    const run = await createRun('a', new Date(0), 'other-gan');
    const page = await report('--out', 'report.pdf');
    expect(page.code).toBe(2);
    expect(page.stderr).toContain(
      'error: --out: expected a file that ends in .html, received "report.pdf".',
    );
    const missing = await report('--run', 'nowhere');
    expect(missing.code).toBe(1);
    expect(missing.stderr).toContain(
      'expected a run folder or one of its checkpoints, found nothing',
    );
    const other = await report('--run', run.path);
    expect(other.code).toBe(1);
    expect(other.stderr).toContain(
      `error: ${run.path}: expected a run of tiny-gan, received one of other-gan. ` +
        'Use the command report of other-gan, or name another run.',
    );
  });
});
