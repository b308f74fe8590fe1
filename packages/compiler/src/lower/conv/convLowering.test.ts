import * as tf from '@tensorflow/tfjs';
import ort from 'onnxruntime-node';
import { beforeAll, describe, expect, it } from 'vitest';
import { emit } from '../../emit/emit.ts';
import type { OnnxValue } from '../../onnx/graph.ts';
import { assertLegalGraph } from '../../onnx/check.ts';
import { convInfo } from '../../shapes/convolution.ts';
import { sampleTensor, useCpuBackend } from '../../testing/index.ts';
import { LoweringContext, plain } from '../context.ts';
import { chooseAlgorithm, type ConvAlgorithm } from './algorithm.ts';
import { convLowering } from './convLowering.ts';

beforeAll(useCpuBackend);

interface Geometry {
  readonly x: [number, number, number, number];
  readonly filter: [number, number, number, number];
  readonly strides: number;
  readonly pad: number | 'same' | 'valid' | [[0, 0], [number, number], [number, number], [0, 0]];
}

const conv = (geometry: Geometry) =>
  convInfo('test', geometry.x, geometry.filter, {
    strides: geometry.strides,
    pad: geometry.pad,
    dataFormat: 'NHWC',
  });

const value = (name: string, shape: readonly number[]): OnnxValue => ({
  name,
  dtype: 'float32',
  shape,
});

/** Runs all three operations of one algorithm in a session, and by tfjs's cpu kernels. */
async function compare(geometry: Geometry, algorithm: ConvAlgorithm): Promise<number[]> {
  const info = conv(geometry);
  const tensors = {
    x: sampleTensor(geometry.x, { seed: 1 }),
    filter: sampleTensor(geometry.filter, { seed: 2 }),
    dy: sampleTensor(info.outShape, { seed: 3 }),
  };
  const inputs = Object.entries(tensors).map(([name, { shape }]) => value(name, shape));
  const [x, filter, dy] = inputs.map((input) => plain(input)) as [Lowered, Lowered, Lowered];
  const context = new LoweringContext();
  const lowering = convLowering(context, info, algorithm);
  const results = {
    forward: lowering.forward(x, filter),
    inputGradient: lowering.inputGradient(dy, filter),
    filterGradient: lowering.filterGradient(x, dy),
  };
  const outputs = Object.entries(results).map(([name, lowered]) => ({
    name,
    value: context.dense(lowered),
  }));
  const graph = { inputs, outputs, nodes: context.nodes };
  assertLegalGraph(graph, 'the test');
  const session = await ort.InferenceSession.create(emit(graph), {
    logSeverityLevel: 3,
    intraOpNumThreads: 1,
  });
  const feeds = Object.fromEntries(
    Object.entries(tensors).map(([name, tensor]) => [
      name,
      new ort.Tensor('float32', tensor.data, tensor.shape),
    ]),
  );
  const ours = await session.run(feeds);
  await session.release();
  const asTensors = Object.fromEntries(
    Object.entries(tensors).map(([name, { data, shape }]) => [name, tf.tensor(data, [...shape])]),
  );
  const theirs = eager(asTensors, info, geometry);
  return Object.entries(theirs).map(([name, expected]) =>
    relativeError(ours[name]!.data as Float32Array, expected),
  );
}

type Lowered = ReturnType<typeof plain>;

function eager(
  { x, filter, dy }: Record<string, tf.Tensor>,
  info: ReturnType<typeof conv>,
  geometry: Geometry,
) {
  const attrs = { strides: geometry.strides, pad: geometry.pad, dataFormat: 'NHWC', dilations: 1 };
  const run = (kernel: string, inputs: object, extra: object): Float32Array => {
    const result = tf
      .engine()
      .runKernel(kernel, inputs as tf.NamedTensorMap, { ...attrs, ...extra });
    return (result as tf.Tensor).dataSync<'float32'>();
  };
  return {
    forward: run('Conv2D', { x, filter }, {}),
    inputGradient: run('Conv2DBackpropInput', { dy, filter }, { inputShape: info.inShape }),
    filterGradient: run('Conv2DBackpropFilter', { x, dy }, { filterShape: info.filterShape }),
  };
}

function relativeError(ours: Float32Array, theirs: Float32Array): number {
  expect(ours.length).toBe(theirs.length);
  const scale = theirs.reduce((largest, each) => Math.max(largest, Math.abs(each)), 0);
  const largest = ours.reduce((worst, each, i) => Math.max(worst, Math.abs(each - theirs[i]!)), 0);
  return largest / scale;
}

const winograd2 = { kind: 'winograd', tile: 2 } as const;
const winograd4 = { kind: 'winograd', tile: 4 } as const;
const unfold = { kind: 'unfold' } as const;
const native = { kind: 'native' } as const;
const full = { kind: 'full' } as const;
const cropped = { kind: 'cropped' } as const;
const flipped = { kind: 'flipped' } as const;

const cases: readonly (readonly [string, Geometry, readonly ConvAlgorithm[]])[] = [
  [
    'k4 s2 p1',
    { x: [2, 16, 16, 5], filter: [4, 4, 5, 6], strides: 2, pad: 1 },
    [winograd2, winograd4, unfold, native],
  ],
  [
    'k4 s2 p1, ragged tiles',
    { x: [3, 10, 14, 4], filter: [4, 4, 4, 3], strides: 2, pad: 1 },
    [winograd2, winograd4, unfold, native],
  ],
  [
    'k4 s2, rows left over',
    { x: [1, 11, 9, 4], filter: [4, 4, 4, 3], strides: 2, pad: 1 },
    [winograd2, winograd4, unfold, native],
  ],
  [
    'k3 s1 same',
    { x: [2, 9, 7, 3], filter: [3, 3, 3, 4], strides: 1, pad: 'same' },
    [winograd2, winograd4, unfold, native],
  ],
  [
    'k3 s1 valid',
    { x: [2, 8, 8, 3], filter: [3, 3, 3, 4], strides: 1, pad: 'valid' },
    [winograd2, winograd4, unfold, native],
  ],
  [
    'k4 s1 p1',
    { x: [2, 9, 8, 3], filter: [4, 4, 3, 2], strides: 1, pad: 1 },
    [winograd2, winograd4, unfold, native],
  ],
  [
    'k4 s2, asymmetric padding',
    {
      x: [2, 12, 12, 3],
      filter: [4, 4, 3, 2],
      strides: 2,
      pad: [
        [0, 0],
        [2, 1],
        [0, 1],
        [0, 0],
      ],
    },
    [winograd2, winograd4, unfold, native],
  ],
  [
    'k2 s1',
    { x: [2, 5, 5, 3], filter: [2, 2, 3, 2], strides: 1, pad: 'valid' },
    [winograd2, winograd4, native],
  ],
  [
    'k5 s3 p1',
    { x: [8, 13, 13, 3], filter: [5, 5, 3, 4], strides: 3, pad: 1 },
    [winograd2, winograd4, unfold, native],
  ],
  [
    'k7 s1 p3',
    { x: [2, 9, 9, 3], filter: [7, 7, 3, 2], strides: 1, pad: 3 },
    [unfold, flipped, native],
  ],
  [
    'k7 s1',
    { x: [2, 9, 8, 5], filter: [7, 7, 5, 3], strides: 1, pad: 'valid' },
    [unfold, flipped, native],
  ],
  [
    'k4 s1, asymmetric padding',
    {
      x: [2, 6, 7, 5],
      filter: [4, 4, 5, 1],
      strides: 1,
      pad: [
        [0, 0],
        [2, 1],
        [0, 3],
        [0, 0],
      ],
    },
    [flipped, unfold, native],
  ],
  [
    'k5 s2 same',
    { x: [3, 8, 8, 4], filter: [5, 5, 4, 6], strides: 2, pad: 'same' },
    [winograd2, winograd4, unfold, native],
  ],
  [
    'k5 s2 same, odd',
    { x: [3, 7, 9, 4], filter: [5, 5, 4, 6], strides: 2, pad: 'same' },
    [winograd2, winograd4, unfold, native],
  ],
  [
    'k3 s2 p1',
    {
      x: [2, 8, 6, 3],
      filter: [3, 3, 3, 4],
      strides: 2,
      pad: [
        [0, 0],
        [1, 1],
        [1, 1],
        [0, 0],
      ],
    },
    [winograd2, winograd4, unfold, native],
  ],
  [
    'k5 s2 of 2 × 2 pixels',
    { x: [3, 2, 2, 4], filter: [5, 5, 4, 6], strides: 2, pad: 'same' },
    [winograd2, unfold, cropped, native],
  ],
  [
    'k5 s2 of 2 × 8 pixels',
    { x: [2, 2, 8, 4], filter: [5, 5, 4, 3], strides: 2, pad: 'same' },
    [unfold, cropped, native],
  ],
  ['k1 s1', { x: [2, 4, 4, 3], filter: [1, 1, 3, 5], strides: 1, pad: 'valid' }, [unfold, native]],
  [
    'k4 over all of its input',
    { x: [3, 4, 4, 6], filter: [4, 4, 6, 2], strides: 1, pad: 'valid' },
    [full, winograd2, unfold, native],
  ],
];

describe('convolutions and their gradients are what tfjs computes', () => {
  for (const [name, geometry, algorithms] of cases) {
    for (const algorithm of algorithms) {
      const label = 'tile' in algorithm ? `${algorithm.kind} ${algorithm.tile}` : algorithm.kind;
      it(`${name}: ${label}`, async () => {
        for (const error of await compare(geometry, algorithm)) expect(error).toBeLessThan(1e-5);
      });
    }
  }
});

describe('chooseAlgorithm', () => {
  const choose = (
    x: Geometry['x'],
    filter: Geometry['filter'],
    strides: number,
    pad: Geometry['pad'],
  ) => chooseAlgorithm(conv({ x, filter, strides, pad }));

  it("takes larger tiles for the DCGAN's wide layers and smaller ones for its 4 × 4 outputs", () => {
    expect(choose([32, 32, 32, 64], [4, 4, 64, 128], 2, 1)).toEqual(winograd4);
    expect(choose([32, 16, 16, 128], [4, 4, 128, 256], 2, 1)).toEqual(winograd4);
    expect(choose([32, 8, 8, 256], [4, 4, 256, 512], 2, 1)).toEqual(winograd2);
  });

  it('takes tiles for kernels that are no multiple of their stride, too', () => {
    expect(choose([16, 32, 32, 32], [5, 5, 32, 64], 2, 'same')).toEqual(winograd4);
    expect(choose([16, 16, 16, 64], [5, 5, 64, 256], 2, 'same')).toEqual(winograd4);
  });

  it('gathers windows where many weights meet few pixels', () => {
    expect(choose([16, 4, 4, 256], [5, 5, 256, 512], 2, 'same')).toEqual(unfold);
    expect(choose([16, 8, 8, 128], [5, 5, 128, 256], 2, 'same')).toEqual(unfold);
    expect(choose([1, 64, 64, 64], [3, 3, 64, 128], 2, 1)).toEqual(unfold);
  });

  it('leaves out taps that see padding only, and takes a kernel over everything for a product', () => {
    expect(choose([16, 2, 2, 256], [5, 5, 256, 256], 2, 'same')).toEqual(cropped);
    expect(choose([32, 4, 4, 512], [4, 4, 512, 1], 1, 0)).toEqual(full);
  });

  it('flips convolutions to a few channels', () => {
    expect(choose([2, 70, 70, 64], [7, 7, 64, 3], 1, 'valid')).toEqual(flipped);
    expect(choose([1, 31, 31, 512], [4, 4, 512, 1], 1, 1)).toEqual(flipped);
  });

  it("leaves every geometry to ONNX where an accelerator's library chooses", () => {
    for (const [, geometry] of cases) {
      expect(chooseAlgorithm(conv(geometry), 'native')).toEqual(native);
    }
    const geometry = { x: [2, 9, 9, 4], filter: [4, 4, 4, 8], strides: 1, pad: 0 } as const;
    const info = conv(geometry as unknown as Geometry);
    const context = new LoweringContext('native');
    convLowering(context, info).forward(
      plain(value('x', geometry.x)),
      plain(value('filter', geometry.filter)),
    );
    expect(context.nodes.map(({ op }) => op)).toContain('Conv');
  });

  it('leaves pictures and thin layers to ONNX', () => {
    expect(choose([32, 96, 96, 3], [5, 5, 3, 64], 3, 1)).toEqual(native);
    expect(choose([16, 64, 64, 1], [5, 5, 1, 32], 2, 'same')).toEqual(native);
    expect(choose([4, 16, 16, 8], [3, 3, 8, 8], 1, 1)).toEqual(native);
  });
});
