import { EventEmitter } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

import { UsageError, UserError } from '@gan-zoo/compiler';
import { afterAll, describe, expect, it } from 'vitest';
import { z } from 'zod';

import { defineCommand } from './command.ts';
import type { CommandContext } from './commandContext.ts';
import { end, train } from './fixtures/tinyCommands.ts';
import { InterruptedError } from '../../base/console/interruption.ts';
import { runCli } from './runCli.ts';
import type { CliOptions } from './runCli.ts';

const folder = mkdtempSync(join(tmpdir(), 'cli-'));
afterAll(() => rmSync(folder, { recursive: true }));

async function run(argv: string[], options: Partial<CliOptions> = {}) {
  const out: string[] = [];
  const err: string[] = [];
  const code = await runCli({
    name: 'tiny',
    description: 'A tiny app.',
    version: '1.2.3',
    commands: [train, end],
    argv,
    env: { INIT_CWD: folder },
    stdout: { write: (text) => out.push(text), columns: 100 },
    stderr: { write: (text) => err.push(text) },
    signals: new EventEmitter(),
    exit: () => undefined,
    ...options,
  });
  return { code, stdout: out.join(''), stderr: err.join('') };
}

/** Runs one command that does `work`, with the flags given. */
function runWork(
  work: (context: CommandContext) => Promise<void> | void,
  options: Partial<CliOptions> = {},
  flags: string[] = [],
) {
  const command = defineCommand({
    name: 'work',
    description: 'Work.',
    schema: z.object({ text: z.string().optional() }),
    run: (_config, context) => work(context),
  });
  return run(['work', ...flags], { commands: [command], ...options });
}

describe('help', () => {
  it('of the app lists its commands', async () => {
    const { code, stdout, stderr } = await run(['--help']);
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toMatchInlineSnapshot(`
      "Usage: npx nx run tiny:<command> -- [options]

      A tiny app.

      Options:
        --version   Print the version
        -h, --help  Print this help

      Commands:
        train       Train the tiny networks on a folder of pictures.
        end         End in a chosen way.
      "
    `);
  });

  it('of a command lists options, presets and examples', async () => {
    const { code, stdout, stderr } = await run(['train', '--help']);
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toMatchInlineSnapshot(`
      "Usage: npx nx run tiny:train -- [options]

      Train the tiny networks on a folder of pictures.

      Options:
        --data <folder>           Folder of training pictures, nested or not (required)
        --out <path>              Run folder to create (default: runs/<app>/<time>-<preset>)
        --epochs <n>              Passes over the data (at least 1; default: 100)
        --steps <n>               Train steps after which to stop (at least 1; default: all epochs)
        --batch-size <n>          Pictures per train step (images; at least 1; default: 64)
        --resume <run>            Run folder or checkpoint to continue, or latest
        --weights <file>          Initial weights: .safetensors, or .pth of PyTorch
        --learning-rate <number>  Step size of Adam (0 … 1; default: 0.0002)
        --betas <number,…>        Of Adam (at least 0 and below 1; default: 0.5,0.999)
        --image-size <n>          Edge length (px; one of 64, 96; default: 96)
        --[no-]flip               Mirror every other picture (default: on)
        --preset <name>           Options under a name, see below (one of published, small; default:
                                  published)
        --config <file.json>      Options from a file; flags win over it
        --dry-run                 Print the resolved options as JSON and stop
        -h, --help                Print this help

      Runtime options:
        --backend <name>          Where the networks compute (one of auto, onnx-cpu, onnx-webgpu,
                                  onnx-cuda, onnx-coreml, onnx-dml, tfjs-node-gpu, tfjs-cpu; default:
                                  onnx-cpu)
        --threads <n>             Threads that compute (1 … 1024; default: physical cores)
        --seed <n>                Start of all random numbers; the same seed gives the same result (0 …
                                  4294967295; default: 0)

      Presets:
        published  As published
        small      For a CPU

      Examples:
        npx nx run tiny:train -- --data ~/pictures --epochs 20
        npx nx run tiny:train -- --data ~/pictures --preset small --no-flip
      "
    `);
  });

  it('wins over other flags, and -h is short for it', async () => {
    expect((await run(['train', '--epochs', '0', '-h'])).code).toBe(0);
  });

  it('prints the version', async () => {
    expect(await run(['--version'])).toEqual({ code: 0, stdout: '1.2.3\n', stderr: '' });
  });
});

describe('wrong usage', () => {
  const seeTrain = 'Run `npx nx run tiny:train -- --help` to see all options.\n';
  const seeAny = 'Run `npx nx run tiny:<command> -- --help` to see all options.\n';

  it.each([
    [[], `error: tiny: expected a command, one of train, end, received nothing.\n${seeAny}`],
    [['trian'], `error: unknown command 'trian'. Did you mean train?\n${seeAny}`],
    [['--flip'], `error: unknown option --flip.\n${seeAny}`],
    [
      ['train', '--epoch', '3'],
      `error: unknown option --epoch. Did you mean --epochs?\n${seeTrain}`,
    ],
    [['train', '--xyz'], `error: unknown option --xyz.\n${seeTrain}`],
    [
      ['train', '--epochs'],
      `error: --epochs: expected a whole number of at least 1, received nothing.\n${seeTrain}`,
    ],
    [['train', '--config'], `error: --config: expected a value, received nothing.\n${seeTrain}`],
    [
      ['train', 'pictures'],
      "error: too many arguments for 'train'. Expected 0 arguments but got 1. " +
        `Every option is written with its flag: --flag value.\n${seeTrain}`,
    ],
    [['train'], `error: --data: expected a folder, received nothing.\n${seeTrain}`],
    [
      ['train', '--data', 'x', '--learning-rate', 'abc'],
      `error: --learning-rate: expected a number in 0 … 1, received "abc".\n${seeTrain}`,
    ],
    [
      ['train', '--data', 'x', '--backend', 'onnx-gpu'],
      'error: --backend: expected one of auto, onnx-cpu, onnx-webgpu, onnx-cuda, onnx-coreml, ' +
        'onnx-dml, tfjs-node-gpu, tfjs-cpu, received "onnx-gpu". Did you mean "onnx-cpu"?\n' +
        seeTrain,
    ],
    [
      ['train', '--resume', 'a', '--out', 'b'],
      'error: --resume and --out cannot be given together: ' +
        'a resumed run continues in its own folder.\n' +
        '--data: expected a folder, received nothing.\n' +
        seeTrain,
    ],
  ])('%j exits 2 and says what to do', async (argv, stderr) => {
    expect(await run(argv)).toEqual({ code: 2, stdout: '', stderr });
  });
});

describe('a dry run', () => {
  it('prints the config, which --config takes back', async () => {
    const flags = ['--data', 'x', '--learning-rate', '1e-4', '--no-flip', '--betas', '0,0.9'];
    const first = await run(['train', '--dry-run', '--preset', 'small', ...flags]);
    expect(first).toMatchObject({ code: 0, stderr: '' });
    expect(JSON.parse(first.stdout)).toEqual({
      preset: 'small',
      data: 'x',
      epochs: 100,
      batchSize: 16,
      learningRate: 1e-4,
      betas: [0, 0.9],
      imageSize: 64,
      flip: false,
      backend: 'onnx-cpu',
      seed: 0,
    });
    writeFileSync(join(folder, 'again.json'), first.stdout);
    const second = await run(['train', '--dry-run', '--config', 'again.json']);
    expect(second.stdout).toBe(first.stdout);
  });

  it('does not run the command', async () => {
    const { code } = await runWork(() => expect.unreachable(), {}, ['--dry-run']);
    expect(code).toBe(0);
  });
});

describe('the context', () => {
  it('knows the call, the preset and what was given', async () => {
    let seen: CommandContext | undefined;
    await runWork((context) => void (seen = context), {}, ["--text=it's 5 o'clock"]);
    expect(seen).toMatchObject({
      app: 'tiny',
      version: '1.2.3',
      command: 'work',
      preset: undefined,
      explicitKeys: new Set(['text']),
      invocation: "npx nx run tiny:work -- '--text=it'\\''s 5 o'\\''clock'",
      workingFolder: folder,
    });
  });

  it('resolves paths against where the user stands', async () => {
    await runWork(({ resolvePath }) => {
      expect(resolvePath('a/../b')).toBe(join(folder, 'b'));
      expect(resolvePath(folder)).toBe(folder);
      expect(resolvePath('~')).toBe(homedir());
      expect(resolvePath('~/b')).toBe(join(homedir(), 'b'));
      expect(resolvePath('~b')).toBe(join(folder, '~b'));
    });
    await runWork(({ resolvePath }) => expect(resolvePath('b')).toBe(resolve('/elsewhere/b')), {
      env: {},
      workingFolder: '/elsewhere',
    });
  });

  it('writes results to stdout, news and progress to stderr', async () => {
    const result = await runWork(async (context) => {
      const progress = context.progress({ label: 'Working', total: 4, unit: 'items' });
      progress.update(2, 'loss 0.5');
      context.log('half way');
      context.print('result');
      await delay(0);
    });
    expect(result).toMatchObject({ code: 0, stdout: 'result\n' });
    expect(result.stderr).toMatch(/^Working: 50 %, 2\/4 items, .*loss 0\.5\nhalf way\n$/);
  });

  it('takes the terminal back from a progress bar that was left running', async () => {
    const err: string[] = [];
    const stderr = { write: (text: string) => err.push(text), isTTY: true, columns: 80 };
    const work = (context: CommandContext) => {
      context.progress({ label: 'Working', total: 4, unit: 'items' }).update(1);
      throw new UserError('no more.');
    };
    expect((await runWork(work, { stderr })).code).toBe(1);
    const text = err.join('');
    expect(text).toContain('Working');
    expect(text).toMatch(/\nerror: no more\.\n\(GAN_ZOO_DEBUG=1 [^\n]*\)\n$/);
  });
});

describe('failures', () => {
  const thrower = (error: unknown) => () => {
    throw error;
  };

  it('of the user: the message, without a stack', async () => {
    expect(await runWork(thrower(new UserError('data: expected pictures.')))).toEqual({
      code: 1,
      stdout: '',
      stderr: 'error: data: expected pictures.\n(GAN_ZOO_DEBUG=1 shows where this happened.)\n',
    });
  });

  it('of the user with GAN_ZOO_DEBUG: stack and cause', async () => {
    const error = new UserError('disk full.', { cause: new Error('ENOSPC') });
    const { code, stderr } = await runWork(thrower(error), { env: { GAN_ZOO_DEBUG: '1' } });
    expect(code).toBe(1);
    expect(stderr).toMatch(/^error: UserError: disk full\.\n\s+at [^]*\[cause\]: Error: ENOSPC/);
    expect(stderr).not.toContain('GAN_ZOO_DEBUG=1');
  });

  it('of the user, as a library of the app has them', async () => {
    class FileFault extends Error {
      override name = 'FileFault';
    }
    const fail = thrower(new FileFault('font: expected a font.'));
    const { code, stderr } = await runWork(fail, { userErrors: [FileFault] });
    expect([code, stderr]).toEqual([
      1,
      'error: font: expected a font.\n(GAN_ZOO_DEBUG=1 shows where this happened.)\n',
    ]);
    expect((await runWork(fail)).stderr).toMatch(/^error: FileFault: .*\n\s+at /);
    const debug = await runWork(fail, { userErrors: [FileFault], env: { GAN_ZOO_DEBUG: '1' } });
    expect(debug.stderr).toMatch(/^error: FileFault: .*\n\s+at /);
  });

  it('of usage, found by the command itself', async () => {
    expect(await runWork(thrower(new UsageError('--text: expected less.')))).toEqual({
      code: 2,
      stdout: '',
      stderr:
        'error: --text: expected less.\n' +
        'Run `npx nx run tiny:work -- --help` to see all options.\n',
    });
  });

  it('of the program: message and stack', async () => {
    const { code, stderr } = await runWork(thrower(new TypeError('x is undefined')));
    expect(code).toBe(1);
    expect(stderr).toMatch(/^error: TypeError: x is undefined\n\s+at /);
    expect((await runWork(thrower('just text'))).stderr).toBe("error: 'just text'\n");
  });
});

describe('interruption', () => {
  const interrupt = (name: string, signals: EventEmitter) => signals.emit(name, name);

  it.each(['SIGINT', 'SIGTERM', 'SIGHUP'])('%s aborts the signal with its name', async (name) => {
    const signals = new EventEmitter();
    const { code, stderr } = await runWork(
      ({ signal }) => {
        expect(signal.aborted).toBe(false);
        interrupt(name, signals);
        expect(signal.reason).toBeInstanceOf(InterruptedError);
        expect(signal.reason).toMatchObject({
          signalName: name,
          message: `Interrupted by ${name}.`,
        });
      },
      { signals },
    );
    expect(code).toBe(130);
    expect(stderr).toBe(`${name}: stopping. A second one (Ctrl-C) stops at once.\n`);
  });

  it('exits 130 for errors that only carry it on', async () => {
    const ends: ((signal: AbortSignal) => unknown)[] = [
      (signal) => signal.throwIfAborted(),
      (signal) => delay(1000, undefined, { signal }),
      (signal) => {
        throw new Error('the worker stopped', { cause: signal.reason });
      },
    ];
    for (const endBy of ends) {
      const signals = new EventEmitter();
      const { code, stderr } = await runWork(
        async ({ signal }) => {
          interrupt('SIGINT', signals);
          await endBy(signal);
        },
        { signals },
      );
      expect(code).toBe(130);
      expect(stderr).not.toContain('error');
    }
  });

  it('still reports a failure on the way out', async () => {
    const signals = new EventEmitter();
    const { code, stderr } = await runWork(
      () => {
        interrupt('SIGTERM', signals);
        throw new UserError('the disk is full.');
      },
      { signals },
    );
    expect(code).toBe(1);
    expect(stderr).toContain('error: the disk is full.');
  });

  it('exits at once at a second signal of any kind', async () => {
    const signals = new EventEmitter();
    const exits: number[] = [];
    await runWork(
      ({ signal }) => {
        let aborts = 0;
        signal.addEventListener('abort', () => aborts++);
        interrupt('SIGTERM', signals);
        expect(exits).toEqual([]);
        interrupt('SIGINT', signals);
        expect(exits).toEqual([130]);
        expect(aborts).toBe(1);
      },
      { signals, exit: (code) => exits.push(code) },
    );
    expect(exits).toEqual([130]);
  });

  it('gives the signals back afterwards', async () => {
    const signals = new EventEmitter();
    await runWork(() => expect(signals.listenerCount('SIGINT')).toBe(1), { signals });
    expect(signals.eventNames()).toEqual([]);
  });
});
