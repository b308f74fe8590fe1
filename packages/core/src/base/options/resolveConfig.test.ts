import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { UsageError } from '@gan-zoo/compiler';
import { afterAll, describe, expect, it } from 'vitest';
import { z } from 'zod';

import { describeFields } from './configField.ts';
import { resolveConfig } from './resolveConfig.ts';
import type { ConfigSpec, FindInherited, GivenOptions } from './resolveConfig.ts';

const folder = mkdtempSync(join(tmpdir(), 'config-'));
afterAll(() => rmSync(folder, { recursive: true }));

const schema = z
  .object({
    data: z.string().meta({ placeholder: 'folder' }),
    learningRate: z.number().min(0).max(1).default(2e-4),
    epochs: z.int().min(1).default(100),
    steps: z.int().min(1).optional(),
    loss: z.enum(['bce', 'hinge']).default('bce'),
    betas: z.array(z.number().min(0).lt(1)).length(2).default([0.5, 0.999]),
    flip: z.boolean().default(true),
    out: z.string().regex(/^\S+$/, 'expected a path without spaces').optional(),
  })
  .refine(({ loss, flip }) => loss !== 'hinge' || flip, {
    path: ['loss'],
    message: 'hinge needs flipped pictures',
  });

const spec: ConfigSpec = {
  schema,
  fields: describeFields(schema),
  presets: {
    published: { description: 'As published', values: {} },
    small: { description: 'For a CPU', values: { epochs: 5, learningRate: 1e-3, loss: 'hinge' } },
  },
  defaultPreset: 'published',
  conflicts: [{ keys: ['epochs', 'steps'], because: 'both say when to stop' }],
};

const resolve = (given: Partial<GivenOptions>, inherited?: FindInherited) =>
  resolveConfig(spec, { flags: {}, ...given }, inherited);

async function complaint(given: Partial<GivenOptions>, inherited?: FindInherited): Promise<string> {
  const error: unknown = await resolve(given, inherited).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(UsageError);
  return (error as UsageError).message;
}

function fileOf(content: unknown): string {
  const path = join(folder, 'options.json');
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
}

describe('layers', () => {
  it('starts from the defaults of the schema', async () => {
    const { config, preset, explicitKeys } = await resolve({ flags: { data: 'pictures' } });
    expect(config).toEqual({
      data: 'pictures',
      learningRate: 2e-4,
      epochs: 100,
      loss: 'bce',
      betas: [0.5, 0.999],
      flip: true,
    });
    expect(preset).toBe('published');
    expect([...explicitKeys]).toEqual(['data']);
  });

  it('lays preset, file and flags over them', async () => {
    const configFile = fileOf({ data: 'fromFile', epochs: 7, loss: 'bce' });
    const flags = { epochs: '9', flip: false, betas: '0,0.9' };
    const { config, preset, explicitKeys } = await resolve({ flags, preset: 'small', configFile });
    expect(config).toEqual({
      data: 'fromFile',
      learningRate: 1e-3,
      epochs: 9,
      loss: 'bce',
      betas: [0, 0.9],
      flip: false,
    });
    expect(preset).toBe('small');
    expect([...explicitKeys].sort()).toEqual(['betas', 'data', 'epochs', 'flip', 'loss', 'preset']);
  });

  it('takes the preset from the file, unless a flag names another', async () => {
    const configFile = fileOf({ preset: 'small', data: 'x' });
    expect(await resolve({ configFile })).toMatchObject({
      preset: 'small',
      config: { epochs: 5 },
      explicitKeys: new Set(['data', 'preset']),
    });
    expect(await resolve({ configFile, preset: 'published' })).toMatchObject({
      preset: 'published',
      config: { epochs: 100 },
    });
  });

  it('reads what a dry run prints back to the same config', async () => {
    const first = await resolve({ preset: 'small', flags: { data: 'x', steps: '3' } });
    const configFile = fileOf({ preset: first.preset, ...first.config });
    // Epochs come from the preset, steps from the user; only what is given twice is a conflict.
    expect(await complaint({ configFile })).toContain('cannot be given together');
    const second = await resolve({ preset: 'small', flags: { data: 'x' } });
    const again = await resolve({
      configFile: fileOf({ preset: second.preset, ...second.config }),
    });
    expect(again.config).toEqual(second.config);
  });

  it('reads the config.json of a run folder', async () => {
    const configFile = fileOf({
      app: 'anime-dcgan',
      version: '1.0.0',
      preset: 'small',
      config: { data: 'y', epochs: 11 },
      machine: {},
    });
    expect(await resolve({ configFile })).toMatchObject({
      preset: 'small',
      config: { data: 'y', epochs: 11, learningRate: 1e-3 },
    });
  });

  it('puts an inherited config in the place of the preset', async () => {
    const inherited: FindInherited = (given) => {
      expect(given).toEqual({ epochs: 20 });
      return Promise.resolve({
        values: { data: 'old', epochs: 10, loss: 'bce', goneSince: 1 },
        preset: 'small',
        place: '/runs/old',
      });
    };
    const { config, preset, explicitKeys } = await resolve({ flags: { epochs: '20' } }, inherited);
    expect(config).toMatchObject({ data: 'old', epochs: 20, learningRate: 2e-4 });
    expect(config).not.toHaveProperty('goneSince');
    expect(preset).toBe('small');
    expect([...explicitKeys]).toEqual(['epochs']);
    expect(await complaint({ flags: { epochs: '20' }, preset: 'published' }, inherited)).toBe(
      '--preset: /runs/old was made with small, received "published". ' +
        'Leave the preset out; single options can be given.',
    );
  });
});

describe('complaints', () => {
  it.each([
    [{ learningRate: 'abc' }, '--learning-rate: expected a number in 0 … 1, received "abc".'],
    [{ learningRate: '2' }, '--learning-rate: expected a number in 0 … 1, received "2".'],
    [{ learningRate: '' }, '--learning-rate: expected a number in 0 … 1, received "".'],
    [{ epochs: '1.5' }, '--epochs: expected a whole number of at least 1, received "1.5".'],
    [
      { loss: 'hing' },
      '--loss: expected one of bce, hinge, received "hing". Did you mean "hinge"?',
    ],
    [{ loss: 'zzz' }, '--loss: expected one of bce, hinge, received "zzz".'],
    [
      { betas: '0.5' },
      '--betas: expected a comma list of 2 numbers of at least 0 and below 1, received "0.5".',
    ],
    [
      { betas: '0.5,1' },
      '--betas: expected a comma list of 2 numbers of at least 0 and below 1, received "0.5,1".',
    ],
    [{ loss: 'hinge', flip: false }, '--loss: hinge needs flipped pictures, received "hinge".'],
    [{ out: 'a b' }, '--out: expected a path without spaces, received "a b".'],
    [
      { data: '--flip' },
      '--data: expected a folder, received "--flip". The value after --data seems to be missing.',
    ],
    [
      { epochs: '3', steps: '4' },
      '--epochs and --steps cannot be given together: both say when to stop.',
    ],
  ])('names flag, expectation and what was received: %o', async (flags, message) => {
    expect(await complaint({ flags: { data: 'x', ...flags } })).toBe(message);
  });

  it('asks for what is required', async () => {
    expect(await complaint({})).toBe('--data: expected a folder, received nothing.');
  });

  it('lists all problems at once, each one time', async () => {
    const configFile = fileOf({ betas: ['a', 'b'], flip: 'yes', steps: 3 });
    expect(await complaint({ configFile, flags: { epochs: 'x' } })).toBe(
      [
        '--epochs: expected a whole number of at least 1, received "x".',
        `--epochs and steps in ${configFile} cannot be given together: both say when to stop.`,
        '--data: expected a folder, received nothing.',
        `betas in ${configFile}: expected a comma list of 2 numbers of at least 0 and below 1, received ["a","b"].`,
        `flip in ${configFile}: expected true or false, received "yes".`,
      ].join('\n'),
    );
  });

  it('knows the presets', async () => {
    const flags = { data: 'x' };
    expect(await complaint({ flags, preset: 'smal' })).toBe(
      '--preset: expected one of published, small, received "smal". Did you mean "small"?',
    );
    const configFile = fileOf({ preset: 'big' });
    expect(await complaint({ flags, configFile })).toBe(
      `preset in ${configFile}: expected one of published, small, received "big".`,
    );
  });

  it('does not ask what to inherit when the options are wrong already', async () => {
    const inherited = () => Promise.reject(new Error('asked'));
    expect(await complaint({ flags: { epochs: '-' } }, inherited)).toMatch(/^--epochs/);
  });
});

describe('the --config file', () => {
  it('must not have unknown keys', async () => {
    const configFile = fileOf({ 'learning-rate': 1, latentDim: 3, __proto__x: 1 });
    expect(await complaint({ configFile })).toBe(
      [
        `${configFile}: unknown key "learning-rate". Did you mean "learningRate"?`,
        `${configFile}: unknown key "latentDim".`,
        `${configFile}: unknown key "__proto__x".`,
      ].join('\n'),
    );
  });

  it('must not smuggle in a prototype', async () => {
    const configFile = fileOf('{"__proto__": {"data": "x"}}');
    expect(await complaint({ configFile })).toContain('unknown key "__proto__"');
  });

  it('must name presets only where there are some', async () => {
    const configFile = fileOf({ preset: 'small', data: 'x' });
    const bare = { ...spec, presets: {}, defaultPreset: undefined };
    await expect(resolveConfig(bare, { flags: {}, configFile })).rejects.toThrow(
      `${configFile}: unknown key "preset"; this command has no presets.`,
    );
    expect(await complaint({ configFile: fileOf({ preset: 3 }) })).toContain(
      'expected the name of a preset, received 3.',
    );
  });

  it('must be there and hold a JSON object', async () => {
    expect(await complaint({ configFile: join(folder, 'none.json') })).toBe(
      `--config: expected a JSON file, received nothing at ${join(folder, 'none.json')}.`,
    );
    expect(await complaint({ configFile: folder })).toBe(
      `--config: expected a JSON file, received a folder: ${folder}.`,
    );
    expect(await complaint({ configFile: fileOf('{"epochs": 3,}') })).toMatch(
      /^--config: .*options\.json is not valid JSON: .+\.$/,
    );
    expect(await complaint({ configFile: fileOf('[1]') })).toBe(
      `--config: expected an object {…} in ${join(folder, 'options.json')}, received a list.`,
    );
  });

  it('may start with a byte order mark', async () => {
    const configFile = fileOf('\uFEFF{"data": "x"}');
    expect((await resolve({ configFile })).config).toMatchObject({ data: 'x' });
  });
});
