import ort from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import type { OnnxGraph, OnnxNode, OnnxValue } from '../onnx/graph.ts';
import { emit } from './emit.ts';
import { ModelProto } from './onnxSchema.ts';

interface Decoded {
  irVersion: number;
  producerName: string;
  opsetImport: { domain: string; version: number }[];
  graph: {
    name: string;
    node: {
      name: string;
      opType: string;
      domain?: string;
      input: string[];
      output: string[];
      attribute: object[];
    }[];
    initializer: { name: string; dims?: number[]; dataType: number; rawData: Uint8Array }[];
    input: { name: string; type: object }[];
    output: { name: string; type: object }[];
  };
}

const decode = (model: Uint8Array): Decoded =>
  ModelProto.toObject(ModelProto.decode(model), { longs: Number, arrays: true }) as Decoded;

const value = (name: string, ...shape: number[]): OnnxValue => ({ name, dtype: 'float32', shape });
const node = (
  op: string,
  inputs: (OnnxValue | undefined)[],
  output: OnnxValue,
  attributes: OnnxNode['attributes'] = {},
): OnnxNode => ({
  op,
  domain: '',
  inputs,
  outputs: [output],
  attributes,
});

const x = value('in:x', 2);
const y = value('v0', 2);
const one: OnnxValue = { ...value('c0', 2), data: Float32Array.of(1, 1) };

/** Outputs of every kind: a node's result, once and again, an argument, a constant. */
const graph: OnnxGraph = {
  inputs: [x],
  nodes: [node('Add', [x, one], y), node('Neg', [y], value('v1', 2))],
  outputs: [
    { name: 'out:sum', value: y },
    { name: 'out:again', value: y },
    { name: 'out:negative', value: value('v1', 2) },
    { name: 'out:argument', value: x },
    { name: 'out:constant', value: { ...value('c1', 2), data: Float32Array.of(5, 6) } },
  ],
};

describe('emit', () => {
  it('writes the versions that ONNX Runtime is to read', () => {
    const model = decode(emit(graph, { name: 'anime' }));
    expect(model.irVersion).toBe(9);
    expect(model.producerName).toBe('gan-zoo');
    expect(model.graph.name).toBe('anime');
    expect(model.opsetImport[0]).toMatchObject({ version: 18 });
    expect(model.opsetImport.map(({ domain }) => domain)).toContain('com.microsoft');
  });

  it('keeps the shapes of large results from the planner, as default values of inputs', async () => {
    const reshape = (name: string, size: number): OnnxNode => {
      const shape: OnnxValue = {
        ...{ name: `${name}.shape`, dtype: 'int64', shape: [2] },
        data: BigInt64Array.of(BigInt(size / 2), 2n),
      };
      return node('Reshape', [value(`in:${name}`, size), shape], value(name, size / 2, 2));
    };
    const [large, small] = [reshape('large', 2 ** 14), reshape('small', 2 ** 14 - 2)];
    const model = emit({
      inputs: [large.inputs[0]!, small.inputs[0]!],
      nodes: [large, small],
      outputs: [large, small].map(({ outputs: [output] }) => ({
        name: `out:${output!.name}`,
        value: output!,
      })),
    });
    const { input, initializer } = decode(model).graph;
    expect(input.map(({ name }) => name)).toEqual(['in:large', 'in:small', 'large.shape']);
    expect(initializer.map(({ name }) => name)).toEqual(['large.shape', 'small.shape']);
    const session = await ort.InferenceSession.create(model);
    expect(session.inputNames).toEqual(['in:large', 'in:small']);
    const tensor = (size: number) => new ort.Tensor('float32', new Float32Array(size), [size]);
    const answers = await session.run({
      'in:large': tensor(2 ** 14),
      'in:small': tensor(2 ** 14 - 2),
    });
    expect(answers['out:large']!.dims).toEqual([2 ** 13, 2]);
    await session.release();
  });

  it('renames results to outputs and copies what no node makes', () => {
    const { node: nodes, output } = decode(emit(graph)).graph;
    expect(nodes.map(({ opType, input, output: results }) => [opType, input, results])).toEqual([
      ['Add', ['in:x', 'c0'], ['out:sum']],
      ['Neg', ['out:sum'], ['out:negative']],
      ['Identity', ['out:sum'], ['out:again']],
      ['Identity', ['in:x'], ['out:argument']],
      ['Identity', ['c1'], ['out:constant']],
    ]);
    expect(output.map(({ name }) => name)).toEqual(graph.outputs.map(({ name }) => name));
  });

  it('makes a model that ONNX Runtime loads and runs', async () => {
    const session = await ort.InferenceSession.create(emit(graph));
    const results = await session.run({ 'in:x': new ort.Tensor('float32', [1, 2], [2]) });
    const data = Object.fromEntries(
      Object.entries(results).map(([name, { data: own }]) => [name, [...(own as Float32Array)]]),
    );
    expect(data).toEqual({
      'out:sum': [2, 3],
      'out:again': [2, 3],
      'out:negative': [-2, -3],
      'out:argument': [1, 2],
      'out:constant': [5, 6],
    });
    await session.release();
  });

  it('writes types, initializers, attributes and absent operands', () => {
    const bytes = Float32Array.of(0, 1.5, -2, 0);
    const view = bytes.subarray(1, 3);
    const scalar: OnnxValue = { name: 's', dtype: 'int64', shape: [], data: BigInt64Array.of(-7n) };
    const flags: OnnxValue = { name: 'b', dtype: 'bool', shape: [2, 1], data: Uint8Array.of(1, 0) };
    const attributes = {
      axis: { i: -1 },
      alpha: { f: 0.25 },
      mode: { s: 'reflect' },
      pads: { ints: [1, -1] },
      scales: { floats: [0.5] },
    };
    const constants = node(
      'Op',
      [{ ...value('w', 2), data: view }, undefined, scalar, flags, scalar],
      y,
      attributes,
    );
    const { graph: decoded } = decode(
      emit({ inputs: [x], nodes: [constants], outputs: [{ name: 'o', value: y }] }),
    );
    expect(decoded.node[0]).toMatchObject({
      name: 'Op_0',
      opType: 'Op',
      input: ['w', '', 's', 'b', 's'],
    });
    expect(decoded.node[0]!.attribute).toMatchObject([
      { name: 'axis', i: -1, type: 2 },
      { name: 'alpha', f: 0.25, type: 1 },
      { name: 'mode', type: 3 },
      { name: 'pads', ints: [1, -1], type: 7 },
      { name: 'scales', floats: [0.5], type: 6 },
    ]);
    const { s: text } = decoded.node[0]!.attribute[2] as { s: Uint8Array };
    expect(new TextDecoder().decode(text)).toBe('reflect');
    expect(decoded.initializer.map(({ name, dims, dataType }) => [name, dims, dataType])).toEqual([
      ['w', [2], 1],
      ['s', [], 7],
      ['b', [2, 1], 9],
    ]);
    const raw = decoded.initializer[0]!.rawData;
    expect([...new Float32Array(Uint8Array.from(raw).buffer)]).toEqual([1.5, -2]);
    expect(decoded.input[0]!.type).toMatchObject({
      tensorType: { elemType: 1, shape: { dim: [{ dimValue: 2 }] } },
    });
  });
});
