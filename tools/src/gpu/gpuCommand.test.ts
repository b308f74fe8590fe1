import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runCli } from '@gan-zoo/core';
import { describe, expect, it } from 'vitest';
import { downloadBinary } from './downloadBinary.ts';
import { gpuCommand } from './gpuCommand.ts';
import { useTestPlace } from './testInstallation.ts';

const place = useTestPlace();

async function gpu(...words: string[]) {
  const lines: string[] = [];
  const stream = { write: (text: string) => Boolean(lines.push(text)) };
  const code = await runCli({
    name: 'tools',
    description: 'Tools.',
    version: '1.0.0',
    commands: [gpuCommand],
    argv: ['gpu', ...words],
    env: { ...place().env, npm_execpath: join(place().folder, 'npm.cjs') },
    stdout: stream,
    stderr: stream,
  });
  return { code, text: lines.join('') };
}

describe('the command gpu', () => {
  it('refuses flags that contradict each other', async () => {
    const { code, text } = await gpu('--remove', '--cpu');
    expect(code).toBe(2);
    expect(text).toContain('cannot be given together: each does something of its own.');
  });

  it('removes, and says how much', async () => {
    const { root } = place();
    await mkdir(join(root, 'venv'));
    await writeFile(join(root, 'venv', 'x'), '0123456789');
    expect(await gpu('--remove')).toEqual({
      code: 0,
      text: `Removed ${join(root, '*')}: 10 B freed\n`,
    });
    expect(existsSync(root)).toBe(false);
    expect((await gpu('--remove')).text).toBe(`There is nothing to remove in ${root}\n`);
  });
});

describe('--download', () => {
  /** An npm that notes its words and ends with a code. */
  const fakeNpm = (code: number) =>
    writeFile(
      join(place().folder, 'npm.cjs'),
      `require('fs').writeFileSync(__dirname + '/words', process.argv.slice(2).join(' ')); process.exit(${code});`,
    );

  it("lets npm run the package's own script", async () => {
    await fakeNpm(0);
    expect((await gpu('--download')).code).toBe(0);
    expect(await readFile(join(place().folder, 'words'), 'utf8')).toBe(
      'rebuild @tensorflow/tfjs-node-gpu --ignore-scripts=false --foreground-scripts',
    );
  });

  it('says what to do when that fails', async () => {
    await fakeNpm(3);
    const { code, text } = await gpu('--download');
    expect(code).toBe(1);
    expect(text).toContain(
      'error: gpu: expected `npm rebuild @tensorflow/tfjs-node-gpu --ignore-scripts=false ' +
        "--foreground-scripts` to fetch tfjs-node's own binary, it ended with exit code 3. On Linux, " +
        'npm run gpu without --download builds one instead; --backend onnx-cpu needs nothing.',
    );
    await expect(downloadBinary(place().env, place().signal)).rejects.toThrow(
      'it ended with spawn npm ENOENT.',
    );
  });
});
