import { describe, expect, it } from 'vitest';
import { activationPeak } from '../explain/memory.ts';
import type { OnnxGraph, OnnxNode, OnnxValue } from '../onnx/graph.ts';
import { compare, graph, node, value } from '../rewrite/fixtures/graphs.ts';
import { executionOrder } from './executionOrder.ts';
import { profiledOrder } from './fixtures/profiledOrder.ts';
import { holdOrder } from './holdOrder.ts';

const always = { smallestBytes: 256, worthwhileBytes: 0 };

/**
 * A chain of large values and a small sum over each of them, all of which are read at the end: by
 * nodes in the order of the list one large value lives at a time, and ONNX Runtime, which computes
 * as late as it can, keeps them all.
 */
function chainOfSums(length: number): OnnxGraph {
  const x = value('x', 16, 16);
  const links: OnnxValue[] = [x];
  const sums: OnnxValue[] = [];
  const nodes = Array.from({ length }, (_, i): OnnxNode[] => {
    const [link, sum] = [value(`link${i}`, 16, 16), value(`sum${i}`, 16, 8)];
    const parts = [node(link, 'MatMul', [links.at(-1), x]), node(sum, 'MatMul', [link, y])];
    links.push(link);
    sums.push(sum);
    return parts;
  });
  const total = value('total', 16, 8);
  const all = [...nodes.flat(), node(total, 'Sum', [...sums].reverse())];
  return graph([x, y], all, [total]);
}
const y = value('y', 16, 8);

const isLink = ({ outputs }: OnnxNode): boolean => /^(link|sum)/.test(outputs[0]!.name);

describe('holdOrder', () => {
  it('holds the order of the list where that takes less memory, and computes the same', async () => {
    const before = chainOfSums(12);
    const held = holdOrder(before, new Map(), always);
    expect(activationPeak(held).bytes).toBeLessThan(0.7 * activationPeak(before).bytes);
    const { largestError } = await compare(before, () => held);
    expect(largestError).toBe(0);
  });

  it('is what ONNX Runtime does, also after its optimizer', async () => {
    const before = chainOfSums(12);
    const held = holdOrder(before, new Map(), always);
    const names = (order: readonly number[]): string[] =>
      order.filter((index) => isLink(held.nodes[index]!)).map((index) => `${index}`);
    const listed = names([...held.nodes.keys()]);
    expect(names(executionOrder(held.nodes))).toEqual(listed);
    expect(names(await profiledOrder(held, 'all'))).toEqual(listed);
    expect(names(await profiledOrder(before, 'all'))).not.toEqual(listed);
  });

  it('adds nothing to what the next large value is computed from', () => {
    const x = value('x', 16, 16);
    const [a, b, c] = [value('a', 16, 16), value('b', 16, 16), value('c', 16, 16)];
    const nodes = [node(a, 'Tanh', [x]), node(b, 'Tanh', [a]), node(c, 'MatMul', [b, a])];
    const added = holdOrder(graph([x], nodes, [c]), new Map(), always).nodes.slice(3);
    expect(added.map(({ inputs }) => inputs[0]!.name)).toEqual(['b']);
  });

  it('puts the view of what is to run first last', () => {
    const x = value('x', 16, 16);
    const [a, b, c] = [value('a', 16, 16), value('b', 16, 16), value('c', 16, 16)];
    const nodes = [node(a, 'Tanh', [x]), node(b, 'Sin', [x]), node(c, 'MatMul', [a, b])];
    expect(executionOrder(nodes)).toEqual([1, 0, 2]);
    const held = holdOrder(graph([x], nodes, [c]), new Map(), always).nodes;
    expect(held.slice(3).map(({ inputs }) => inputs[0]!.name)).toEqual(['a', 'b']);
    expect(executionOrder(held).filter((index) => index < 3)).toEqual([1, 0, 2]);
  });

  it('leaves alone what needs little memory', () => {
    const before = chainOfSums(3);
    expect(holdOrder(before)).toBe(before);
    const none = holdOrder(before, new Map(), { ...always, smallestBytes: 2 ** 20 });
    expect(none.nodes).toEqual(before.nodes);
  });
});
