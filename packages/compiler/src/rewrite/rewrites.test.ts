import { describe, expect, it } from 'vitest';
import type { OnnxGraph } from '../onnx/graph.ts';
import { printOnnxGraph } from '../onnx/graph.ts';
import { commonSubexpressions } from './commonSubexpressions.ts';
import { deadNodes } from './deadNodes.ts';
import { axes, compare, constant, graph, node, value } from './fixtures/graphs.ts';
import { rewriteGraph, rewrites } from './index.ts';
import { neutralOperands } from './neutralOperands.ts';
import { replaceValues } from './replaceValues.ts';
import { rowSums } from './rowSums.ts';
import { slopesOfResults } from './slopesOfResults.ts';
import { smallFactors } from './smallFactors.ts';
import { squares } from './squares.ts';
import { sumsOfProducts } from './sumsOfProducts.ts';
import { transposePairs } from './transposePairs.ts';

const x = value('x', 2, 3);
const y = value('y', 2, 3);
const [a, b, c, d] = ['a', 'b', 'c', 'd'].map((name) => value(name, 2, 3)) as [
  typeof x,
  typeof x,
  typeof x,
  typeof x,
];

/** The operators of a printed graph, in order. */
const operators = (text: string): string[] =>
  [...text.matchAll(/= ([A-Z]\w*)\(/g)].map(([, op]) => op!);

const refused = async (
  before: OnnxGraph,
  rewrite: (graph: OnnxGraph) => OnnxGraph,
): Promise<void> => {
  const { after, before: printed } = await compare(before, rewrite);
  expect(after).toBe(printed);
};

describe('deadNodes', () => {
  it('removes nodes and arguments that nobody reads, through chains', async () => {
    const before = graph(
      [x, y],
      [node(a, 'Exp', [y]), node(b, 'Neg', [a]), node(c, 'Neg', [x])],
      [c],
    );
    const { after, largestError } = await compare(before, deadNodes);
    expect(after).toBe(
      'input %x:float32[2,3]\n%c:float32[2,3] = Neg(%x:float32[2,3])\noutput out:c = %c:float32[2,3]',
    );
    expect(largestError).toBe(0);
  });

  it('keeps a node of which one result is read, and arguments that are outputs', async () => {
    const split = node([value('p', 1, 3), value('q', 1, 3)], 'Split', [x], {
      axis: { i: 0 },
      num_outputs: { i: 2 },
    });
    await refused(graph([x, y], [split], [value('q', 1, 3), y]), deadNodes);
  });
});

describe('neutralOperands', () => {
  it.each([
    ['Mul', 1, 'either'],
    ['Add', 0, 'either'],
    ['Sub', 0, 'right'],
    ['Div', 1, 'right'],
    ['Pow', 1, 'right'],
  ] as const)('removes %s with %d on the %s side', async (op, number, side) => {
    const right = graph(
      [x],
      [node(a, op, [x, constant('k', [number])]), node(b, 'Neg', [a])],
      [a, b],
    );
    const { after, largestError } = await compare(right, neutralOperands);
    expect(operators(after)).toEqual(['Neg']);
    expect(largestError).toBe(0);
    const left = graph(
      [x],
      [node(a, op, [constant('k', [number]), x]), node(b, 'Neg', [a])],
      [a, b],
    );
    expect(operators((await compare(left, neutralOperands)).after)).toEqual(
      side === 'either' ? ['Neg'] : [op, 'Neg'],
    );
  });

  it('removes chains of them', async () => {
    const nodes = [
      node(a, 'Mul', [x, constant('k', [1])]),
      node(b, 'Add', [a, constant('l', [0])]),
      node(c, 'Mul', [b, b]),
    ];
    expect(operators((await compare(graph([x], nodes, [c]), neutralOperands)).after)).toEqual([
      'Mul',
    ]);
  });

  it('refuses other numbers, negative zero, and constants that broadcast the operand', async () => {
    await refused(graph([x], [node(a, 'Mul', [x, constant('k', [1.5])])], [a]), neutralOperands);
    await refused(graph([x], [node(a, 'Add', [x, constant('k', [-0])])], [a]), neutralOperands);
    await refused(
      graph([x], [node(a, 'Mul', [x, constant('k', [1, 1, 2], [3])])], [a]),
      neutralOperands,
    );
    const row = value('x', 3);
    await refused(
      graph([row], [node(a, 'Mul', [row, constant('k', [1, 1, 1, 1, 1, 1], [2, 3])])], [a]),
      neutralOperands,
    );
    await refused(
      graph(
        [row],
        [node(value('a', 1, 3), 'Mul', [row, constant('k', [1], [1, 1])])],
        [value('a', 1, 3)],
      ),
      neutralOperands,
    );
  });
});

describe('squares', () => {
  it('multiplies instead of raising to the power of two', async () => {
    const before = graph([x], [node(a, 'Pow', [x, constant('two', [2])])], [a]);
    const { after, largestError } = await compare(before, squares);
    expect(operators(after)).toEqual(['Mul']);
    expect(largestError).toBeLessThan(1e-7);
  });

  it('refuses other exponents, several of them, and one that adds an axis', async () => {
    await refused(graph([x], [node(a, 'Pow', [x, constant('k', [3])])], [a]), squares);
    await refused(graph([x], [node(a, 'Pow', [x, constant('k', [2, 2, 2], [3])])], [a]), squares);
    await refused(graph([x, y], [node(a, 'Pow', [constant('k', [2]), y])], [a, x]), squares);
    const raised = value('a', 1, 2, 3);
    await refused(
      graph([x], [node(raised, 'Pow', [x, constant('k', [2], [1, 1, 1])])], [raised]),
      squares,
    );
  });
});

describe('commonSubexpressions', () => {
  it('computes equal expressions once, with equal constants', async () => {
    const nodes = [
      node(a, 'Add', [x, constant('k', [2])]),
      node(b, 'Add', [x, constant('l', [2])]),
      node(c, 'Exp', [b]),
      node(d, 'Exp', [a]),
    ];
    const { after, largestError } = await compare(graph([x], nodes, [c, d]), commonSubexpressions);
    expect(operators(after)).toEqual(['Add', 'Exp']);
    expect(after).toContain('output out:d = %c');
    expect(largestError).toBe(0);
  });

  it('refuses other operands, attributes, constants, shapes of constants and numbers of results', async () => {
    const leaky = (output: typeof x, alpha: number) =>
      node(output, 'LeakyRelu', [x], { alpha: { f: alpha } });
    await refused(graph([x], [leaky(a, 0.1), leaky(b, 0.2)], [a, b]), commonSubexpressions);
    await refused(
      graph([x, y], [node(a, 'Sub', [x, y]), node(b, 'Sub', [y, x])], [a, b]),
      commonSubexpressions,
    );
    const plus = (output: typeof x, k: ReturnType<typeof constant>) => node(output, 'Add', [x, k]);
    await refused(
      graph([x], [plus(a, constant('k', [0])), plus(b, constant('l', [-0]))], [a, b]),
      commonSubexpressions,
    );
    const raised = value('b', 1, 2, 3);
    await refused(
      graph(
        [x],
        [plus(a, constant('k', [2])), plus(raised, constant('l', [2], [1, 1, 1]))],
        [a, raised],
      ),
      commonSubexpressions,
    );
    const pooled = value('p', 1, 1, 2, 2);
    const image = value('i', 1, 1, 4, 4);
    const pool = { kernel_shape: { ints: [2, 2] }, strides: { ints: [2, 2] } };
    const indices = { ...value('r', 1, 1, 2, 2), dtype: 'int64' as const };
    const nodes = [
      node(pooled, 'MaxPool', [image], pool),
      node([value('q', 1, 1, 2, 2), indices], 'MaxPool', [image], pool),
    ];
    await refused(graph([image], nodes, [pooled, indices]), commonSubexpressions);
  });

  it('compares long constants by identity', async () => {
    const long = constant('k', new Array<number>(100).fill(3), [100]);
    const row = value('x', 100);
    const [p, q] = [value('p', 100), value('q', 100)];
    const same = graph([row], [node(p, 'Add', [row, long]), node(q, 'Add', [row, long])], [p, q]);
    expect(operators((await compare(same, commonSubexpressions)).after)).toEqual(['Add']);
    await refused(
      graph(
        [row],
        [node(p, 'Add', [row, long]), node(q, 'Add', [row, { ...long, name: 'l' }])],
        [p, q],
      ),
      commonSubexpressions,
    );
  });
});

describe('transposePairs', () => {
  const image = value('x', 2, 3, 4, 5);
  const turned = (name: string, perm: number[], from = image) => {
    const output = value(name, ...perm.map((axis) => from.shape[axis]!));
    return { output, node: node(output, 'Transpose', [from], { perm: { ints: perm } }) };
  };

  it('cancels a pair and joins what does not cancel', async () => {
    const first = turned('a', [0, 3, 1, 2]);
    const back = turned('b', [0, 2, 3, 1], first.output);
    const on = turned('c', [1, 0, 2, 3], first.output);
    const result = value('n', 2, 3, 4, 5);
    const before = graph(
      [image],
      [first.node, back.node, on.node, node(result, 'Neg', [back.output])],
      [result, on.output],
    );
    const { after, largestError } = await compare(before, (own) => deadNodes(transposePairs(own)));
    expect(operators(after)).toEqual(['Transpose', 'Neg']);
    expect(after).toContain('{perm: [3,0,1,2]}');
    expect(largestError).toBe(0);
  });

  it('removes a transposition that moves nothing, and runs of them', async () => {
    const one = turned('a', [0, 1, 2, 3]);
    const two = turned('b', [3, 2, 1, 0], one.output);
    const three = turned('c', [3, 2, 1, 0], two.output);
    const four = turned('d', [0, 2, 1, 3], three.output);
    const before = graph([image], [one.node, two.node, three.node, four.node], [four.output]);
    const { after, largestError } = await compare(before, (own) => deadNodes(transposePairs(own)));
    expect(operators(after)).toEqual(['Transpose']);
    expect(after).toContain('Transpose(%x');
    expect(largestError).toBe(0);
  });

  it('refuses pairs with something in between', async () => {
    const first = turned('a', [0, 3, 1, 2]);
    const middle = value('m', ...first.output.shape);
    const back = turned('b', [0, 2, 3, 1], middle);
    await refused(
      graph([image], [first.node, node(middle, 'Neg', [first.output]), back.node], [back.output]),
      transposePairs,
    );
  });
});

describe('slopesOfResults', () => {
  const steep = { alpha: { f: 1e38 }, beta: { f: 0 } };

  it('reads the slope of a ReLU off its result', async () => {
    const before = graph([x], [node(a, 'Relu', [x]), node(b, 'HardSigmoid', [x], steep)], [a, b]);
    const { after, largestError } = await compare(before, slopesOfResults);
    expect(after).toContain('%b:float32[2,3] = HardSigmoid(%a:float32[2,3])');
    expect(largestError).toBe(0);
  });

  it('reads the slope of a leaky ReLU off its result', async () => {
    const [least, most] = [constant('least', [0.2]), constant('most', [1])];
    const before = graph(
      [x],
      [
        node(a, 'LeakyRelu', [x], { alpha: { f: 0.2 } }),
        node(b, 'Mul', [x, constant('steep', [1e38])]),
        node(c, 'Clip', [b, least, most]),
      ],
      [a, c],
    );
    const { after, largestError } = await compare(before, slopesOfResults);
    expect(after).toContain('%b:float32[2,3] = Mul(%a:float32[2,3]');
    expect(largestError).toBe(0);
  });

  it('refuses gentle slopes, slopes before the result, and other operands', async () => {
    const gentle = { alpha: { f: 0.2 }, beta: { f: 0 } };
    const relu = node(a, 'Relu', [x]);
    await refused(graph([x], [relu, node(b, 'HardSigmoid', [x], gentle)], [a, b]), slopesOfResults);
    await refused(graph([x], [node(b, 'HardSigmoid', [x], steep), relu], [a, b]), slopesOfResults);
    await refused(
      graph([x, y], [relu, node(b, 'HardSigmoid', [y], steep)], [a, b]),
      slopesOfResults,
    );
  });
});

describe('smallFactors', () => {
  const large = value('x', 2, 3, 4, 4);
  const scale = value('s', 1, 3, 1, 1);
  const [p, q] = [value('p', 2, 3, 4, 4), value('q', 2, 3, 4, 4)];

  it('multiplies the small ones first, on either side and in runs', async () => {
    const r = value('r', 2, 3, 4, 4);
    const before = graph(
      [large, scale],
      [
        node(p, 'Mul', [scale, large]),
        node(q, 'Mul', [p, constant('k', [3])]),
        node(r, 'Mul', [constant('l', [2]), q]),
      ],
      [r],
    );
    const { after, largestError } = await compare(before, (own) => deadNodes(smallFactors(own)));
    expect(after.match(/Mul\([^)]*float32\[2,3,4,4\]/g)).toHaveLength(1);
    expect(largestError).toBeLessThan(1e-6);
  });

  it('refuses where the product is read elsewhere, and factors that are large together', async () => {
    const product = node(p, 'Mul', [large, scale]);
    await refused(
      graph([large, scale], [product, node(q, 'Mul', [p, constant('k', [3])])], [p, q]),
      smallFactors,
    );
    const [rows, columns] = [value('r', 2, 1, 4, 4), value('s', 1, 3, 1, 1)];
    const outer = [node(p, 'Mul', [large, rows]), node(q, 'Mul', [p, columns])];
    await refused(graph([large, rows, columns], outer, [q]), smallFactors);
  });
});

describe('sumsOfProducts', () => {
  const large = value('x', 2, 3, 4, 4);
  const p = value('p', 2, 3, 4, 4);
  const sum = value('r', 1, 3, 1, 1);

  it.each([
    ['per channel', value('s', 1, 3, 1, 1)],
    ['a number', value('s')],
  ])('takes a factor out, %s', async (_, factor) => {
    const nodes = [
      node(p, 'Mul', [factor, large]),
      node(sum, 'ReduceSum', [p, axes('k', 0, 2, 3)], { keepdims: { i: 1 } }),
    ];
    const { after, largestError } = await compare(graph([large, factor], nodes, [sum]), (own) =>
      deadNodes(sumsOfProducts(own)),
    );
    expect(operators(after)).toEqual(['ReduceSum', 'Mul']);
    expect(largestError).toBeLessThan(1e-5);
  });

  it('refuses factors that vary along a summed axis, other ranks and other reductions', async () => {
    const reduce = (op: string, out = sum) =>
      node(out, op, [p, axes('k', 0, 2, 3)], { keepdims: { i: 1 } });
    const wide = value('s', 1, 1, 4, 1);
    await refused(
      graph([large, wide], [node(p, 'Mul', [large, wide]), reduce('ReduceSum')], [sum]),
      sumsOfProducts,
    );
    const short = value('s', 4);
    await refused(
      graph([large, short], [node(p, 'Mul', [large, short]), reduce('ReduceSum')], [sum]),
      sumsOfProducts,
    );
    const scale = value('s', 1, 3, 1, 1);
    await refused(
      graph([large, scale], [node(p, 'Mul', [large, scale]), reduce('ReduceMax')], [sum]),
      sumsOfProducts,
    );
    const broad = [
      node(p, 'Mul', [value('b', 1, 3, 4, 4), value('t', 2, 1, 1, 1)]),
      reduce('ReduceSum'),
    ];
    await refused(
      graph([value('b', 1, 3, 4, 4), value('t', 2, 1, 1, 1)], broad, [sum]),
      sumsOfProducts,
    );
  });
});

describe('rowSums', () => {
  const large = value('x', 3, 4, 5, 20);
  const reduce = (op: string, out: typeof x, from: typeof x, ...over: number[]) =>
    node(out, op, [from, axes('k', ...over)], { keepdims: { i: 1 } });

  it.each([
    ['ReduceSum', [0, 1, 2], [1, 1, 1, 20]],
    ['ReduceMean', [0, 1, 2], [1, 1, 1, 20]],
    ['ReduceSum', [1, 2], [3, 1, 1, 20]],
    ['ReduceMean', [1], [3, 1, 5, 20]],
    ['ReduceSum', [0], [1, 4, 5, 20]],
  ] as const)('multiplies by a row instead of %s over %j', async (op, over, shape) => {
    const out = value('r', ...shape);
    const { after, largestError } = await compare(
      graph([large], [reduce(op, out, large, ...over)], [out]),
      rowSums,
    );
    expect(operators(after)).toEqual(['Reshape', 'MatMul', 'Reshape']);
    expect(largestError).toBeLessThan(1e-5);
  });

  it('shares the row between sums of one length', () => {
    const out = value('r', 1, 1, 1, 20);
    const again = value('s', 1, 1, 1, 20);
    const nodes = [
      reduce('ReduceSum', out, large, 0, 1, 2),
      reduce('ReduceSum', again, large, 0, 1, 2),
    ];
    const rewritten = rowSums(graph([large], nodes, [out, again]));
    const rows = rewritten.nodes.filter(({ op }) => op === 'MatMul').map(({ inputs }) => inputs[0]);
    expect(rows[0]).toBe(rows[1]);
  });

  it('refuses axes that are not neighbours, last axes, short rows and other reductions', async () => {
    await refused(
      graph(
        [large],
        [reduce('ReduceSum', value('r', 1, 4, 1, 20), large, 0, 2)],
        [value('r', 1, 4, 1, 20)],
      ),
      rowSums,
    );
    await refused(
      graph(
        [large],
        [reduce('ReduceSum', value('r', 3, 4, 1, 1), large, 2, 3)],
        [value('r', 3, 4, 1, 1)],
      ),
      rowSums,
    );
    const narrow = value('x', 3, 4, 5, 2);
    await refused(
      graph(
        [narrow],
        [reduce('ReduceSum', value('r', 1, 1, 1, 2), narrow, 0, 1, 2)],
        [value('r', 1, 1, 1, 2)],
      ),
      rowSums,
    );
    await refused(
      graph(
        [large],
        [reduce('ReduceMax', value('r', 1, 4, 5, 20), large, 0)],
        [value('r', 1, 4, 5, 20)],
      ),
      rowSums,
    );
  });
});

describe('replaceValues', () => {
  it('follows chains of replacements in nodes and outputs', () => {
    const before = graph([x], [node(c, 'Neg', [a])], [b]);
    const after = replaceValues(
      before,
      new Map([
        ['a', b],
        ['b', x],
      ]),
    );
    expect(printOnnxGraph(after)).toBe(
      'input %x:float32[2,3]\n%c:float32[2,3] = Neg(%x:float32[2,3])\noutput out:b = %x:float32[2,3]',
    );
  });
});

describe('rewriteGraph', () => {
  const before = graph(
    [x],
    [node(a, 'Mul', [x, constant('k', [1])]), node(b, 'Pow', [a, constant('l', [2])])],
    [b],
  );

  it('applies every rewrite of the list', async () => {
    const { after, largestError } = await compare(before, rewriteGraph);
    expect(after).toBe(
      'input %x:float32[2,3]\n%b:float32[2,3] = Mul(%x:float32[2,3], %x:float32[2,3])\noutput out:b = %b:float32[2,3]',
    );
    expect(largestError).toBeLessThan(1e-7);
    expect(rewrites.at(-1)!.name).toBe('deadNodes');
  });

  it('names the rewrite that breaks a graph', () => {
    const broken = {
      name: 'loseNodes',
      apply: (own: OnnxGraph) => ({ ...own, nodes: own.nodes.slice(1) }),
    };
    expect(() => rewriteGraph(before, [broken])).toThrow(
      'compiler: the graph after loseNodes is not legal: Pow uses %a before its definition.',
    );
  });
});
