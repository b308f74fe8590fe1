import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { createRandom } from '../random/index.ts';
import {
  applyNetwork,
  batchNorm,
  conv2d,
  countParameters,
  dcganNormal,
  dense,
  drawMasks,
  dropout,
  dropoutMasks,
  embedding,
  initNetwork,
  named,
  relu,
  sequential,
  type Module,
} from './index.ts';
import { expectClose, initialState, normals, toTensor } from './testSupport.ts';

const random = createRandom(7);
const conv = (inChannels: number, filters: number): Module =>
  conv2d({ inChannels, filters, kernelSize: 3, padding: 1 });

beforeAll(async () => {
  await tf.setBackend('cpu');
});

describe('initNetwork', () => {
  const small = sequential({ a: conv(3, 2), b: batchNorm({ channels: 2 }) });

  it('makes parameters and buffers in torch shapes', () => {
    const state = initNetwork(small, random);
    expect(Object.keys(state.params)).toEqual(['a.weight', 'a.bias', 'b.weight', 'b.bias']);
    expect(Object.keys(state.buffers)).toEqual(['b.running_mean', 'b.running_var']);
    expect(state.params['a.weight']?.shape).toEqual([2, 3, 3, 3]);
    expect([...state.buffers['b.running_var']!.data]).toEqual([1, 1]);
    expect(countParameters(small)).toBe(2 * 27 + 2 + 4);
  });

  it('draws every parameter by its name, whatever stands beside it', () => {
    const larger = sequential({ z: dense({ inUnits: 2, units: 2 }), a: conv(3, 2), c: relu() });
    expect(initNetwork(larger, random).params['a.weight']).toEqual(
      initNetwork(small, random).params['a.weight'],
    );
  });

  it('starts networks of other names differently', () => {
    const left = initNetwork(small, random, { name: 'left' });
    const right = initNetwork(small, random, { name: 'right' });
    expect(left.params['a.weight']).not.toEqual(right.params['a.weight']);
    expect(left).toEqual(initNetwork(small, random, { name: 'left' }));
  });

  it('lets a scheme replace the layers’ own initialisers by role', () => {
    const { params, buffers } = initNetwork(small, random, { scheme: dcganNormal });
    expect([...params['a.bias']!.data]).toEqual([0, 0]);
    expect([...params['b.bias']!.data]).toEqual([0, 0]);
    expect([...buffers['b.running_mean']!.data]).toEqual([0, 0]);
    const largest = Math.max(...params['a.weight']!.data.map(Math.abs));
    expect(largest).toBeGreaterThan(0.01);
    expect(largest).toBeLessThan(0.1);
    for (const scale of params['b.weight']!.data) {
      expect(scale).not.toBe(1);
      expect(Math.abs(scale - 1)).toBeLessThan(0.1);
    }
  });

  it('keeps a frozen embedding among the buffers', () => {
    const table = embedding({ rows: 4, units: 3, trainable: false });
    expect(Object.keys(initNetwork(table, random).buffers)).toEqual(['weight']);
    expect(countParameters(table)).toBe(0);
  });
});

describe('applyNetwork', () => {
  const net = named(
    'main',
    sequential([dense({ inUnits: 3, units: 2 }), batchNorm({ channels: 2 })]),
  );

  it('leaves the given state alone and returns all buffers', () => {
    const state = initialState(net);
    const before = state.buffers['main.1.running_mean']!.dataSync().slice();
    const { buffers } = applyNetwork(net, state, [normals([4, 3])], { training: true });
    expect(Object.keys(buffers)).toEqual(Object.keys(state.buffers));
    expect(state.buffers['main.1.running_mean']!.dataSync()).toEqual(before);
    expect(buffers['main.1.running_mean']!.dataSync()).not.toEqual(before);
    const inference = applyNetwork(net, state, [normals([4, 3])], { training: false });
    expect(inference.buffers).toEqual(state.buffers);
  });

  it('lists missing names, unknown names and wrong shapes', () => {
    const { params, buffers } = initialState(net);
    const { 'main.0.bias': bias, ...rest } = params;
    const state = {
      params: { ...rest, 'main.9.bias': bias!, 'main.1.weight': tf.ones([5]) },
      buffers,
    };
    expect(() => applyNetwork(net, state, [normals([4, 3])], { training: true })).toThrow(
      'network: the state does not fit the architecture. Missing parameters: main.0.bias. ' +
        'Unknown parameters: main.9.bias. ' +
        'Wrong shapes: main.1.weight expected [2], received [5]. ' +
        'Use the options with which the state was made.',
    );
  });

  it('names the layer, what it expected and what it received', () => {
    const state = initialState(net);
    expect(() => applyNetwork(net, state, [normals([4, 5])], { training: true })).toThrow(
      'dense "main.0": expected an input of shape [N, 3], received [4, 5].',
    );
  });

  it('refuses names that a module does not declare', () => {
    const asks = (apply: Module['apply']): Module => ({
      parameters: {},
      outputShape: (_place, x) => x,
      apply,
    });
    const run = (module: Module) =>
      applyNetwork(module, { params: {}, buffers: {} }, [tf.zeros([1])], { training: true });
    expect(() => run(asks((scope) => scope.child('a').get('weight')))).toThrow(
      'network: the module asks for parameter or buffer "a.weight", which its specs do not declare.',
    );
    const sets = asks((scope, x) => (scope.set('mean', x), x));
    expect(() => run(sets)).toThrow('the module asks for buffer "mean"');
  });
});

describe('dropout', () => {
  const net = sequential([conv(1, 2), sequential({ drop: dropout(0.25) })]);
  const input = () => normals([2, 8, 8, 1]);

  it('declares its masks, which are drawn by name and step', () => {
    const specs = dropoutMasks(net, [2, 8, 8, 1]);
    expect(specs).toEqual({ '1.drop': { shape: [2, 8, 8, 2], keepProbability: 0.75 } });
    const first = drawMasks(specs, random, 'dropout', 1)['1.drop']!;
    expect(first.shape).toEqual([2, 8, 8, 2]);
    expect(new Set(first.data)).toEqual(new Set([0, 1]));
    const kept = first.data.reduce((sum, value) => sum + value, 0) / first.data.length;
    expect(Math.abs(kept - 0.75)).toBeLessThan(0.1);
    expect(drawMasks(specs, random, 'dropout', 1)['1.drop']).toEqual(first);
    expect(drawMasks(specs, random, 'dropout', 2)['1.drop']).not.toEqual(first);
  });

  it('zeroes by the mask and scales the rest, in both modes when a mask is given', () => {
    const state = initialState(net);
    const mask = toTensor(drawMasks(dropoutMasks(net, [2, 8, 8, 1]), random, 'm', 0)['1.drop']!);
    const plain = applyNetwork(net, state, [input()], { training: false }).output;
    const expected = tf.div(tf.mul(plain, mask), 0.75);
    for (const training of [true, false]) {
      const options = { training, masks: { '1.drop': mask } };
      const { output } = applyNetwork(net, state, [input()], options);
      expectClose(output, expected, 'dropped');
    }
  });

  it('asks for a missing mask and refuses unknown and misshapen ones', () => {
    const state = initialState(net);
    const run = (masks: Record<string, tf.Tensor>) =>
      applyNetwork(net, state, [input()], { training: true, masks });
    expect(() => run({})).toThrow(
      'dropout "1.drop": expected a mask of shape [2, 8, 8, 2], received none. ' +
        'List the masks with dropoutMasks() and draw them with drawMasks().',
    );
    expect(() => run({ '1.drop': tf.ones([1]) })).toThrow('received [1]');
    expect(() => run({ '1.drop': tf.ones([2, 8, 8, 2]), other: tf.ones([1]) })).toThrow(
      'network: received masks that no dropout layer reads: other. Expected masks for: 1.drop.',
    );
    expect(() => dropout(1)).toThrow('dropout: expected a rate from 0 to below 1, received 1.');
  });
});
