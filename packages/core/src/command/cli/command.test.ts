import { describe, expect, it } from 'vitest';
import { z } from 'zod';

import { defineCommand } from './command.ts';
import { commonTrainFields, fields, runtimeFields } from '../../base/options/commonFields.ts';

const schema = z.object({ epochs: z.int().min(1).default(3), flip: z.boolean().default(true) });
const base = { name: 'train', description: 'Train.', schema, run: () => undefined };

describe('defineCommand', () => {
  it('refuses presets that do not fit the schema', () => {
    const preset = (values: object) => ({ small: { description: 'Small', values } });
    expect(() => defineCommand({ ...base, presets: preset({ epoch: 2 }) })).toThrow(
      'Command "train", preset "small": "epoch" is not an option.',
    );
    expect(() => defineCommand({ ...base, presets: preset({ epochs: 0 }) })).toThrow(
      'Command "train", preset "small": "epochs": Too small',
    );
    expect(() => defineCommand({ ...base, defaultPreset: 'big' })).toThrow(
      'Command "train": its default preset "big" does not exist.',
    );
  });

  it('refuses examples with flags that do not exist', () => {
    expect(() => defineCommand({ ...base, examples: ['--epoch 3'] })).toThrow(
      'Command "train": the example "--epoch 3" names unknown --epoch.',
    );
    expect(() => defineCommand({ ...base, examples: ['--preset small'] })).toThrow('--preset');
    const examples = ['--epochs 3 --no-flip --config x.json --dry-run'];
    expect(defineCommand({ ...base, examples }).examples).toEqual(examples);
  });

  it('refuses option names that Nx swallows', () => {
    const swallowed = z.object({ verbose: z.boolean().default(false) });
    expect(() => defineCommand({ ...base, schema: swallowed })).toThrow('(--verbose)');
  });
});

describe('common fields', () => {
  it('make the vocabulary that all apps share', () => {
    const command = defineCommand({
      ...base,
      schema: z.object({ ...commonTrainFields, ...fields, ...runtimeFields }),
    });
    expect(command.fields.map(({ flag }) => flag).sort()).toEqual([
      '--backend',
      '--batch-size',
      '--data',
      '--epochs',
      '--num',
      '--out',
      '--resume',
      '--run',
      '--seed',
      '--steps',
      '--threads',
      '--weights',
    ]);
    for (const { flag, description } of command.fields) expect(description, flag).not.toBe('');
  });

  it('know the backends and their default', () => {
    expect(fields.backend.options).toEqual([
      'auto',
      'onnx-cpu',
      'onnx-webgpu',
      'onnx-cuda',
      'onnx-coreml',
      'onnx-dml',
      'tfjs-node-gpu',
      'tfjs-cpu',
    ]);
    expect(z.object(runtimeFields).parse({})).toEqual({ backend: 'onnx-cpu', seed: 0 });
  });
});
