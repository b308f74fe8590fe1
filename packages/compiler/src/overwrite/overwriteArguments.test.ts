import { describe, expect, it } from 'vitest';
import type { OnnxGraph, OnnxNode, OnnxValue } from '../onnx/graph.ts';
import { overwriteArguments } from './overwriteArguments.ts';

const extents = [64, 64];

/** A graph from lines such as `w2 = Sub(w, u)`; arguments are what nobody makes. */
function graphOf(lines: readonly string[], returned: Readonly<Record<string, string>>): OnnxGraph {
  const values = new Map<string, OnnxValue>();
  const valueOf = (name: string, shape: readonly number[] = extents): OnnxValue => {
    if (!values.has(name)) values.set(name, { name, dtype: 'float32', shape });
    return values.get(name)!;
  };
  const made = new Set<string>();
  const nodes = lines.map((line): OnnxNode => {
    const [, output, op, operands] = /^(\w+) = (\w+)\((.*)\)$/.exec(line)!;
    const inputs = operands!.split(', ').map((name) => valueOf(name));
    made.add(output!);
    const shape = op === 'Flat' ? [64 * 64] : extents;
    const value = valueOf(output!, shape);
    return {
      op: op === 'Flat' ? 'Reshape' : op!,
      domain: '',
      inputs,
      outputs: [value],
      attributes: {},
    };
  });
  const inputs = [...values.values()].filter(({ name }) => !made.has(name));
  const outputs = Object.entries(returned).map(([name, of]) => ({ name, value: valueOf(of) }));
  return { inputs, outputs, nodes };
}

const formerOf = (output: string): string | undefined =>
  output.startsWith('new ') ? output.slice('new '.length) : undefined;

/** What may be overwritten, and the order of the nodes that make something of ours. */
function overwrite(lines: readonly string[], returned: Readonly<Record<string, string>>) {
  const { graph, overwrites } = overwriteArguments(graphOf(lines, returned), formerOf);
  const operators = graph.nodes.map(({ op, outputs }) => `${outputs[0]!.name} = ${op}`);
  return { graph, operators, overwrites: Object.fromEntries(overwrites) };
}

describe('overwriteArguments', () => {
  it('takes what is read by nobody but the update', () => {
    const { overwrites, operators } = overwrite(
      ['decayed = Mul(m, b)', 'm2 = Add(decayed, g)', 'w2 = Sub(w, m2)'],
      { 'new m': 'm2', 'new w': 'w2' },
    );
    expect(overwrites).toEqual({ 'new m': 'm', 'new w': 'w' });
    expect(operators).toEqual(['decayed = Mul', 'm2 = Add', 'w2 = Sub']);
  });

  it('lets an update wait for a reader that need not have run before it', () => {
    // The gradient of the layer before reads w, and the moment of that layer comes after it.
    const { graph, overwrites, operators } = overwrite(
      [
        'w2 = Sub(w, u)',
        'dx = MatMul(dy, w)',
        'g = MatMul(dx, x)',
        'd = Mul(m, b)',
        'm2 = Add(d, g)',
      ],
      { 'new w': 'w2', 'new m': 'm2' },
    );
    expect(overwrites).toEqual({ 'new w': 'w', 'new m': 'm' });
    expect(operators.indexOf('w2 = Sub')).toBeGreaterThan(operators.indexOf('m2 = Add'));
    const [, gated] = graph.nodes.at(-1)!.inputs;
    const gate = graph.nodes.find(({ outputs }) => outputs[0]!.name === gated!.name)!;
    expect(gate.op).toBe('Reshape');
    expect(gate.inputs[0]!.name).toBe('u');
    const condition = graph.nodes.find(({ op }) => op === 'IsNaN')!;
    const first = graph.nodes.find(({ outputs }) => outputs[0] === condition.inputs[0])!;
    const flat = graph.nodes.find(({ outputs }) => outputs[0] === first.inputs[0])!;
    expect(flat.inputs[0]!.name).toBe('m2');
  });

  it.each<[string, string[], Record<string, string>]>([
    ['is read when the new one is known', ['w2 = Sub(w, u)', 'd = Sub(w2, w)'], { d: 'd' }],
    ['is read by a view', ['f = Flat(w)', 'w2 = Sub(w, u)', 'y = Mul(f, f)'], { y: 'y' }],
    ['has a late reader that nothing waits for', ['w2 = Sub(w, u)', 'y = Mul(w, u)'], { y: 'y' }],
    ['is returned as it was', ['w2 = Sub(w, u)'], { old: 'w' }],
    ['has a successor that is returned twice', ['w2 = Sub(w, u)'], { again: 'w2' }],
    ['is read by a product', ['w2 = MatMul(w, u)'], {}],
  ])('leaves alone what %s', (_why, lines, more) => {
    expect(overwrite(lines, { 'new w': 'w2', ...more }).overwrites).toEqual({});
  });

  it('does not let two updates wait for each other', () => {
    // Either moment comes after the other network's update.
    const { graph, overwrites } = overwrite(
      [
        ...['a2 = Sub(a, u)', 'b2 = Sub(b, v)'],
        ...['ra = MatMul(a, b2)', 'rb = MatMul(b, a2)'],
        ...['da = Mul(ma, k)', 'ma2 = Add(da, ra)', 'db = Mul(mb, k)', 'mb2 = Add(db, rb)'],
      ],
      { 'new a': 'a2', 'new b': 'b2', 'new ma': 'ma2', 'new mb': 'mb2' },
    );
    expect(
      Object.keys(overwrites).filter((name) => name === 'new a' || name === 'new b').length,
    ).toBeLessThan(2);
    const made = new Set(graph.inputs.map(({ name }) => name));
    for (const { inputs, outputs } of graph.nodes) {
      for (const value of inputs) {
        expect(value!.data !== undefined || made.has(value!.name), value!.name).toBe(true);
      }
      made.add(outputs[0]!.name);
    }
  });

  it('leaves small results alone', () => {
    const graph = graphOf(['w2 = Sub(w, u)'], { 'new w': 'w2' });
    const small = (value: OnnxValue): OnnxValue => ({ ...value, shape: [4] });
    const { overwrites } = overwriteArguments(
      {
        inputs: graph.inputs.map(small),
        outputs: graph.outputs.map(({ name, value }) => ({ name, value: small(value) })),
        nodes: graph.nodes.map((node) => ({
          ...node,
          inputs: node.inputs.map((value) => small(value!)),
          outputs: node.outputs.map(small),
        })),
      },
      formerOf,
    );
    expect(overwrites.size).toBe(0);
  });
});
