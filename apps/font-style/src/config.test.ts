import { describe, expect, it } from 'vitest';
import type { Config } from './config.ts';
import { configSchema } from './configSchema.ts';
import { presets } from './presets.ts';
import { settingsOf } from './settings.ts';

describe('the options of training', () => {
  it.each(Object.entries(presets))('take preset %s', (_name, { values }) => {
    expect(configSchema.parse(values)).toMatchObject(values);
  });

  it('leave to the method what the published programs do differently', () => {
    const of = (method: Config['method']) => {
      const { lambdaL1, generatorUpdates, schedule, norm } = settingsOf(
        configSchema.parse({ method }),
      );
      return [lambdaL1, generatorUpdates, schedule, norm];
    };
    expect(of('zi2zi')).toEqual([100, 2, 'stepDecay', 'batch']);
    expect(of('bicycle')).toEqual([10, 1, 'linearDecay', 'instance']);
    expect(of('pix2pix')).toEqual([100, 1, 'linearDecay', 'batch']);
    expect(settingsOf(configSchema.parse({ lambdaL1: 0 })).lambdaL1).toBe(0);
  });

  it.each<[Partial<Config>, string]>([
    [
      { method: 'bicycle', freezeEncoder: true },
      'expected it only with --method zi2zi, not bicycle',
    ],
    [
      { method: 'pix2pix', shuffleFromEpoch: 3 },
      'expected it only with --method zi2zi, not pix2pix',
    ],
    [
      { method: 'bicycle', lambdaTotalVariation: 1 },
      'expected it only with --method zi2zi or pix2pix, not bicycle',
    ],
    [
      { method: 'zi2zi', norm: 'instance' },
      'expected batch or conditional with --method zi2zi, not instance',
    ],
    [
      { method: 'bicycle', norm: 'batch' },
      'expected instance or conditional with --method bicycle, not batch',
    ],
    [{ initGain: 1 }, 'expected it only with --method bicycle, not zi2zi'],
    [{ styleFrom: 'another' }, 'expected it only with --method bicycle, not zi2zi'],
    [
      { method: 'pix2pix', norm: 'conditional' },
      'expected batch or instance with --method pix2pix, not conditional',
    ],
    [
      { method: 'bicycle', batchSize: 3 },
      'expected a multiple of 2 with --method bicycle, one half of which it reads styles off, not 3',
    ],
    [
      { method: 'bicycle', batchSize: 6, accumulationSteps: 2 },
      'expected a multiple of 2 · --accumulation-steps with --method bicycle, one half of which it ' +
        'reads styles off, not 6',
    ],
    [{ firstSlot: 40 }, 'expected less than --slots (40), not 40'],
    [
      { r1Gamma: 10 },
      'expected it only with --spectral-norm, because batch norm mixes the pictures whose ' +
        'gradients R1 measures one by one',
    ],
  ])('refuse %o', (values, message) => {
    const { error } = configSchema.safeParse(values);
    expect(error?.issues.map((issue) => issue.message)).toEqual([message]);
  });

  it('read what the method decides before they refuse', () => {
    expect(configSchema.safeParse({ decayEveryEpochs: 5 }).success).toBe(true);
    expect(configSchema.safeParse({ method: 'bicycle', decayEveryEpochs: 5 }).success).toBe(false);
  });
});
