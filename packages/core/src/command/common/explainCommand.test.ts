import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hostTensor, type TrainStep } from '@gan-zoo/compiler';
import * as tf from '@tensorflow/tfjs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { fields } from '../../base/options/index.ts';
import { runCli } from '../cli/index.ts';
import type { GanDefinition } from '../../gan/definition/definition.ts';
import { explainCommand } from './explainCommand.ts';
import { trainFields } from '../../gan/definition/trainFields.ts';

interface State {
  readonly generator: tf.Tensor;
  readonly discriminator: tf.Tensor;
}

interface Batch {
  readonly generator: { readonly latents: tf.Tensor };
  readonly discriminator?: { readonly realImages: tf.Tensor };
}

/** The least that looks like a GAN: D is updated in every other step, G in every one. */
const trainStep: TrainStep<State, Batch> = ({ generator, discriminator }, batch) => {
  const real = batch.discriminator?.realImages;
  return {
    state: {
      generator: tf.mul(generator, tf.mean(batch.generator.latents)),
      discriminator: real === undefined ? discriminator : tf.add(discriminator, tf.mean(real)),
    },
    metrics: { generatorLoss: tf.sum(generator) },
    images: {},
  };
};

const schema = z.object({
  ...trainFields,
  data: fields.data,
  epochs: fields.epochs.default(1),
  batchSize: fields.batchSize.default(4),
});

const definition: GanDefinition<z.output<typeof schema>, State, Batch> = {
  name: 'tiny-gan',
  version: '1.0.0',
  schema,
  presets: { usual: { description: 'As it is', values: { data: 'nowhere' } } },
  defaultPreset: 'usual',
  initState: () => ({ generator: hostTensor([5]), discriminator: hostTensor([3]) }),
  createTrainStep: () => trainStep,
  openBatches: async ({ data: folder, batchSize }, tools) => {
    const images = await tools.images({ folder, imageSize: 8 });
    return {
      stepsPerEpoch: images.stepsPerEpoch,
      batchAt: async (step) => ({
        generator: { latents: hostTensor([batchSize, 2]) },
        ...(step % 2 === 0 ? { discriminator: { realImages: await images.batchAt(step) } } : {}),
      }),
      close: () => images.close(),
    };
  },
  sample: {
    inputs: () => Promise.resolve(hostTensor([1])),
    select: ({ generator }) => generator,
    draw: () => (generator: tf.Tensor) => ({ fakeImages: generator }),
    grids: [{ columns: ['fakeImages'] }],
    fakes: [],
  },
  references: () => Promise.resolve({}),
  discriminators: [],
  plots: [],
  tinyConfig: {},
};

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'explain-'));
});
afterEach(() => rm(folder, { recursive: true }));

const explain = (...words: string[]) => explainAs(definition, ...words);

async function explainAs(
  explained: typeof definition,
  ...words: string[]
): Promise<{ code: number; stdout: string; stderr: string }> {
  let [stdout, stderr] = ['', ''];
  const code = await runCli({
    name: definition.name,
    description: 'A tiny GAN',
    version: definition.version,
    commands: [explainCommand(explained)],
    argv: ['explain', ...words],
    env: {},
    workingFolder: folder,
    stdout: { write: (text: string) => ((stdout += text), true) },
    stderr: { write: (text: string) => ((stderr += text), true) },
  });
  return { code, stdout, stderr };
}

describe('the command explain', () => {
  it('explains each structure of a batch once, with the options of training', async () => {
    const { code, stdout } = await explain('--batch-size', '6', '--profile-steps', '0');
    expect(code).toBe(0);
    expect(stdout.match(/^Step with .*$/gm)).toEqual([
      'Step with a batch of generator and discriminator (steps 0, 2, 4, …)',
      'Step with a batch of generator (steps 1, 3, 5, …)',
    ]);
    // Latents [6, 2], and with D's pictures [6, 8, 8, 3] besides.
    expect(stdout.match(/^batch .*$/gm)).toEqual([
      expect.stringMatching(/^batch +4\.66 kB$/),
      expect.stringMatching(/^batch +48 B$/),
    ]);
    expect(stdout).toMatch(/^discriminator +1 +3 +12 B$/m);
    expect(stdout).not.toContain('Measured');
  });

  it('explains what only later steps do as well', async () => {
    const later: typeof definition = {
      ...definition,
      openBatches: async (config, tools) => {
        const source = await definition.openBatches(config, tools);
        const both = await source.batchAt(0);
        const one = await source.batchAt(1);
        return {
          ...source,
          stepsPerEpoch: 30,
          batchAt: (step) => Promise.resolve(step < 25 ? one : both),
        };
      },
    };
    const titlesOf = async (...words: string[]) => {
      const { stdout } = await explainAs(later, '--profile-steps', '0', ...words);
      return stdout.match(/^Step with .*$/gm);
    };
    expect(await titlesOf()).toEqual([
      'Step with a batch of generator (the first steps)',
      'Step with a batch of generator and discriminator (later in training)',
    ]);
    expect(await titlesOf('--steps', '25')).toEqual([
      'Step with a batch of generator (every step)',
    ]);
  });

  it('measures where the time goes', async () => {
    const { code, stdout, stderr } = await explain('--profile-steps', '1', '--threads', '1');
    expect(code).toBe(0);
    expect(stdout.match(/^Measured over 1 step on onnx-cpu, 1 thread: /gm)).toHaveLength(2);
    expect(stderr).toContain("Running 1 step with ONNX Runtime's profiler\n");
  });

  it('prints the graph of either stage', async () => {
    const captured = await explain('--profile-steps', '0', '--print-graph', 'captured');
    expect(captured.stdout).toMatch(/^input %\d+:float32\[5\] state\/generator$/m);
    expect(captured.stdout).toMatch(/^%\d+:float32\[5\] = Multiply\(/m);
    const onnx = await explain('--profile-steps', '0', '--print-graph', 'onnx');
    expect(onnx.stdout).toMatch(/^input %in:state\/generator:float32\[5\]$/m);
    expect(onnx.stdout).toMatch(/^output out:state\/generator = %v\d+:float32\[5\]$/m);
  });

  it('writes an ONNX model of each structure', async () => {
    const { code, stderr } = await explain('--profile-steps', '0', '--onnx', 'models/step.onnx');
    expect(code).toBe(0);
    const files = ['step-generator-discriminator-step0.onnx', 'step-generator-step1.onnx'];
    expect((await readdir(join(folder, 'models'))).sort()).toEqual(files);
    expect(stderr).toContain(`ONNX model: ${join(folder, 'models', files[0]!)}\n`);
    const model = await readFile(join(folder, 'models', files[1]!));
    expect(model.includes('in:state/generator')).toBe(true);
    expect(model.includes('in:batch/discriminator')).toBe(false);
  });

  it('refuses eager backends when it is to measure', async () => {
    const { code, stderr } = await explain('--backend', 'tfjs-cpu');
    expect(code).toBe(2);
    expect(stderr).toContain(
      'error: profile: expected a backend of ONNX Runtime, received tfjs-cpu.',
    );
  });
});
