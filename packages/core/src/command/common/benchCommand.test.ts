import { hostTensor, type HostTensor, type StepResult, type Tree } from '@gan-zoo/compiler';
import * as tf from '@tensorflow/tfjs';
import { describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { runCli } from '../cli/index.ts';
import type { BenchPlan } from '../../training/bench/benchPlan.ts';
import { benchCommand } from './benchCommand.ts';
import type { GanDefinition } from '../../gan/definition/definition.ts';
import { trainFields } from '../../gan/definition/trainFields.ts';

const schema = z.object({
  ...trainFields,
  data: trainFields.data.default('nowhere'),
  epochs: trainFields.epochs.default(1),
  batchSize: trainFields.batchSize.default(2),
  width: z.int().min(1).default(3).describe('Numbers in a row'),
  everySteps: z.int().default(2).describe('How often "sometimes" is due'),
});

interface State {
  readonly sum: tf.Tensor;
}
type Batch = Partial<Record<'always' | 'sometimes', tf.Tensor>>;

/** Adds up the batch's parts; `seen` lists the widths that it was traced with. */
function tinyGan(seen: string[]): GanDefinition<z.output<typeof schema>, State, Batch> {
  return {
    name: 'tiny',
    version: '1.0.0',
    schema,
    presets: { wide: { description: 'Wide rows', values: { width: 6, everySteps: 7 } } },
    defaultPreset: 'none',
    initState: ({ width }) => ({ sum: hostTensor([width]) }),
    createTrainStep:
      () =>
      (state, batch): StepResult<State> => {
        const parts = Object.entries(batch).filter(([, part]) => part !== undefined);
        seen.push(parts.map(([name, { shape }]) => `${name}[${shape.join()}]`).join(' '));
        const sum = parts.reduce<tf.Tensor>(
          (total, [, part]) => tf.add(total, tf.sum(part, 0)),
          state.sum,
        );
        return { state: { sum }, metrics: { total: tf.sum(sum) }, images: {} };
      },
    openBatches: ({ batchSize, width, everySteps }) => {
      const numbers = (): HostTensor => hostTensor([batchSize, width]);
      const batchAt = (step: number): Promise<Tree<HostTensor>> =>
        Promise.resolve({
          always: numbers(),
          ...((step + 1) % everySteps === 0 ? { sometimes: numbers() } : {}),
        });
      return Promise.resolve({ stepsPerEpoch: 1, batchAt, close: () => Promise.resolve() });
    },
    sample: {
      inputs: () => Promise.resolve(hostTensor([1])),
      select: ({ sum }) => sum,
      draw: () => (sum: tf.Tensor) => ({ fakeImages: sum }),
      grids: [{ columns: ['fakeImages'] }],
      fakes: [],
    },
    references: () => Promise.resolve({}),
    discriminators: [],
    plots: [],
    tinyConfig: {},
  };
}

type Config = z.output<typeof schema>;
const drawn = vi.fn((width: number) => Promise.resolve(width));

const plan: BenchPlan = {
  options: ['width'],
  config: { everySteps: 1 },
  kinds: {
    half: { title: 'half a step', parts: ['always'] },
    whole: { title: 'whole step', parts: ['always', 'sometimes'] },
    drawing: {
      title: 'drawing',
      start:
        ({ width }: Config) =>
        () =>
          drawn(width),
    },
  },
};

async function bench(...words: string[]) {
  const seen: string[] = [];
  const [stdout, stderr] = [[] as string[], [] as string[]];
  const stream = (lines: string[]) => ({ write: (text: string) => Boolean(lines.push(text)) });
  const code = await runCli({
    name: 'tiny',
    description: 'A tiny app.',
    version: '1.0.0',
    commands: [benchCommand(tinyGan(seen), plan)],
    argv: ['bench', '--backend', 'tfjs-cpu', ...words],
    env: {},
    stdout: stream(stdout),
    stderr: stream(stderr),
  });
  return { code, seen, stdout: stdout.join(''), stderr: stderr.join('') };
}

describe('the command bench', () => {
  it('times every kind with its parts of the batch, after two warm-up steps', async () => {
    const words = ['--rounds', '2', '--steps-per-round', '3', '--batch-size', '5', '--width', '4'];
    const { code, seen, stdout } = await bench(...words);
    expect(code).toBe(0);
    const steps = Array.from({ length: 2 + 2 * 3 });
    expect(seen).toEqual([
      ...steps.map(() => 'always[5,4]'),
      ...steps.map(() => 'always[5,4] sometimes[5,4]'),
    ]);
    expect(stdout).toMatch(/^half a step: [\d.]+ ms \([\d.]+–[\d.]+\), [\d.]+ images\/s$/m);
    expect(stdout).toMatch(/^whole step: /m);
    expect(stdout).toMatch(/^Peak memory of this process: [\d.]+ [MG]B$/m);
  });

  it('times one kind when asked to', async () => {
    const { seen, stdout } = await bench(
      '--kind',
      'half',
      '--rounds',
      '1',
      '--steps-per-round',
      '1',
    );
    expect(seen).toEqual(['always[2,3]', 'always[2,3]', 'always[2,3]']);
    expect(stdout).not.toContain('whole step');
  });

  it('times other work than steps', async () => {
    drawn.mockClear();
    const words = ['--kind', 'drawing', '--rounds', '1', '--steps-per-round', '4'];
    const { code, seen, stdout } = await bench(...words);
    expect(code).toBe(0);
    expect(seen).toEqual([]);
    expect(drawn.mock.calls).toEqual(Array.from({ length: 2 + 4 }, () => [3]));
    expect(stdout).toMatch(/^drawing: /m);
  });

  it("takes an app's preset, over which its own options win", async () => {
    const words = ['--kind', 'whole', '--rounds', '1', '--steps-per-round', '1'];
    const { seen } = await bench('--preset', 'wide', ...words);
    // Of the preset's values, the plan's win: there is a part every step.
    expect(new Set(seen)).toEqual(new Set(['always[2,6] sometimes[2,6]']));
    const { seen: narrow } = await bench('--preset', 'wide', '--width', '4', ...words);
    expect(narrow[0]).toBe('always[2,4] sometimes[2,4]');
  });

  it('names the kinds when there is no such one', async () => {
    const { code, stderr } = await bench('--kind', 'third');
    expect(code).toBe(1);
    expect(stderr).toContain(
      'error: --kind: expected all or one of half, whole, drawing, received third.',
    );
  });
});
