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
import type { WorkContext } from '../../base/console/workContext.ts';
import type { BatchSource } from '../../data/batches/index.ts';
import type { AnyGanDefinition, TrainConfig } from '../../gan/definition/index.ts';
import { createRandom } from '../../model/random/index.ts';
import { noiseBatchTools } from '../batchTools/index.ts';
import { stepParts } from '../trainer/stepParts.ts';
import type { eagerBackends } from './eagerBackends.ts';

/** What is compared, and how closely. */
export interface VerifyDefinitionOptions {
  /** Sizes of the networks, backend, threads and seed of the compiled side. */
  readonly config: TrainConfig;
  /** Steps that both sides take. */
  readonly steps: number;
  /** Largest difference that counts as rounding, relative to a tensor's largest value. */
  readonly tolerance: number;
  readonly against: (typeof eagerBackends)[number];
  /** Networks of a real size, whose sums round differently. */
  readonly isLarge: boolean;
}

/**
 * Runs a train step compiled and eagerly side by side on pictures of noise and compares every loss,
 * gradient and updated weight.
 *
 * @throws UserError when a difference is above the tolerance; the report is printed before
 */
export async function verifyDefinition(
  definition: AnyGanDefinition,
  { config, steps, tolerance, against, isLarge }: VerifyDefinitionOptions,
  { log, print }: Pick<WorkContext, 'log' | 'print'>,
): Promise<void> {
  const { backend, threads, seed } = config;
  const state = definition.initState(config, createRandom(seed));
  const batches = await definition.openBatches(config, noiseBatchTools(config));
  const runtimes: Runtime[] = [];
  try {
    const eager = await createRuntime({ backend: eagerBackend(against, backend) });
    runtimes.push(eager);
    const compiled = await createRuntime({ backend, threads });
    runtimes.push(compiled);
    log(`Comparing ${compiled.backend} with ${eager.backend} over ${steps} steps`);
    const step = definition.createTrainStep(config);
    const report = await verifyTrainStep({
      compiled: await compiled.trainStep(step, state, { gradients: true }),
      eager: await eager.trainStep(step, state, { gradients: true }),
      ...(await verifiedParts(batches, steps)),
      tolerance,
      isLarge,
    });
    print(formatVerifyReport(report));
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
