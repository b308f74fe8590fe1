import { describe, expect, it } from 'vitest';

import { assertFlagAllowed, flagOf } from './flagNames.ts';

describe('flagOf', () => {
  it.each([
    ['learningRate', '--learning-rate'],
    ['beta1', '--beta1'],
    ['lambdaL1', '--lambda-l1'],
    ['useEMA', '--use-ema'],
    ['generatorAtoB', '--generator-ato-b'],
    ['num', '--num'],
  ])('writes %s as %s', (key, flag) => expect(flagOf(key)).toBe(flag));
});

describe('assertFlagAllowed', () => {
  it.each([
    'parallel',
    'env',
    'envFile',
    'cwd',
    'color',
    'noColor',
    'args',
    'command',
    'commands',
    'verbose',
    'readyWhen',
    'tty',
  ])('refuses %s, which Nx would swallow', (key) => {
    expect(() => assertFlagAllowed(key)).toThrow(
      `Option "${key}" (${flagOf(key)}) would be swallowed by the run-commands executor of Nx. ` +
        'Give the key another name.',
    );
  });

  it('refuses what the kit has itself, negations and other spellings', () => {
    expect(() => assertFlagAllowed('dryRun')).toThrow('is given to every command by the CLI kit');
    expect(() => assertFlagAllowed('noFlip')).toThrow('would read as the negation of another flag');
    expect(() => assertFlagAllowed('batch_size')).toThrow('is not written in camelCase');
  });

  it.each(['noise', 'normalize', 'colorJitter', 'environment', 'commandLine', 'config2'])(
    'allows %s',
    (key) => expect(() => assertFlagAllowed(key)).not.toThrow(),
  );
});
