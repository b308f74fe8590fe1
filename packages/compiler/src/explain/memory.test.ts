import { describe, expect, it } from 'vitest';
import type { OnnxDtype, OnnxGraph, OnnxNode, OnnxValue } from '../onnx/graph.ts';
import { activationPeak, bytesOf } from './memory.ts';

const value = (name: string, size: number, dtype: OnnxDtype = 'float32'): OnnxValue => ({
  name,
  dtype,
  shape: [size],
});

const node = (op: string, inputs: readonly OnnxValue[], ...outputs: OnnxValue[]): OnnxNode => ({
  op,
  domain: '',
  inputs,
  outputs,
  attributes: {},
});

const graph = (nodes: readonly OnnxNode[], ...results: OnnxValue[]): OnnxGraph => ({
  inputs: [x],
  nodes,
  outputs: results.map((result) => ({ name: `out:${result.name}`, value: result })),
});

const x = value('x', 10);
const [a, b, c] = [value('a', 100), value('b', 50), value('c', 20)];

describe('bytesOf', () => {
  it.each([
    ['float32', 24],
    ['int32', 24],
    ['int64', 48],
    ['bool', 6],
  ] as const)('of six %s values', (dtype, bytes) => {
    expect(bytesOf({ dtype, shape: [2, 3] })).toBe(bytes);
  });
});

describe('activationPeak', () => {
  it('takes no memory for a result that is written over an argument', () => {
    const own = graph([node('Concat', [x], a), node('Slice', [a], b)], b);
    expect(activationPeak(own).bytes).toBe(600);
    expect(activationPeak(own, new Map([['out:b', 'x']])).bytes).toBe(400);
  });

  it('holds a result from its node to its last reader', () => {
    // a: 400 B; then a and b: 600 B; then, a being free, b and c: 280 B.
    const chain = [node('MatMul', [x, x], a), node('MatMul', [a, a], b), node('MatMul', [b, b], c)];
    expect(activationPeak(graph(chain, c))).toEqual({ bytes: 600, node: 'MatMul_1' });
  });

  it('holds a result that is read late until then', () => {
    // At the last node a, b and c: 680 B.
    const nodes = [node('MatMul', [x, x], a), node('MatMul', [a, a], b), node('MatMul', [a, b], c)];
    expect(activationPeak(graph(nodes, c))).toEqual({ bytes: 680, node: 'MatMul_2' });
  });

  it('holds results of the graph to the end', () => {
    const chain = [node('MatMul', [x, x], a), node('MatMul', [a, a], b), node('MatMul', [b, b], c)];
    expect(activationPeak(graph(chain, a, c))).toEqual({ bytes: 680, node: 'MatMul_2' });
  });

  it('writes an elementwise result over an operand of its size that ends', () => {
    const other = value('other', 100);
    const inPlace = [
      node('MatMul', [x, x], a),
      node('Relu', [a], other),
      node('MatMul', [other, x], c),
    ];
    expect(activationPeak(graph(inPlace, c)).bytes).toBe(480);
    const stillRead = [
      node('MatMul', [x, x], a),
      node('Relu', [a], other),
      node('MatMul', [other, a], c),
    ];
    expect(activationPeak(graph(stillRead, c)).bytes).toBe(880);
    const isResult = [node('MatMul', [x, x], a), node('Relu', [a], other)];
    expect(activationPeak(graph(isResult, other)).bytes).toBe(800);
  });

  it('never writes over an argument', () => {
    const same = value('same', 10);
    expect(
      activationPeak(graph([node('Relu', [x], same), node('MatMul', [same, same], c)], c)).bytes,
    ).toBe(120);
  });

  it('takes a reshape for a view that keeps its source alive, unless it is a result', () => {
    const view = value('view', 100);
    const nodes = [
      node('MatMul', [x, x], a),
      node('Reshape', [a], view),
      node('MatMul', [x, x], b),
      node('MatMul', [view, b], c),
    ];
    expect(activationPeak(graph(nodes, c))).toEqual({ bytes: 400 + 200 + 80, node: 'MatMul_3' });
    expect(
      activationPeak(graph([node('MatMul', [x, x], a), node('Reshape', [a], view)], view)).bytes,
    ).toBe(800);
  });

  it('counts results that nobody reads for their node alone', () => {
    const nodes = [node('MaxPool', [x], a, b), node('MatMul', [b, b], c)];
    expect(activationPeak(graph(nodes, c))).toEqual({ bytes: 600, node: 'MaxPool_0' });
  });

  it('counts the copies of a result that is returned twice, or that no node makes', () => {
    const constant: OnnxValue = { ...value('constant', 5), data: new Float32Array(5) };
    expect(activationPeak(graph([node('MatMul', [x, x], c)], c, c, constant)).bytes).toBe(
      80 + 80 + 20,
    );
  });

  it('is nothing for a graph without nodes', () => {
    expect(activationPeak(graph([]))).toEqual({ bytes: 0, node: undefined });
  });
});
