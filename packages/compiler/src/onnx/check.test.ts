import { describe, expect, it } from 'vitest';
import { assertLegalGraph } from './check.ts';
import type { OnnxGraph, OnnxNode, OnnxValue } from './graph.ts';
import { printOnnxGraph } from './graph.ts';

const value = (name: string, ...shape: number[]): OnnxValue => ({ name, dtype: 'float32', shape });
const node = (
  op: string,
  inputs: (OnnxValue | undefined)[],
  ...outputs: OnnxValue[]
): OnnxNode => ({
  op,
  domain: '',
  inputs,
  outputs,
  attributes: {},
});

const x = value('x', 2, 3);
const y = value('y', 2, 3);
const legal: OnnxGraph = {
  inputs: [x],
  nodes: [node('Clip', [x, undefined, { ...value('c'), data: Float32Array.of(1) }], y)],
  outputs: [{ name: 'out:y', value: y }],
};

const illegal: Readonly<Record<string, [OnnxGraph, string]>> = {
  'a value that is used before its definition': [
    { ...legal, nodes: [node('Neg', [value('z', 2, 3)], y)] },
    'Neg uses %z before its definition',
  ],
  'a value that is defined after its use': [
    { ...legal, nodes: [node('Neg', [y], value('z', 2, 3)), node('Exp', [x], y)] },
    'Neg uses %y before its definition',
  ],
  'a name that two nodes define': [
    { ...legal, nodes: [node('Neg', [x], y), node('Exp', [x], y)] },
    '%y is defined twice',
  ],
  'a node that defines an argument again': [
    { ...legal, nodes: [node('Neg', [x], x)] },
    '%x is defined twice',
  ],
  'an output that nobody defines': [
    { ...legal, outputs: [{ name: 'out:z', value: value('z') }] },
    'output out:z uses %z before its definition',
  ],
  'a negative extent': [
    { ...legal, nodes: [node('Neg', [x], value('y', 2, -1))] },
    '%y has the shape [2, -1]',
  ],
  'a fractional extent': [{ ...legal, inputs: [value('x', 1.5)] }, '%x has the shape [1.5]'],
  'a constant of another size than its shape': [
    {
      ...legal,
      nodes: [node('Add', [x, { ...value('c', 2, 3), data: Float32Array.of(1, 2) }], y)],
    },
    'the constant %c has 2 values, its shape [2, 3]',
  ],
  'two constants of one name': [
    {
      ...legal,
      nodes: [
        node('Add', [x, { ...value('c'), data: Float32Array.of(1) }], value('z', 2, 3)),
        node('Add', [x, { ...value('c'), data: Float32Array.of(2) }], y),
      ],
    },
    '%c is defined twice',
  ],
  'a constant with the name of an argument': [
    { ...legal, nodes: [node('Neg', [{ ...value('x'), data: Float32Array.of(1) }], y)] },
    '%x is defined twice',
  ],
  'a constant with an impossible shape': [
    { ...legal, nodes: [node('Add', [x, { ...value('c', -2), data: Float32Array.of(1, 2) }], y)] },
    '%c has the shape [-2]',
  ],
};

describe('assertLegalGraph', () => {
  it('accepts optional operands, constants and results of nodes', () => {
    expect(() => assertLegalGraph(legal, 'lowering')).not.toThrow();
  });

  it.each(Object.entries(illegal))('refuses %s', (_, [graph, problem]) => {
    expect(() => assertLegalGraph(graph, 'thePass')).toThrow(
      new Error(`compiler: the graph after thePass is not legal: ${problem}.`),
    );
  });
});

describe('printOnnxGraph', () => {
  it('prints every value with dtype and shape', () => {
    const big = { ...value('w', 10), data: Float32Array.from({ length: 10 }, (_, i) => i / 2) };
    const graph: OnnxGraph = {
      ...legal,
      nodes: [
        ...legal.nodes,
        {
          ...node('NhwcConv', [y, big], value('z', 2), value('q')),
          domain: 'com.microsoft',
          attributes: { mode: { s: 'fast' }, pads: { ints: [1, 2] } },
        },
      ],
    };
    expect(printOnnxGraph(graph)).toMatchInlineSnapshot(`
      "input %x:float32[2,3]
      %y:float32[2,3] = Clip(%x:float32[2,3], _, const(1):float32[])
      %z:float32[2], %q:float32[] = com.microsoft.NhwcConv(%y:float32[2,3], const(0 0.5 1 1.5 2 2.5 3 3.5 …):float32[10]) {mode: "fast", pads: [1,2]}
      output out:y = %y:float32[2,3]"
    `);
  });
});
