import { runCli, verifyCommand } from '@gan-zoo/core';
import { expect, it } from 'vitest';
import { cyclegan } from './definition.ts';

it('computes the same compiled and eagerly: losses, gradients, weights, optimizers, pools', async () => {
  let stdout = '';
  const code = await runCli({
    name: cyclegan.name,
    description: '',
    version: cyclegan.version,
    commands: [verifyCommand(cyclegan)],
    argv: ['verify', '--steps', '1', '--threads', '1'],
    stdout: { write: (text) => (stdout += text) },
    stderr: { write: () => undefined },
  });
  expect(stdout).toMatch(
    /All 264 tensors agree within 0\.0001 of their largest value after 1 steps/,
  );
  expect(stdout).toMatch(/gradient {2}generatorAtoB\/model\.10\.conv_block\.1\.weight/);
  expect(stdout).toMatch(/state {5}pools\/a/);
  expect(code).toBe(0);
});
