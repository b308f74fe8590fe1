import { UserError } from '../errors.ts';
import type { OnnxGraph } from '../onnx/graph.ts';
import { nodeName } from './memory.ts';
import { flopsOf } from './operators.ts';

/** Where the time of one operator's nodes, or of one node, goes; means per step. */
export interface TimedOperator {
  readonly op: string;
  /** Kernel calls per step. */
  readonly calls: number;
  readonly milliseconds: number;
  /** Of the time in all kernels, 0 … 1. */
  readonly share: number;
}

/** One node's time per step. */
export interface TimedNode extends TimedOperator {
  /** As in the model; nodes that ONNX Runtime adds have names of its own. */
  readonly name: string;
  /** Of every operand that is computed or comes in, such as `8×64×16×16`; empty when unknown. */
  readonly inputShapes: readonly string[];
  /** Of every result. */
  readonly outputShapes: readonly string[];
  /** By the graph's formulas; undefined for nodes that ONNX Runtime added. */
  readonly flops: number | undefined;
}

/** What ONNX Runtime's profile says of a session's runs; means per step. */
export interface KernelTimes {
  /** Runs that the means are over, warm-up left out. */
  readonly steps: number;
  /** Time of a whole run inside ONNX Runtime. */
  readonly runMilliseconds: number;
  /** Time inside kernels. */
  readonly kernelMilliseconds: number;
  /** The rest of the run's time, 0 … 1: allocation, scheduling, and writing the profile itself. */
  readonly outsideShare: number;
  /** The slowest first. */
  readonly operators: readonly TimedOperator[];
  /** Every node, the slowest first. */
  readonly nodes: readonly TimedNode[];
  /** Most bytes in use in ONNX Runtime's arena, workspaces included, where the profile says it. */
  readonly arenaPeak: number | undefined;
}

interface ProfileEvent {
  readonly cat: string;
  readonly name: string;
  /** Microseconds. */
  readonly ts: number;
  readonly dur: number;
  readonly args?: {
    readonly op_name?: string;
    readonly output_type_shape?: readonly Readonly<Record<string, readonly number[]>>[];
    readonly mem_in_use_peak?: string;
  };
}

const kernelSuffix = '_kernel_time';

/**
 * Reads a profile of ONNX Runtime: a JSON list of events, where those of the category `Node` that end
 * in `_kernel_time` are kernel calls and those named `model_run` are whole runs.
 *
 * @param text the profile's content
 * @param graph the session's graph, for shapes and operations by node name
 * @param warmUpSteps runs to leave out at the beginning, in which the arena grows
 * @throws UserError when no run is left
 */
export function parseProfile(text: string, graph: OnnxGraph, warmUpSteps: number): KernelTimes {
  const events = JSON.parse(text) as readonly ProfileEvent[];
  const runs = events
    .filter(({ cat, name }) => cat === 'Session' && name === 'model_run')
    .sort((a, b) => a.ts - b.ts)
    .slice(warmUpSteps);
  if (runs.length === 0) {
    throw new UserError(
      `profile: expected more than ${warmUpSteps} runs, found none after them. Run more steps, or fewer for warming up.`,
    );
  }
  const began = runs[0]!.ts;
  const kernels = events.filter(
    ({ cat, name, ts }) => cat === 'Node' && name.endsWith(kernelSuffix) && ts >= began,
  );
  const perStep = (each: readonly ProfileEvent[]): number => milliseconds(each) / runs.length;
  const total = perStep(kernels);
  const timed = (own: readonly ProfileEvent[]): TimedOperator => ({
    op: own[0]!.args?.op_name ?? 'unknown',
    calls: own.length / runs.length,
    milliseconds: perStep(own),
    share: perStep(own) / total,
  });
  const slowest = <T extends TimedOperator>(rows: T[]): T[] =>
    rows.sort((a, b) => b.milliseconds - a.milliseconds);
  const known = knownNodes(graph);
  const byName = groupBy(kernels, ({ name }) => name.slice(0, -kernelSuffix.length));
  const peaks = kernels.map(({ args }) => Number(args?.mem_in_use_peak)).filter(Number.isFinite);
  return {
    steps: runs.length,
    runMilliseconds: perStep(runs),
    kernelMilliseconds: total,
    outsideShare: Math.max(0, 1 - total / perStep(runs)),
    operators: slowest(
      [...groupBy(kernels, ({ args }) => args?.op_name ?? 'unknown').values()].map(timed),
    ),
    nodes: slowest(
      [...byName].map(([name, own]) => ({
        name,
        ...shapesOf(name, own[0]!, known),
        ...timed(own),
      })),
    ),
    arenaPeak: peaks.length === 0 ? undefined : peaks.reduce((a, b) => Math.max(a, b)),
  };
}

type NodeFacts = Pick<TimedNode, 'inputShapes' | 'outputShapes' | 'flops'>;

const formatShape = (shape: readonly number[]): string =>
  shape.length === 0 ? 'scalar' : shape.join('×');

function knownNodes(graph: OnnxGraph): Map<string, NodeFacts> {
  const facts = graph.nodes.map((node, index): [string, NodeFacts] => {
    const computed = node.inputs.filter((value) => value !== undefined && value.data === undefined);
    return [
      nodeName(node, index),
      {
        inputShapes: computed.map((value) => formatShape(value!.shape)),
        outputShapes: node.outputs.map(({ shape }) => formatShape(shape)),
        flops: flopsOf(node),
      },
    ];
  });
  return new Map(facts);
}

/** A node that ONNX Runtime added or joined with others tells its shapes in the profile alone. */
function shapesOf(
  name: string,
  { args }: ProfileEvent,
  known: ReadonlyMap<string, NodeFacts>,
): NodeFacts {
  const shapes = (args?.output_type_shape ?? []).flatMap((each) => Object.values(each));
  return (
    known.get(name) ?? { inputShapes: [], outputShapes: shapes.map(formatShape), flops: undefined }
  );
}

const milliseconds = (events: readonly ProfileEvent[]): number =>
  events.reduce((total, { dur }) => total + dur, 0) / 1000;

function groupBy<T>(items: readonly T[], keyOf: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [item]);
    else group.push(item);
  }
  return groups;
}
