import { createInterface } from 'node:readline';
import { createRuntime } from '@gan-zoo/compiler';
import { formatBytes, formatRate } from '../../base/console/index.ts';
import type { WorkContext } from '../../base/console/workContext.ts';
import type { AnyGanDefinition, TrainConfig } from '../../gan/definition/index.ts';
import type { BenchPlan } from './benchPlan.ts';
import { peakMemory, serveMeasurements, type BenchHello, type Measurable } from './benchService.ts';
import { describeBench } from './describeBench.ts';
import { measurableWork } from './measurableWork.ts';

/** How often what is timed. */
export interface BenchOptions {
  /** Sizes of the networks, batch size, backend and threads. */
  readonly config: TrainConfig;
  /** A kind of the plan, or `all`. */
  readonly kind: string;
  /** Measurements of each kind. */
  readonly rounds: number;
  readonly stepsPerRound: number;
  /** Answers requests on stdin instead. */
  readonly serve: boolean;
}

/**
 * Times an app's train step, compiled or eager, on pictures of noise that are made before the clock
 * starts.
 */
export async function benchDefinition(
  definition: AnyGanDefinition,
  plan: BenchPlan,
  { config, kind, rounds, stepsPerRound, serve }: BenchOptions,
  context: Pick<WorkContext, 'signal' | 'print'>,
): Promise<void> {
  const runtime = await createRuntime({ backend: config.backend, threads: config.threads });
  try {
    const measurable = measurableWork(definition, plan, config, runtime);
    if (serve) {
      const hello = describeBench(definition, plan, config, runtime);
      return await serveStdin(hello, measurable, context);
    }
    const kinds = kind === 'all' ? Object.keys(plan.kinds) : [kind];
    for (const each of kinds) {
      await measurable.prepare(each);
      const times: number[] = [];
      for (let round = 0; round < rounds; round++) {
        context.signal.throwIfAborted();
        times.push(await measurable.run(stepsPerRound));
      }
      context.print(formatTimes(plan.kinds[each]!.title, times, config.batchSize));
    }
    context.print(`Peak memory of this process: ${formatBytes(peakMemory())}`);
  } finally {
    await runtime.close();
  }
}

/** Answers the lines of stdin; lets go of it at the end, or a failure would wait for more lines. */
async function serveStdin(
  hello: BenchHello,
  measurable: Measurable,
  { signal, print }: Pick<WorkContext, 'signal' | 'print'>,
): Promise<void> {
  const lines = createInterface({ input: process.stdin, signal });
  try {
    await serveMeasurements(hello, measurable, lines, print);
  } finally {
    process.stdin.destroy();
  }
}

function formatTimes(title: string, times: readonly number[], batchSize: number): string {
  const sorted = [...times].sort((a, b) => a - b);
  const middle = sorted[Math.floor(sorted.length / 2)]!;
  const range = `${sorted[0]!.toFixed(1)}–${sorted.at(-1)!.toFixed(1)}`;
  return `${title}: ${middle.toFixed(1)} ms (${range}), ${formatRate((1000 * batchSize) / middle, 'images')}`;
}
