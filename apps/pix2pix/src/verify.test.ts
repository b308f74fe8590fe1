import { runCli, verifyCommand } from '@gan-zoo/core';
import { expect, it } from 'vitest';
import { pix2pix } from './definition.ts';

it('computes the same compiled and eagerly: losses, gradients, weights, optimizers', async () => {
  let stdout = '';
  const code = await runCli({
    name: pix2pix.name,
    description: '',
    version: pix2pix.version,
    commands: [verifyCommand(pix2pix)],
    argv: ['verify', '--steps', '1', '--threads', '1'],
    stdout: { write: (text) => (stdout += text) },
    stderr: { write: () => undefined },
  });
  expect(stdout).toMatch(/All \d+ tensors agree within 0\.0001 of their largest value/);
  expect(stdout).toMatch(/gradient {2}generator\/model\.model\.0\.weight/);
  expect(code).toBe(0);
});
