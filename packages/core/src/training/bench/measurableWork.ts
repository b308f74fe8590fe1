import {
  UserError,
  type HostTensor,
  type Runtime,
  type StepRunner,
  type Tree,
} from '@gan-zoo/compiler';
import type { AnyGanDefinition, TrainConfig } from '../../gan/definition/index.ts';
import { createRandom } from '../../model/random/index.ts';
import { noiseBatchTools } from '../batchTools/index.ts';
import { stepParts } from '../trainer/stepParts.ts';
import type { BenchPlan, BenchWork } from './benchPlan.ts';
import type { Measurable } from './benchService.ts';

/** Prepares and runs one kind of work at a time; a step's batch is made beforehand. */
export function measurableWork(
  definition: AnyGanDefinition,
  plan: BenchPlan,
  config: TrainConfig,
  runtime: Runtime,
): Measurable {
  let work: (() => Promise<unknown>) | undefined;
  let runner: StepRunner | undefined;
  const run = async (times: number): Promise<number> => {
    if (work === undefined) {
      throw new UserError('bench: expected {"prepare": kind} before {"run": steps}.');
    }
    const start = performance.now();
    for (let time = 0; time < times; time++) await work();
    return (performance.now() - start) / times;
  };
  const prepareSteps = async (parts: readonly string[]): Promise<() => Promise<unknown>> => {
    const batch = await makeBatch(definition, config, parts);
    const step = definition.createTrainStep(config);
    const state = definition.initState(config, createRandom(config.seed));
    const stepping = await runtime.trainStep(step, state, { givesState: true });
    runner = stepping;
    return () => stepping.step(batch);
  };
  return {
    run,
    prepare: async (name) => {
      const kind = kindOf(plan, name);
      await runner?.close();
      runner = undefined;
      work =
        'parts' in kind ? await prepareSteps(kind.parts) : kind.start(config as never, runtime);
      // The first time compiles, the second fills ONNX Runtime's arena.
      await run(2);
      return runtime.backend;
    },
  };
}

function kindOf({ kinds }: BenchPlan, name: string): BenchWork {
  const kind = kinds[name];
  if (kind !== undefined) return kind;
  throw new UserError(
    `--kind: expected all or one of ${Object.keys(kinds).join(', ')}, received ${name}.`,
  );
}

/** The batch of every step of a kind, made beforehand. */
async function makeBatch(
  definition: AnyGanDefinition,
  config: TrainConfig,
  parts: readonly string[],
): Promise<Tree<HostTensor>> {
  const source = await definition.openBatches(config, noiseBatchTools(config));
  // Of a batch that comes in parts, the last one that trains a network is timed for it.
  const batch = Object.assign({}, ...stepParts(await source.batchAt(0))) as Record<
    string,
    Tree<HostTensor>
  >;
  await source.close();
  return Object.fromEntries(parts.map((part) => [part, batch[part]!]));
}
