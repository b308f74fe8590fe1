import { createRuntime, type HostTensor, type Tree } from '@gan-zoo/compiler';
import type { AnyGanDefinition } from '../gan/definition/definition.ts';
import { createRandom } from '../model/random/index.ts';
import { noiseBatchTools } from '../training/batchTools/index.ts';
import { stepParts } from '../training/trainer/index.ts';
import { eagerBackend } from './eagerBackend.ts';

/**
 * Plays the first step of a configuration on pictures of noise, eagerly.
 *
 * @param values options besides the definition's `tinyConfig`
 * @returns the metrics of all parts of the step
 */
export async function playOneStep(
  definition: AnyGanDefinition,
  values: Readonly<Record<string, unknown>>,
): Promise<Readonly<Record<string, number>>> {
  const config = definition.schema.parse({ ...definition.tinyConfig, ...values });
  const runtime = await createRuntime({ backend: eagerBackend, threads: 1 });
  try {
    const batches = await definition.openBatches(config, noiseBatchTools(config));
    const state = definition.initState(config, createRandom(config.seed));
    const runner = await runtime.trainStep(definition.createTrainStep(config), state);
    const metrics: Record<string, number> = {};
    for (const part of stepParts(await batches.batchAt(0))) {
      Object.assign(metrics, (await runner.step(part as Tree<HostTensor>)).metrics);
    }
    await runner.close();
    await batches.close();
    return metrics;
  } finally {
    await runtime.close();
  }
}
