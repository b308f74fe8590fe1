import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  applyNetwork,
  adaptiveInstanceNorm,
  composed,
  conditionalInstanceNorm,
  conv2d,
  identity,
  instanceNorm,
  joinChannels,
  joinVector,
  leakyRelu,
  named,
  outputShapeOf,
  relu,
  residual,
  sequential,
  skipConcat,
  type Module,
} from './index.ts';
import { expectClose, initialState, normals } from './testSupport.ts';

const conv = (filters: number, inChannels = 2): Module =>
  conv2d({ inChannels, filters, kernelSize: 1 });

beforeAll(async () => {
  await tf.setBackend('cpu');
});

describe('sequential', () => {
  it('names a list by number and a record by key', () => {
    expect(Object.keys(sequential([conv(2), relu(), conv(3)]).parameters)).toEqual([
      '0.weight',
      '0.bias',
      '2.weight',
      '2.bias',
    ]);
    const nested = named('main', sequential({ first: conv(2), last: sequential([conv(1)]) }));
    expect(Object.keys(nested.parameters)).toEqual([
      'main.first.weight',
      'main.first.bias',
      'main.last.0.weight',
      'main.last.0.bias',
    ]);
  });

  it('refuses names that JavaScript would reorder', () => {
    expect(() => sequential({ relu: relu(), 0: conv(2) })).toThrow(
      'sequential: expected layer names that are all numbers or none, received 0, relu. ' +
        'JavaScript would run the numbered ones first.',
    );
  });

  it('hands conditions to every layer', () => {
    const net = sequential<readonly [tf.Tensor]>([
      conv(3),
      conditionalInstanceNorm({ channels: 3, conditions: 2 }),
      leakyRelu(),
    ]);
    const state = initialState(net);
    state.params['1.weight'] = tf.tensor2d([
      [1, 1, 1],
      [2, 3, 4],
    ]);
    state.params['1.bias'] = tf.tensor2d([
      [0, 0, 0],
      [1, 2, 3],
    ]);
    const x = normals([2, 3, 3, 2]);
    const labels = tf.tensor1d([1, 0], 'int32');
    const { output } = applyNetwork(net, state, [x, labels], { training: false });

    const unconditional = sequential([
      conv(3),
      instanceNorm({ channels: 3, affine: true }),
      leakyRelu(),
    ]);
    [1, 0].forEach((label, image) => {
      const params = {
        ...state.params,
        '1.weight': tf.slice(state.params['1.weight']!, [label, 0], [1, 3]).flatten(),
        '1.bias': tf.slice(state.params['1.bias']!, [label, 0], [1, 3]).flatten(),
      };
      const one = tf.slice(x, [image, 0, 0, 0], [1, 3, 3, 2]);
      const expected = applyNetwork(unconditional, { params, buffers: {} }, [one], {
        training: false,
      });
      expectClose(tf.slice(output, [image, 0, 0, 0], [1, 3, 3, 3]), expected.output, `${image}`);
    });
    expect(outputShapeOf(net, [2, 3, 3, 2], [2])).toEqual([2, 3, 3, 3]);
  });

  it('hands styles to an adaptive norm: scale 1 + W·s and shift V·s', () => {
    const net = adaptiveInstanceNorm({ channels: 2, styleUnits: 2 });
    const params = {
      'style.weight': tf.tensor2d([1, 2, 0, 3, 4, 0, 0, 5], [4, 2]),
      'style.bias': tf.tensor1d([0.5, 0, 0, 1]),
    };
    const x = normals([2, 3, 3, 2]);
    const styles = tf.tensor2d([1, 0, 2, -1], [2, 2]);
    const state = { params, buffers: {} };
    const plain = applyNetwork(instanceNorm({ channels: 2 }), { params: {}, buffers: {} }, [x], {
      training: false,
    }).output;
    const scales = tf.tensor4d([1 + 1.5, 1, 1 + 0.5, 1 - 3], [2, 1, 1, 2]);
    const shifts = tf.tensor4d([4, 1, 8, 1 - 5], [2, 1, 1, 2]);
    const expected = tf.add(tf.mul(plain, scales), shifts);
    const { output } = applyNetwork(net, state, [x, styles], { training: false });
    expectClose(output, expected, 'adaptive');
  });
});

describe('residual and skipConcat', () => {
  it('add and join the input', () => {
    const body = conv(2);
    const state = initialState(body);
    const x = normals([1, 2, 2, 2]);
    const run = (module: Module) => applyNetwork(module, state, [x], { training: true }).output;
    expectClose(run(residual(body)), tf.add(x, run(body)), 'residual');
    expectClose(run(skipConcat(body)), tf.concat([x, run(body)], 3), 'skipConcat');
    expect(outputShapeOf(residual(body), [1, 2, 2, 2])).toEqual([1, 2, 2, 2]);
    expect(outputShapeOf(skipConcat(conv(3)), [1, 2, 2, 2])).toEqual([1, 2, 2, 5]);
  });

  it('refuse branches that do not fit', () => {
    expect(() => outputShapeOf(named('a', residual(conv(3))), [1, 4, 4, 2])).toThrow(
      'residual "a": expected the body to return [1, 4, 4, 2] like the shortcut, ' +
        'received [1, 4, 4, 3].',
    );
    expect(() => residual(conv(2), conv(2))).toThrow(
      'residual: two modules have a parameter "weight". Wrap one of them in named().',
    );
    const halved = conv2d({ inChannels: 2, filters: 2, kernelSize: 2, strides: 2 });
    expect(() => outputShapeOf(skipConcat(halved), [1, 4, 4, 2])).toThrow(
      'skipConcat: expected an input of shape [1, 2, 2, C], received [1, 4, 4, 2].',
    );
    expect(outputShapeOf(identity(), [3])).toEqual([3]);
  });
});

describe('composed', () => {
  const net = composed(
    { first: conv(3), join: joinChannels(), last: conv(1, 5) },
    ({ first, join, last }, x: tf.Tensor) => {
      const hidden = first(x);
      return { maps: [last(join(x, hidden)), hidden] };
    },
  );

  it('writes a forward pass once, for values and for shapes', () => {
    expect(Object.keys(net.parameters)).toEqual([
      ...['first.weight', 'first.bias', 'last.weight', 'last.bias'],
    ]);
    const state = initialState(net);
    const x = normals([2, 2, 3, 2]);
    const { maps } = applyNetwork(net, state, [x], { training: true }).output;
    const partOf = (name: string) => ({
      params: {
        weight: state.params[`${name}.weight`]!,
        bias: state.params[`${name}.bias`]!,
      },
      buffers: {},
    });
    const apply = (module: Module, name: string, input: tf.Tensor): tf.Tensor =>
      applyNetwork(module, partOf(name), [input], { training: true }).output;
    const hidden = apply(conv(3), 'first', x);
    expectClose(maps[1]!, hidden, 'first');
    expectClose(maps[0]!, apply(conv(1, 5), 'last', tf.concat([x, hidden], 3)), 'last');
    expect(outputShapeOf(net, [2, 2, 3, 2])).toEqual({
      maps: [
        [2, 2, 3, 1],
        [2, 2, 3, 3],
      ],
    });
  });

  it('says where a part stands that cannot take its input', () => {
    expect(() => outputShapeOf(named('net', net), [2, 2, 3, 4])).toThrow(
      'conv2d "net.first": expected an input of shape [N, H, W, 2], received [2, 2, 3, 4].',
    );
  });
});

describe('joinChannels and joinVector', () => {
  const none = { params: {}, buffers: {} };
  const inference = { training: false };

  it('put channels beside channels, and a vector beside every pixel of its picture', () => {
    const x = tf.tensor4d([1, 2, 3, 4], [2, 1, 2, 1]);
    const beside = applyNetwork(joinChannels(), none, [x, tf.mul(x, 10)], inference).output;
    expect(beside.shape).toEqual([2, 1, 2, 2]);
    expect([...beside.dataSync()]).toEqual([1, 10, 2, 20, 3, 30, 4, 40]);
    const vectors = tf.tensor2d([5, 6, 7, 8], [2, 2]);
    const field = applyNetwork(joinVector(), none, [x, vectors], inference).output;
    expect(field.shape).toEqual(outputShapeOf(joinVector(), [2, 1, 2, 1], [2, 2]));
    expect([...field.dataSync()]).toEqual([1, 5, 6, 2, 5, 6, 3, 7, 8, 4, 7, 8]);
  });

  it('refuse what is not of the same pictures', () => {
    expect(() => outputShapeOf(joinChannels(), [2, 4, 4, 1], [2, 2, 2, 1])).toThrow(
      'joinChannels: expected an input of shape [2, 4, 4, B], received [2, 2, 2, 1].',
    );
    expect(() => outputShapeOf(joinVector(), [2, 4, 4, 1], [3, 5])).toThrow(
      'joinVector: expected an input of shape [2, Z], received [3, 5].',
    );
  });
});
