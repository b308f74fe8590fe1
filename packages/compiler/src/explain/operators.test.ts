import { describe, expect, it } from 'vitest';
import { capture } from '../capture/capture.ts';
import { UserError } from '../errors.ts';
import { lower } from '../lower/lower.ts';
import type { Attribute, OnnxDtype, OnnxNode, OnnxValue } from '../onnx/graph.ts';
import { rewriteGraph } from '../rewrite/index.ts';
import { gradientCases } from '../testing/cases/index.ts';
import { withDerivatives } from '../testing/compareCompiled.ts';
import { flopsOf, operatorOf } from './operators.ts';

const value = (shape: readonly number[], dtype: OnnxDtype = 'float32'): OnnxValue => ({
  name: `v[${shape.join()}]`,
  dtype,
  shape,
});

function node(
  op: string,
  inputs: readonly OnnxValue[],
  output: OnnxValue,
  attributes: Readonly<Record<string, Attribute>> = {},
  domain: OnnxNode['domain'] = '',
): OnnxNode {
  return { op, domain, inputs, outputs: [output], attributes };
}

describe('flopsOf', () => {
  const out = value([2, 8, 5, 5]);
  const conv = [value([2, 3, 10, 10]), value([8, 3, 4, 4])];

  it.each([
    // 2·8·5·5 results of 3·4·4 multiply-adds each.
    ['Conv', node('Conv', conv, out), 2 * 400 * 48],
    ['Conv with a bias', node('Conv', [...conv, value([8])], out), 2 * 400 * 48 + 400],
    [
      'Conv on blocked channels',
      node(
        'Conv',
        [value([2, 8, 10, 10]), value([16, 8, 3, 3])],
        value([2, 16, 5, 5]),
        {},
        'com.microsoft.nchwc',
      ),
      2 * 800 * 72,
    ],
    ['FusedConv', node('FusedConv', conv, out, {}, 'com.microsoft'), 2 * 400 * 48],
    // One filter per channel: each result sums 3·3 products.
    [
      'a depthwise Conv',
      node('Conv', [value([2, 8, 5, 5]), value([8, 1, 3, 3])], out, { group: { i: 8 } }),
      2 * 400 * 9,
    ],
    // 2·8·5·5 elements are spread over 3·4·4 results each.
    [
      'ConvTranspose',
      node('ConvTranspose', [out, value([8, 3, 4, 4])], value([2, 3, 10, 10])),
      2 * 400 * 48,
    ],
    ['MatMul', node('MatMul', [value([5, 2, 3]), value([3, 4])], value([5, 2, 4])), 2 * 40 * 3],
    [
      'Gemm',
      node('Gemm', [value([2, 3]), value([4, 3])], value([2, 4]), { transB: { i: 1 } }),
      2 * 8 * 3,
    ],
    [
      'Gemm, left side transposed, with a sum',
      node('Gemm', [value([3, 2]), value([3, 4]), value([4])], value([2, 4]), { transA: { i: 1 } }),
      2 * 8 * 3 + 8,
    ],
    [
      'AveragePool',
      node('AveragePool', [value([1, 2, 6, 6])], value([1, 2, 3, 3]), {
        kernel_shape: { ints: [2, 2] },
      }),
      18 * 4,
    ],
    ['ReduceSum', node('ReduceSum', [value([4, 5]), value([1], 'int64')], value([4, 1])), 20],
    ['Add with a broadcast', node('Add', [value([4, 5]), value([5])], value([4, 5])), 20],
    ['Max of three', node('Max', [value([6]), value([6]), value([6])], value([6])), 12],
    ['Softmax', node('Softmax', [value([2, 3])], value([2, 3])), 30],
    ['a comparison', node('Greater', [value([7]), value([7])], value([7], 'bool')), 7],
    [
      'Add of whole numbers',
      node('Add', [value([9], 'int32'), value([9], 'int32')], value([9], 'int32')),
      0,
    ],
    ['Transpose', node('Transpose', [value([2, 3])], value([3, 2])), 0],
    [
      'ScatterElements that adds',
      node('ScatterElements', [value([9]), value([4], 'int64'), value([4])], value([9]), {
        reduction: { s: 'add' },
      }),
      4,
    ],
    [
      'ScatterND',
      node('ScatterND', [value([9]), value([4, 1], 'int64'), value([4])], value([9])),
      0,
    ],
    ['an operator without a formula', node('Einsum', [value([2, 2])], value([2, 2])), 0],
  ])('counts %s', (_, each, expected) => {
    expect(flopsOf(each)).toBe(expected);
  });
});

describe('operatorOf', () => {
  it('knows every operator that lowerings and rewrites emit', () => {
    const [known, unknown] = [new Set<string>(), new Set<string>()];
    for (const row of gradientCases) {
      try {
        const { nodes } = rewriteGraph(
          lower(capture(withDerivatives({ ...row, order: 1 }), row.inputs)),
        );
        for (const each of nodes)
          (operatorOf(each).kind === 'other' ? unknown : known).add(each.op);
      } catch (error) {
        // Some rows are refused by the compiler; that they are is tested with the lowerings.
        if (!(error instanceof UserError)) throw error;
      }
    }
    expect([...unknown]).toEqual([]);
    expect(known.size).toBeGreaterThan(50);
  });

  it('does not take members of Object for operators', () => {
    expect(operatorOf(node('toString', [], value([])))).toMatchObject({ kind: 'other' });
  });
});
