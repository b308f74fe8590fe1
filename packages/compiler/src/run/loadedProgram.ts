import type { Value, ValueType } from '../capture/graph.ts';
import { emit } from '../emit/emit.ts';
import { activationPeak } from '../explain/memory.ts';
import type { Layouts } from '../lower/residentLayouts.ts';
import type { Program } from '../program.ts';
import { mapTree, type Tree } from '../tree.ts';
import { firstOutput } from './runInto.js';

/** What is needed of a program to load and to call it. */
export interface PackedProgram {
  /** The serialised ONNX model; undefined where there is nothing to compute. */
  readonly model: Uint8Array | undefined;
  /** Names of the session's inputs. */
  readonly inputs: readonly string[];
  /** Dtype and shape of the session's outputs, by name. */
  readonly outputs: Readonly<Record<string, ValueType>>;
  /** Estimated peak memory of what its nodes compute, in bytes. */
  readonly activationBytes: number;
  /** Outputs that are written over a resident input: output name → input name. */
  readonly overwrites: Readonly<Record<string, string>>;
  readonly result: Tree<ValueType>;
  /** Result paths that are arguments returned untouched → the argument's path. */
  readonly unchanged: ReadonlyMap<string, string>;
  readonly layouts: Layouts;
}

/** What calls need to know of a program whose session is loaded. */
export interface LoadedProgram extends Omit<PackedProgram, 'model'> {
  readonly session: number;
}

const typeOf = ({ dtype, shape }: ValueType): ValueType => ({ dtype, shape });

/** Keeps the little that is needed of a program, so that its graph with all its constants can go. */
export const packProgram = ({ graph, ...program }: Program): PackedProgram => ({
  // ONNX Runtime refuses a model without nodes.
  model: graph.outputs.length === 0 ? undefined : emit(graph, { firstOutput }),
  inputs: graph.inputs.map(({ name }) => name),
  outputs: Object.fromEntries(
    graph.outputs.map(({ name, value }) => [name, typeOf(value as ValueType)]),
  ),
  activationBytes: activationPeak(graph, program.overwrites).bytes,
  overwrites: Object.fromEntries(program.overwrites),
  result: mapTree<Value, ValueType>(program.result, typeOf),
  unchanged: program.unchanged,
  layouts: program.layouts,
});
