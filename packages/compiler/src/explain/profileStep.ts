import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { UsageError } from '../errors.ts';
import type { HostTensor } from '../hostTensor.ts';
import { buildStepProgram } from '../program.ts';
import { createRuntime, type RuntimeOptions } from '../run/backends.ts';
import { OnnxRuntime } from '../run/onnxRuntime.ts';
import type { TrainStep } from '../trainStep.ts';
import type { Tree } from '../tree.ts';
import { parseProfile, type KernelTimes } from './parseProfile.ts';

/** What {@link profileStep} runs. */
export interface ProfileOptions<State, Batch> {
  readonly step: TrainStep<State, Batch>;
  readonly state: Tree<HostTensor>;
  /** The same batch for every step. */
  readonly batch: Tree<HostTensor>;
  /** Steps that are measured. Default: 3. */
  readonly steps?: number;
  /** Steps before them that are not. Default: 2. */
  readonly warmUpSteps?: number;
  /** Backend, which must be one of ONNX Runtime's, threads and session options. */
  readonly runtime?: Omit<RuntimeOptions, 'profilePrefix'>;
}

/** Where a step's time goes; means per step. */
export interface StepProfile extends KernelTimes {
  readonly backend: string;
  readonly threads: number | undefined;
  /** Time of a whole step as its caller sees it, on its way to the worker and back included. */
  readonly stepMilliseconds: number;
  /** Most memory that this process ever had, in bytes: what ran before in it counts too. */
  readonly peakResidentMemory: number;
}

/**
 * Runs a compiled step with ONNX Runtime's profiler and reads where its time goes.
 *
 * Writing the profile itself takes a few microseconds per node, which count as time outside of
 * kernels.
 *
 * @throws UsageError for an eager backend
 */
export async function profileStep<State, Batch>(
  options: ProfileOptions<State, Batch>,
): Promise<StepProfile> {
  const { step, state, batch, steps = 3, warmUpSteps = 2 } = options;
  const { graph } = buildStepProgram(step, state, batch);
  const folder = await mkdtemp(join(tmpdir(), 'gan-zoo-profile-'));
  const runtime = await createRuntime({ ...options.runtime, profilePrefix: join(folder, 'step') });
  try {
    if (!(runtime instanceof OnnxRuntime)) {
      throw new UsageError(
        `profile: expected a backend of ONNX Runtime, received ${runtime.backend}. Use --backend onnx-cpu.`,
      );
    }
    const runner = await runtime.trainStep(step, state);
    for (let i = 0; i < warmUpSteps; i++) await runner.step(batch);
    const began = performance.now();
    for (let i = 0; i < steps; i++) await runner.step(batch);
    const stepMilliseconds = (performance.now() - began) / steps;
    await runtime.endProfiling();
    return {
      ...parseProfile(await readProfile(folder), graph, warmUpSteps),
      ...{ backend: runtime.backend, threads: runtime.threads, stepMilliseconds },
      // Node gives kilobytes on every system.
      peakResidentMemory: process.resourceUsage().maxRSS * 1024,
    };
  } finally {
    await runtime.close();
    await rm(folder, { recursive: true, force: true });
  }
}

/** The step's profile: a GPU backend's first trial leaves another one, which is shorter. */
async function readProfile(folder: string): Promise<string> {
  const files = await readdir(folder);
  const texts = await Promise.all(files.map((file) => readFile(join(folder, file), 'utf8')));
  return texts.reduce((longest, text) => (text.length > longest.length ? text : longest), '[]');
}
