import { runCli, verifyCommand, type GanDefinition } from '@gan-zoo/core';
import { expect, it } from 'vitest';
import type { Config } from './config.ts';
import { fontStyle } from './definition.ts';

/** Everything that a step may do. */
const full: Record<string, Partial<Config>> = {
  zi2zi: {
    ...{ method: 'zi2zi', shuffleFromEpoch: 0, lambdaTotalVariation: 1, lambdaBinary: 0.1 },
    ...{ lambdaFeature: 1, embedding: 'learned', norm: 'conditional' },
  },
  'zi2zi, frozen': { method: 'zi2zi', freezeEncoder: true, generatorUpdates: 1, imageSize: 16 },
  bicycle: { method: 'bicycle', lambdaFeature: 1, imageSize: 64, filters: 1 },
  'bicycle, conditional': {
    ...{ method: 'bicycle', norm: 'conditional', initGain: 1, imageSize: 64, filters: 1 },
    styleFrom: 'another',
  },
  'bicycle, before its discriminators': {
    ...{ method: 'bicycle', norm: 'conditional', initGain: 1, imageSize: 64, filters: 1 },
    ...{ adversarialFromEpoch: 1, inkWeight: 2, lambdaPyramid: 10, encoder: 'plain' },
  },
  pix2pix: { method: 'pix2pix', lambdaFeature: 1, lambdaTotalVariation: 1 },
};

it.each(Object.entries(full))(
  'computes %s the same compiled and eagerly: losses, gradients, weights, optimizers',
  async (_name, values) => {
    const definition: Pick<GanDefinition<Config, never, never>, 'tinyConfig'> = {
      tinyConfig: { ...fontStyle.tinyConfig, ...values },
    };
    let stdout = '';
    const code = await runCli({
      ...{ name: fontStyle.name, description: '', version: fontStyle.version },
      commands: [verifyCommand({ ...fontStyle, ...definition })],
      argv: ['verify', '--steps', '1', '--threads', '1'],
      stdout: { write: (text) => (stdout += text) },
      stderr: { write: (text) => (stdout += text) },
    });
    expect(stdout).toMatch(/All \d+ tensors agree within 0\.0001 of their largest value/);
    expect(stdout).toMatch(/gradient {2}generator\//);
    expect(code).toBe(0);
  },
);
