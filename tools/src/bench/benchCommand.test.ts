import { runCli } from '@gan-zoo/core';
import { describe, expect, it } from 'vitest';
import { benchCommand } from './benchCommand.ts';

async function bench(...words: string[]) {
  const lines: string[] = [];
  const stream = { write: (text: string) => Boolean(lines.push(text)) };
  const code = await runCli({
    name: 'tools',
    description: 'Tools.',
    version: '1.0.0',
    commands: [benchCommand],
    argv: ['bench', ...words],
    env: {},
    stdout: stream,
    stderr: stream,
  });
  return { code, text: lines.join('') };
}

describe('the command bench', () => {
  it('says what goes on to the app', async () => {
    const { text } = await bench('--help');
    expect(text).toMatch(/--app-preset <name>\s+One of the app's presets/);
    expect(text).toMatch(/--app-options <name=value,…>\s+Further options/);
  });

  it('refuses options that cannot go on', async () => {
    const { code, text } = await bench('--app', 'cyclegan', '--app-options', 'blocks');
    expect(code).toBe(2);
    expect(text).toContain(
      '--app-options: expected name=value, such as blocks=6, received blocks.',
    );
  });
});
