import type { Value, ValueType } from '../capture/graph.ts';
import type { Program } from '../program.ts';
import { mapTree, type Tree } from '../tree.ts';
import { collectGarbage } from './collectGarbage.js';

/** What calls need to know of a program whose session is loaded. */
export interface LoadedProgram {
  readonly session: number;
  /** Names of the session's inputs and outputs. */
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  /** Outputs that are written over a resident input: output name → input name. */
  readonly overwrites: Readonly<Record<string, string>>;
  readonly result: Tree<ValueType>;
  /** Result paths that are arguments returned untouched → the argument's path. */
  readonly unchanged: ReadonlyMap<string, string>;
}

/** Keeps the little that is needed of a program, and frees its graph with all its constants. */
export function withoutGraph(program: Program, session: number): LoadedProgram {
  const loaded = {
    session,
    inputs: program.graph.inputs.map(({ name }) => name),
    outputs: program.graph.outputs.map(({ name }) => name),
    result: mapTree<Value, ValueType>(program.result, ({ dtype, shape }) => ({ dtype, shape })),
    unchanged: program.unchanged,
    overwrites: Object.fromEntries(program.overwrites),
  };
  setImmediate(collectGarbage);
  return loaded;
}
