import {
  createRuntime,
  findTensorFlowBinding,
  formatVerifyReport,
  UserError,
  verifyTrainStep,
  type HostTensor,
  type Runtime,
  type Tree,
  type VerifyOptions,
} from '@gan-zoo/compiler';
import { z } from 'zod';
import { defineCommand, runtimeFields, type Command } from '../cli/index.ts';
import { createRandom } from '../random/index.ts';
import type { BatchSource } from '../data/index.ts';
import { stepParts } from './stepParts.ts';
import { noiseBatchTools } from './batchTools.ts';
import type { AnyGanDefinition } from './definition.ts';
import type { TrainConfig } from './trainFields.ts';

const eagerBackends = ['auto', 'tfjs-node-gpu', 'tfjs-cpu'] as const;

/**
 * The command `verify` of an app: runs its train step compiled and eagerly side by side on pictures
 * of noise and compares every loss, gradient and updated weight.
 */
export function verifyCommand(definition: AnyGanDefinition): Command {
  const schema = z.object({
    steps: z
      .int()
      .min(1)
      .default(10)
      .meta({ description: 'Steps that both sides take', unit: 'steps' }),
    tolerance: z.number().gt(0).default(1e-4).meta({
      description:
        "Largest difference that counts as rounding, relative to a tensor's largest value",
    }),
    sizes: z
      .enum(['tiny', ...Object.keys(definition.presets)])
      .default('tiny')
      .describe('Networks for tests, or those of a preset, which take an eager backend long'),
    against: z
      .enum(eagerBackends)
      .default('auto')
      .describe('The eager backend to compare with; auto: TensorFlow if installed, else tfjs-cpu'),
    ...runtimeFields,
  });
  return defineCommand({
    name: 'verify',
    description: 'Compares the compiled train step with the eager one, tensor by tensor',
    schema,
    examples: [
      '--steps 10',
      '--backend onnx-webgpu',
      `--sizes ${definition.defaultPreset} --steps 1`,
    ],
    run: async ({ steps, tolerance, sizes, against, backend, threads, seed }, context) => {
      const chosen = definition.presets[sizes]?.values ?? definition.tinyConfig;
      const config = definition.schema.parse({ ...chosen, seed, backend, threads }) as TrainConfig;
      const state = definition.initState(config, createRandom(seed));
      const batches = await definition.openBatches(config, noiseBatchTools(config));
      const runtimes: Runtime[] = [];
      try {
        const eager = await createRuntime({ backend: eagerBackend(against, backend) });
        runtimes.push(eager);
        const compiled = await createRuntime({ backend, threads });
        runtimes.push(compiled);
        context.log(`Comparing ${compiled.backend} with ${eager.backend} over ${steps} steps`);
        const step = definition.createTrainStep(config);
        const report = await verifyTrainStep({
          compiled: await compiled.trainStep(step, state, { gradients: true }),
          eager: await eager.trainStep(step, state, { gradients: true }),
          ...(await verifiedParts(batches, steps)),
          tolerance,
          isLarge: sizes !== 'tiny',
        });
        context.print(formatVerifyReport(report));
        if (report.failures.length > 0) {
          throw new UserError(
            `verify: expected all differences to be at most ${tolerance}, found ${report.failures.length} ` +
              `above it. The backend ${compiled.backend} computes this step wrongly: train with --backend ${eager.backend}.`,
          );
        }
      } finally {
        for (const runtime of runtimes) await runtime.close();
        await batches.close();
      }
    },
  });
}

/**
 * TensorFlow is an engine of its own and many times faster than tfjs's JavaScript, which is left to
 * compare TensorFlow itself with.
 */
function eagerBackend(
  against: (typeof eagerBackends)[number],
  compared: string,
): 'tfjs-node-gpu' | 'tfjs-cpu' {
  if (against !== 'auto') return against;
  const hasTensorFlow = findTensorFlowBinding() !== undefined;
  return hasTensorFlow && compared !== 'tfjs-node-gpu' ? 'tfjs-node-gpu' : 'tfjs-cpu';
}

/** The verification repeats a step with batches so far on, which have the same parts. */
const samePartsAfter = 720720;

/** The parts of the first steps, one after the other, as the verification counts steps. */
async function verifiedParts(
  batches: BatchSource<Tree<HostTensor>>,
  steps: number,
): Promise<Pick<VerifyOptions, 'batchAt' | 'steps'>> {
  const places: { readonly step: number; readonly part: number }[] = [];
  for (let step = 0; step < steps; step++) {
    const parts = stepParts(await batches.batchAt(step));
    places.push(...parts.map((_, part) => ({ step, part })));
  }
  return {
    steps: places.length,
    batchAt: async (at) => {
      const again = at - (at % samePartsAfter);
      const { step, part } = places[at - again]!;
      return stepParts(await batches.batchAt(step + again))[part]!;
    },
  };
}
