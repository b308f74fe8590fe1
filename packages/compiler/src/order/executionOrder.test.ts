import { expect, it } from 'vitest';
import type { OnnxGraph, OnnxNode } from '../onnx/graph.ts';
import { graph, node, value } from '../rewrite/fixtures/graphs.ts';
import { pseudoRandom } from '../testing/sampleTensor.ts';
import { executionOrder } from './executionOrder.ts';
import { profiledOrder } from './fixtures/profiledOrder.ts';

/** Nodes that read two earlier results each; all that nobody reads are returned. */
function randomGraph(seed: number, count: number): OnnxGraph {
  const random = pseudoRandom(seed);
  const values = [value('x', 4)];
  const read = new Set<string>();
  const nodes = Array.from({ length: count }, (_, index): OnnxNode => {
    const pick = () => values[Math.floor((Math.abs(random()) % 1) * values.length)]!;
    const inputs = [pick(), pick()];
    for (const { name } of inputs) read.add(name);
    const output = value(`v${index}`, 4);
    values.push(output);
    return node(output, 'Add', inputs);
  });
  const results = values.slice(1).filter(({ name }) => !read.has(name));
  return graph([values[0]!], nodes, results);
}

it.each([1, 2, 3])(
  'is the order in which ONNX Runtime runs nodes: random graph %i',
  async (seed) => {
    const own = randomGraph(seed, 80);
    const order = executionOrder(own.nodes);
    expect(order).toEqual(await profiledOrder(own));
    expect(order).not.toEqual([...own.nodes.keys()]);
  },
);
