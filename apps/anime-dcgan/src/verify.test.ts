import { runCli, verifyCommand } from '@gan-zoo/core';
import { expect, it } from 'vitest';
import { animeDcgan } from './definition.ts';

it('computes the same compiled and eagerly: losses, gradients, weights, optimizer slots', async () => {
  let stdout = '';
  const code = await runCli({
    name: animeDcgan.name,
    description: '',
    version: animeDcgan.version,
    commands: [verifyCommand(animeDcgan)],
    argv: ['verify', '--steps', '2', '--threads', '1'],
    stdout: { write: (text) => (stdout += text) },
    stderr: { write: () => undefined },
  });
  expect(stdout).toMatch(
    /All 116 tensors agree within 0\.0001 of their largest value after 2 steps/,
  );
  expect(stdout).toMatch(/gradient {2}generator\/main\.0\.weight/);
  expect(code).toBe(0);
});
