import { spawn } from 'node:child_process';
import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

import { describe, expect, it } from 'vitest';

const cli = fileURLToPath(new URL('fixtures/tinyCli.ts', import.meta.url));

function start(...words: string[]): ChildProcessWithoutNullStreams {
  const options = ['--conditions=@gan-zoo/source', '--import', 'tsx'];
  return spawn(process.execPath, [...options, cli, ...words], {
    env: { ...process.env, NODE_OPTIONS: '', GAN_ZOO_DEBUG: '' },
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

/** Waits until the child has said a word on stdout; fails when it ends before. */
function said(child: ChildProcessWithoutNullStreams, word: string): Promise<void> {
  return new Promise((resolve, reject) => {
    let text = '';
    child.stdout.on('data', (chunk: Buffer) => {
      text += chunk.toString();
      if (text.includes(word)) resolve();
    });
    child.once('close', (code) => reject(new Error(`ended with ${String(code)} after "${text}"`)));
  });
}

describe.concurrent('a command line in its own process', () => {
  it('exits 0 when done', async () => {
    const { code, stdout } = await ending(start('train', '--data', 'x', '--learning-rate', '1e-4'));
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toEqual({
      preset: 'published',
      epochs: 100,
      learningRate: 1e-4,
      flip: true,
    });
  });

  it('exits 1 for a failure and 2 for wrong usage', async () => {
    const [failure, usage] = await Promise.all([
      ending(start('end', '--how', 'user-error')),
      ending(start('end', '--how', 'badly')),
    ]);
    expect(failure.code).toBe(1);
    expect(failure.stderr).toContain('error: data: expected pictures, received none.\n');
    expect(usage.code).toBe(2);
    expect(usage.stderr).toContain('error: --how: expected one of well, user-error');
  });

  it('is quiet when its reader goes away', async () => {
    const child = start('train', '--data', 'x', '--dry-run');
    child.stdout.destroy();
    expect(await ending(child)).toMatchObject({ code: 0, stderr: '' });
  });

  // Windows has no signals to send to a child.
  it.skipIf(process.platform === 'win32')('exits 130 after SIGINT', async () => {
    const child = start('end', '--how', 'wait');
    await said(child, 'ready');
    child.kill('SIGINT');
    expect(await ending(child)).toMatchObject({
      code: 130,
      stderr: expect.stringContaining('SIGINT: stopping.') as string,
    });
  });

  it.skipIf(process.platform === 'win32')('exits 130 at once after a second', async () => {
    const child = start('end', '--how', 'save-slowly');
    const saving = said(child, 'saving');
    await said(child, 'ready');
    child.kill('SIGTERM');
    await saving;
    child.kill('SIGINT');
    expect((await ending(child)).code).toBe(130);
  });
});
