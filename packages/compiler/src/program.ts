import { capture, type Captured } from './capture/capture.ts';
import type { Value } from './capture/graph.ts';
import type { ConvolutionChoice } from './lower/conv/convolutionChoice.ts';
import { inputName, lower, outputName, unchangedOutputs } from './lower/lower.ts';
import { residentLayouts, type Layouts } from './lower/residentLayouts.ts';
import type { OnnxGraph } from './onnx/graph.ts';
import { holdOrder } from './order/holdOrder.ts';
import { overwriteArguments } from './overwrite/overwriteArguments.ts';
import { recomputeElementwise } from './recompute/recomputeElementwise.ts';
import { recomputeWindows } from './recompute/recomputeWindows.ts';
import { rewriteGraph } from './rewrite/index.ts';
import type { TrainStep } from './trainStep.ts';
import type { Tree } from './tree.ts';

/** A function as a graph of ONNX operators, which only needs to be emitted. */
export interface Program {
  readonly captured: Captured;
  readonly graph: OnnxGraph;
  /** The result's structure. */
  readonly result: Tree<Value>;
  /** Result paths that are arguments returned untouched → the argument's path. */
  readonly unchanged: ReadonlyMap<string, string>;
  /** How resident arguments are stored, and the results of the same paths; others in logical order. */
  readonly layouts: Layouts;
  /** Outputs that may be written over a resident argument: output name → input name. */
  readonly overwrites: ReadonlyMap<string, string>;
}

/** Arguments that stay in the session between runs, and may be stored in another order of axes. */
export interface Residents {
  readonly isResident: (path: string) => boolean;
  /** Layouts that earlier programs of the same arguments decided on. */
  readonly fixed: Layouts;
}

/**
 * Compiles a pure function of trees of tensors: capture (with shape inference), lower, rewrite, find
 * what to compute again, what may be overwritten and what should run early. `emit` makes an ONNX model of the graph.
 *
 * @param fn pure; see {@link capture}
 * @param examples one tree per argument: structure, dtypes and shapes
 * @param argumentNames names in paths and messages, such as `state` and `batch`
 * @param residents arguments that stay between runs. Default: none
 * @param convolutions how convolutions are computed. Default: `estimated`
 */
export function buildProgram(
  fn: (...trees: never[]) => unknown,
  examples: readonly unknown[],
  argumentNames: readonly string[] = [],
  residents?: Residents,
  convolutions: ConvolutionChoice = 'estimated',
): Program {
  const captured = capture(fn, examples, argumentNames);
  const layouts: Layouts =
    residents === undefined
      ? new Map()
      : residentLayouts(captured, residents.isResident, residents.fixed, convolutions);
  const { graph: overwriting, overwrites } = overwriteArguments(
    recomputeElementwise(recomputeWindows(rewriteGraph(lower(captured, layouts, convolutions)))),
    (output) => {
      const path = output.slice(outputName('').length);
      return residents?.isResident(path) === true ? inputName(path) : undefined;
    },
  );
  const graph = holdOrder(overwriting, overwrites);
  return {
    ...{ captured, graph, layouts, overwrites },
    result: captured.result,
    unchanged: unchangedOutputs(captured),
  };
}

/** Options of {@link buildStepProgram}. */
export interface StepProgramOptions {
  readonly gradients?: boolean;
  readonly layouts?: Layouts;
  readonly convolutions?: ConvolutionChoice;
}

/**
 * Compiles a train step, as {@link buildProgram} does: the arguments are named `state` and `batch`,
 * and of the result only what a runner reads is computed.
 *
 * @param step the step, pure
 * @param state structure, dtypes and shapes of the state
 * @param batch structure, dtypes and shapes of the batch; a part that is absent is not compiled
 * @param options `gradients: true` also returns the step's gradients. Default: false. `layouts`: how
 *   the state is stored already, where an earlier program of it has decided. `convolutions`: how they
 *   are computed. Default: `estimated`.
 */
export function buildStepProgram<State, Batch>(
  step: TrainStep<State, Batch>,
  state: unknown,
  batch: unknown,
  { gradients = false, layouts = new Map(), convolutions }: StepProgramOptions = {},
): Program {
  const traced = (own: State, given: Batch): object => {
    const result = step(own, given);
    const { metrics, images } = result;
    const extra = gradients ? { gradients: result.gradients ?? {} } : {};
    return { state: result.state, metrics, images, ...extra };
  };
  const isResident = (path: string): boolean => path.startsWith('state/');
  const residents = { isResident, fixed: layouts };
  return buildProgram(traced, [state, batch], ['state', 'batch'], residents, convolutions);
}
