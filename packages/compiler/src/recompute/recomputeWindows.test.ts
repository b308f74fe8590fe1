import * as tf from '@tensorflow/tfjs';
import { describe, expect, it } from 'vitest';
import { capture } from '../capture/capture.ts';
import { activationPeak } from '../explain/memory.ts';
import { hostTensor } from '../hostTensor.ts';
import { lower } from '../lower/lower.ts';
import type { OnnxGraph } from '../onnx/graph.ts';
import { axes, compare, graph as graphOf, node, value } from '../rewrite/fixtures/graphs.ts';
import { rewriteGraph } from '../rewrite/index.ts';
import { recomputeWindows } from './recomputeWindows.ts';

type Kernels = readonly [tf.Tensor4D, tf.Tensor4D, tf.Tensor4D];

/** The gradients of three convolutions in a row, one of them with strides. */
const gradients = (x: tf.Tensor4D, kernels: Kernels): readonly tf.Tensor[] => {
  const loss = (first: tf.Tensor4D, second: tf.Tensor4D, third: tf.Tensor4D): tf.Scalar => {
    const a = tf.relu(tf.conv2d(x, first, 1, 'same'));
    const b = tf.relu(tf.conv2d(a, second, 2, 'same'));
    return tf.mean(tf.square(tf.conv2d(b, third, 1, 'same')));
  };
  return tf.grads(loss as never)([...kernels]);
};

const kernel = (inputs: number, filters: number) => hostTensor([3, 3, inputs, filters]);
const graph: OnnxGraph = rewriteGraph(
  lower(
    capture(gradients as never, [
      hostTensor([2, 32, 32, 64]),
      [kernel(64, 64), kernel(64, 128), kernel(128, 64)],
    ]),
    new Map(),
  ),
);
const always = { smallestBytes: 0, worthwhileBytes: 0 };
const count = ({ nodes }: OnnxGraph, op: string): number =>
  nodes.filter((node) => node.op === op).length;

describe('recomputeWindows', () => {
  it('keeps the pictures instead of their windows, and computes the same', async () => {
    const again = recomputeWindows(graph, always);
    expect(count(again, 'Gather')).toBeGreaterThan(count(graph, 'Gather'));
    expect(count(again, 'IsNaN')).toBeGreaterThan(0);
    expect(activationPeak(again).bytes).toBeLessThan(0.9 * activationPeak(graph).bytes);
    const { largestError } = await compare(graph, () => again);
    expect(largestError).toBeLessThan(1e-6);
  });

  it('does so in an order of execution, and leaves nothing that nobody reads', () => {
    const { inputs, nodes, outputs } = recomputeWindows(graph, always);
    const made = new Set(inputs.map(({ name }) => name));
    const read = new Set(outputs.map(({ value }) => value.name));
    for (const node of nodes) {
      for (const value of node.inputs) {
        if (value === undefined) continue;
        expect(value.data !== undefined || made.has(value.name), value.name).toBe(true);
        read.add(value.name);
      }
      for (const { name } of node.outputs) made.add(name);
    }
    expect(nodes.filter((node) => node.outputs.every(({ name }) => !read.has(name)))).toEqual([]);
  });

  it('takes the views of windows along that are read later', async () => {
    const [x, kernel] = [value('x', 4, 2), value('kernel', 4, 4)];
    const [windows, a, b, z] = [
      value('w', 8, 2),
      value('a', 4, 4),
      value('b', 1, 4, 4),
      value('z', 1, 4, 4),
    ];
    const steps = Array.from({ length: 80 }, (_, i) => value(`y${i}`, 4, 4));
    const before = graphOf(
      [x, kernel],
      [
        node(windows, 'Gather', [x, axes('places', 0, 1, 1, 2, 2, 3, 3, 0)], { axis: { i: 0 } }),
        node(a, 'Reshape', [windows, axes('flat', 4, 4)]),
        node(steps[0]!, 'MatMul', [a, kernel]),
        ...steps.slice(1).map((step, i) => node(step, 'Tanh', [steps[i]!])),
        node(b, 'Reshape', [a, axes('deep', 1, 4, 4)]),
        node(z, 'MatMul', [b, steps.at(-1)!]),
      ],
      [z],
    );
    const { after, largestError } = await compare(before, (own) => recomputeWindows(own, always));
    expect(largestError).toBe(0);
    expect(after.match(/ = Gather\(%x/g)).toHaveLength(1);
    // Nobody reads the late view of the first windows any more.
    expect(after).not.toContain('%b:float32[1,4,4] =');
  });

  it('keeps the windows where that costs little', () => {
    expect(recomputeWindows(graph)).toBe(graph);
    expect(recomputeWindows(graph, { smallestBytes: 2 ** 30, worthwhileBytes: 0 })).toEqual(graph);
  });
});
