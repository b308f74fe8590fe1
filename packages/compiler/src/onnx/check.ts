import { type OnnxGraph, type OnnxValue, sizeOfShape } from './graph.ts';

/**
 * Checks the definition of a legal graph, between passes and before emission:
 * every name is defined once and before its use, constants included; every initializer has as many
 * values as its shape says; every output exists; no extent is negative or fractional.
 *
 * @param pass the pass that made the graph, named in the error
 * @throws Error when the graph is not legal, which is a mistake of the compiler and not of its user
 */
export function assertLegalGraph(graph: OnnxGraph, pass: string): void {
  const defined = new Set<string>();
  const constants = new Map<string, OnnxValue>();
  const fail = (problem: string): never => {
    throw new Error(`compiler: the graph after ${pass} is not legal: ${problem}.`);
  };
  const assertShape = (value: OnnxValue): void => {
    if (value.shape.every((extent) => Number.isInteger(extent) && extent >= 0)) return;
    fail(`%${value.name} has the shape [${value.shape.join(', ')}]`);
  };
  const define = (value: OnnxValue): void => {
    if (defined.has(value.name)) fail(`%${value.name} is defined twice`);
    assertShape(value);
    defined.add(value.name);
  };
  const use = (value: OnnxValue, who: string): void => {
    if (value.data === undefined) {
      if (!defined.has(value.name)) fail(`${who} uses %${value.name} before its definition`);
      return;
    }
    const known = constants.get(value.name);
    if (defined.has(value.name) || (known !== undefined && known.data !== value.data)) {
      fail(`%${value.name} is defined twice`);
    }
    constants.set(value.name, value);
    assertShape(value);
    if (value.data.length !== sizeOfShape(value.shape)) {
      fail(
        `the constant %${value.name} has ${value.data.length} values, its shape [${value.shape.join(', ')}]`,
      );
    }
  };
  graph.inputs.forEach(define);
  for (const node of graph.nodes) {
    for (const value of node.inputs) if (value !== undefined) use(value, node.op);
    node.outputs.forEach(define);
  }
  for (const { name, value } of graph.outputs) use(value, `output ${name}`);
}
