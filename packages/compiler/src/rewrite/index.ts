import { assertLegalGraph } from '../onnx/check.ts';
import type { OnnxGraph } from '../onnx/graph.ts';
import { commonSubexpressions } from './commonSubexpressions.ts';
import { deadNodes } from './deadNodes.ts';
import { neutralOperands } from './neutralOperands.ts';
import { rowSums } from './rowSums.ts';
import { slopesOfResults } from './slopesOfResults.ts';
import { smallFactors } from './smallFactors.ts';
import { squares } from './squares.ts';
import { sumsOfProducts } from './sumsOfProducts.ts';
import { transposePairs } from './transposePairs.ts';

/** A pass over a graph: it returns an equal, cheaper one and leaves its argument alone. */
export interface Rewrite {
  readonly name: string;
  readonly apply: (graph: OnnxGraph) => OnnxGraph;
}

/** The rewrites in their order; each is one file. */
export const rewrites: readonly Rewrite[] = [
  { name: 'deadNodes', apply: deadNodes },
  { name: 'neutralOperands', apply: neutralOperands },
  { name: 'squares', apply: squares },
  { name: 'commonSubexpressions', apply: commonSubexpressions },
  { name: 'slopesOfResults', apply: slopesOfResults },
  { name: 'deadNodes', apply: deadNodes },
  { name: 'smallFactors', apply: smallFactors },
  { name: 'sumsOfProducts', apply: sumsOfProducts },
  { name: 'transposePairs', apply: transposePairs },
  { name: 'commonSubexpressions', apply: commonSubexpressions },
  { name: 'rowSums', apply: rowSums },
  { name: 'deadNodes', apply: deadNodes },
];

/** Applies every rewrite once and checks the graph between them. */
export function rewriteGraph(graph: OnnxGraph, passes: readonly Rewrite[] = rewrites): OnnxGraph {
  assertLegalGraph(graph, 'lowering');
  return passes.reduce((current, { name, apply }) => {
    const next = apply(current);
    assertLegalGraph(next, name);
    return next;
  }, graph);
}
