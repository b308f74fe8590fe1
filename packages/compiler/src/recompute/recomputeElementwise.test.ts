import { describe, expect, it } from 'vitest';
import { activationPeak } from '../explain/memory.ts';
import type { OnnxGraph, OnnxValue } from '../onnx/graph.ts';
import { compare, graph, node, value } from '../rewrite/fixtures/graphs.ts';
import { recomputeElementwise } from './recomputeElementwise.ts';

const always = { smallestBytes: 0, worthwhileBytes: 0 };
const far = 80;

const size = [16, 16] as const;
const [x, scale, kernel] = [value('x', ...size), value('scale', 1, 16), value('kernel', 16, 16)];
const [centred, scaled, active, z] = [
  ...['centred', 'scaled', 'active', 'z'].map((name) => value(name, ...size)),
] as [OnnxValue, OnnxValue, OnnxValue, OnnxValue];
const [up, down, wide] = [value('up', 16, 64), value('down', 64, 16), value('wide', 16, 64)];
const [slope, result] = [value('slope', ...size), value('result', ...size)];
const steps = Array.from({ length: far }, (_, i) => value(`step${i}`, ...size));

/** A scaled activation, many steps that depend on it, and readers of it and of its origin. */
function example(readsOrigin: boolean, witness: OnnxValue = steps.at(-1)!): OnnxGraph {
  const ends = readsOrigin ? [node(result, 'Mul', [centred, slope])] : [];
  return graph(
    [x, scale, kernel, up, down],
    [
      node(centred, 'Tanh', [x]),
      node(scaled, 'Mul', [centred, scale]),
      node(active, 'Relu', [scaled]),
      node(z, 'MatMul', [active, kernel]),
      node(wide, 'MatMul', [z, up]),
      node(steps[0]!, 'MatMul', [wide, down]),
      ...steps.slice(1).map((step, i) => node(step, 'Sin', [steps[i]!])),
      node(slope, 'MatMul', [active, witness]),
      ...ends,
    ],
    [readsOrigin ? result : slope],
  );
}

const operators = ({ nodes }: OnnxGraph, op: string): number =>
  nodes.filter((each) => each.op === op).length;

describe('recomputeElementwise', () => {
  it('keeps what elementwise results are computed from, and computes them again', async () => {
    const before = example(true);
    const again = recomputeElementwise(before, always);
    expect([operators(again, 'Mul'), operators(again, 'Relu')]).toEqual([
      operators(before, 'Mul') + 1,
      operators(before, 'Relu') + 1,
    ]);
    expect(activationPeak(again).bytes).toBeLessThan(activationPeak(before).bytes);
    const { after, largestError } = await compare(before, (own) =>
      recomputeElementwise(own, always),
    );
    expect(largestError).toBe(0);
    // The copies wait for the last step.
    expect(after).toMatch(/Reshape\(%step79:/);
  });

  it.each<[string, OnnxGraph]>([
    ['nothing else needs what they are computed from', example(false)],
    ['nothing tells when the forward pass is over', example(true, kernel)],
  ])('keeps them where %s', (_why, own) => {
    expect(recomputeElementwise(own, always)).toBe(own);
  });

  it('keeps them where that costs little', () => {
    const own = example(true);
    expect(recomputeElementwise(own)).toBe(own);
    expect(recomputeElementwise(own, { ...always, smallestBytes: 2 ** 20 })).toBe(own);
    expect(recomputeElementwise(own, { ...always, worthwhileBytes: 2 ** 20 })).toBe(own);
  });
});
