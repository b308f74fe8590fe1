import { createHash } from 'node:crypto';
import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { UserError, hostTensor, hostTensorInt } from '@gan-zoo/compiler';
import type { HostTensor, Tree } from '@gan-zoo/compiler';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { loadCheckpoint, loadCheckpointMetadata, saveCheckpoint } from './checkpoint.ts';
import { exportTorchWeights, restoreState } from './checkpointTree.ts';
import { randomState, seededNumbers } from './fixtures/randomTensors.ts';
import { loadWeights } from './loadWeights.ts';
import { decodeSafetensors, encodeSafetensors, readSafetensorsHeader } from './safetensors.ts';

const info = {
  app: 'anime-dcgan',
  appVersion: '0.1.0',
  step: 1200,
  epoch: 3,
  config: { learningRate: 2e-4, layers: [64, 128], flip: true, data: 'a "b" ü' },
  metrics: { generatorLoss: 0.75, discriminatorLoss: NaN },
};

const network = (value: number) => ({
  params: { 'main.0.weight': hostTensor([2, 1], [value, 1]), 'main.1.bias': hostTensor([1], [2]) },
  buffers: { 'main.1.running_mean': hostTensor([1], [3]) },
});

const makeState = () => ({
  generator: network(0.5),
  discriminator: { ...network(-0.5), buffers: {} },
  generatorOptimizer: {
    step: hostTensorInt([], [1200]),
    m: { 'main.0.weight': hostTensor([2, 1], [1, 2]) },
    v: { 'main.0.weight': hostTensor([2, 1], [3, 4]) },
  },
});

let folder: string;
let path: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'checkpoint-'));
});
beforeEach(() => {
  path = join(folder, 'step-1200.safetensors');
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

describe('saveCheckpoint', () => {
  it('restores state and metadata exactly', async () => {
    await saveCheckpoint(path, { state: makeState(), metadata: info });
    const metadata = {
      ...info,
      format: 'gan-zoo-checkpoint',
      formatVersion: 1,
      metrics: { generatorLoss: 0.75, discriminatorLoss: null },
    };
    expect(await loadCheckpoint(path)).toEqual({ state: makeState(), metadata });
    expect(await loadCheckpointMetadata(path)).toEqual(metadata);
    expect(await readdir(folder)).toEqual(['step-1200.safetensors']);
  });

  it.each([0, 1, 4, 1001])('carries %i bytes of the app, in any state', async (length) => {
    const carried = Uint8Array.from({ length }, (_, at) => (7 * at) % 256);
    await saveCheckpoint(path, { state: makeState(), metadata: info, carried });
    const loaded = await loadCheckpoint(path);
    expect(loaded.state).toEqual(makeState());
    expect([...loaded.carried!]).toEqual([...carried]);
    const { tensors: weights } = await loadWeights(path, { section: 'generator' });
    expect(weights).toEqual(exportTorchWeights(makeState(), 'generator'));
  });

  it('names tensors as PyTorch does behind the name of the network', async () => {
    await saveCheckpoint(path, { state: makeState(), metadata: info });
    const { tensors, metadata } = await readSafetensorsHeader(path);
    expect(tensors.map(({ name }) => name)).toEqual([
      'discriminator.main.0.weight',
      'discriminator.main.1.bias',
      'generator.main.0.weight',
      'generator.main.1.bias',
      'generator.main.1.running_mean',
      'generatorOptimizer.m.main.0.weight',
      'generatorOptimizer.v.main.0.weight',
      'generatorOptimizer.step',
    ]);
    expect(metadata).toMatchObject({
      format: 'gan-zoo-checkpoint',
      formatVersion: '1',
      step: '1200',
      config: '{"data":"a \\"b\\" ü","flip":true,"layers":[64,128],"learningRate":0.0002}',
    });
    const { tensors: weights } = await loadWeights(path, { section: 'generator' });
    expect(weights).toEqual(exportTorchWeights(makeState(), 'generator'));
  });

  it('gives equal bytes for equal states, in whatever order their keys come', async () => {
    const reversed = (node: unknown): Tree<HostTensor> =>
      typeof node === 'object' && node !== null && !('dtype' in node)
        ? Object.fromEntries(
            Object.entries(node)
              .reverse()
              .map(([key, child]) => [key, reversed(child)]),
          )
        : (node as HostTensor);
    await saveCheckpoint(path, { state: makeState(), metadata: info });
    const other = join(folder, 'other.safetensors');
    const config = { layers: [64, 128], data: 'a "b" ü', flip: true, learningRate: 2e-4 };
    await saveCheckpoint(other, { state: reversed(makeState()), metadata: { ...info, config } });
    expect(Buffer.compare(await readFile(path), await readFile(other))).toBe(0);
    await rm(other);
  });

  it('keeps the checksum of the data section', async () => {
    await saveCheckpoint(path, { state: makeState(), metadata: info });
    const bytes = await readFile(path);
    const data = bytes.subarray(8 + Number(bytes.readBigUInt64LE()));
    const { metadata } = await readSafetensorsHeader(path);
    expect(metadata['dataSha256']).toBe(createHash('sha256').update(data).digest('hex'));
  });

  it('restores any tree: lists, empty records, awkward and colliding keys', async () => {
    const one = hostTensor([1], [1]);
    const two = hostTensor([1], [2]);
    const states: Tree<HostTensor>[] = [
      one,
      [],
      {},
      [one, [two], {}],
      { a: { b: one }, 'a.b': two },
      { params: one, buffers: { params: two } },
      { n: { params: { w: one }, buffers: { w: two } } },
      { '': { '': one } },
    ];
    for (let seed = 0; seed < 60; seed += 1) states.push(randomState(seededNumbers(seed)));
    for (const [i, state] of states.entries()) {
      await saveCheckpoint(path, { state, metadata: info });
      const loaded = await loadCheckpoint(path);
      expect(loaded.state, `state ${i}`).toEqual(state);
      expect(loaded.state, `state ${i}`).toStrictEqual(state);
    }
  });

  it.each([
    [
      { a: 3 },
      'saveCheckpoint: expected a tensor, a list or a record at "a" and at most 64 levels',
    ],
    [{ 'a.b': null }, 'at "a.b" and at most 64 levels, received null.'],
    [
      { a: { 'b/c': hostTensor([1]), b: { c: hostTensor([1]) }, 'b.c': hostTensor([1]) } },
      undefined,
    ],
    [
      {
        'a/b': { c: hostTensor([1]) },
        a: { 'b/c': hostTensor([1]), 'b.c': hostTensor([1]), b: { c: hostTensor([1]) } },
        'a/b.c': hostTensor([1]),
        'a.b/c': hostTensor([1]),
      },
      'saveCheckpoint: expected every tensor to have a name of its own, received "a/b/c" twice.',
    ],
  ])('refuses a state that cannot be named: %o', async (state, text) => {
    const saved = saveCheckpoint(path, { state: state as Tree<HostTensor>, metadata: info });
    if (text === undefined) await saved;
    else await expect(saved).rejects.toThrow(text);
  });

  it('refuses a cyclic state and a configuration that JSON would change', async () => {
    const cyclic: Record<string, unknown> = {};
    cyclic['again'] = cyclic;
    const saveCyclic = saveCheckpoint(path, { state: cyclic as Tree<HostTensor>, metadata: info });
    await expect(saveCyclic).rejects.toThrow('at most 64 levels, received a deeper tree.');
    const config = { learningRate: Infinity };
    await expect(
      saveCheckpoint(path, { state: makeState(), metadata: { ...info, config } }),
    ).rejects.toThrow(
      'config.learningRate: expected a value that JSON can hold, received Infinity.',
    );
  });

  it('names a folder that is missing', async () => {
    const nowhere = join(folder, 'missing', 'step-1.safetensors');
    await expect(saveCheckpoint(nowhere, { state: {}, metadata: info })).rejects.toThrow(
      `cannot write the checkpoint ${nowhere}: its folder does not exist.`,
    );
  });
});

describe('loadCheckpoint', () => {
  const advice = 'The checkpoint is damaged or incomplete; use another one.';

  const saved = async (state: Tree<HostTensor> = makeState()): Promise<Uint8Array> => {
    await saveCheckpoint(path, { state, metadata: info });
    return new Uint8Array(await readFile(path));
  };

  it('refuses a checkpoint cut short', async () => {
    const bytes = await saved();
    for (const length of [0, 7, 8, 500, bytes.length - 1]) {
      await writeFile(path, bytes.subarray(0, length));
      const load = loadCheckpoint(path);
      await expect(load, `${length} bytes`).rejects.toThrow(UserError);
      await expect(load).rejects.toThrow(`${path}: `);
      await expect(load).rejects.toThrow(advice);
    }
    await expect(loadCheckpoint(path)).rejects.toThrow(
      `${path}: the file is cut short: expected 48 bytes of data, received 47. ${advice}`,
    );
  });

  it('notices a change of any byte', async () => {
    const bytes = await saved({ w: hostTensor([2], [1, 2]), empty: hostTensor([0]) });
    const original = await loadCheckpoint(path);
    const next = seededNumbers(3);
    for (let i = 0; i < bytes.length; i += 1) {
      const changed = bytes.slice();
      changed[i]! ^= 1 << Math.floor(next() * 8);
      await writeFile(path, changed);
      try {
        // Spaces that become other white space, and escapes that mean the same, do not matter.
        expect(await loadCheckpoint(path), `byte ${i}`).toEqual(original);
      } catch (error) {
        expect(error, `byte ${i}`).toBeInstanceOf(UserError);
      }
    }
  });

  it('says which checksum does not match', async () => {
    const bytes = await saved();
    const header = Buffer.from(bytes).indexOf('"step":"1200"') + 8;
    bytes[bytes.length - 1]! ^= 1;
    await writeFile(path, bytes);
    await expect(loadCheckpoint(path)).rejects.toThrow(
      `${path}: the values do not match their checksum. ${advice}`,
    );
    expect((await loadCheckpointMetadata(path)).step).toBe(1200);
    bytes[header] = '9'.charCodeAt(0);
    await writeFile(path, bytes);
    await expect(loadCheckpointMetadata(path)).rejects.toThrow(
      `${path}: the header does not match its checksum. ${advice}`,
    );
  });

  it('tells plain weights and newer formats from damage', async () => {
    await writeFile(path, encodeSafetensors({ w: hostTensor([1]) }, { format: 'pt' }));
    await expect(loadCheckpoint(path)).rejects.toThrow(
      `${path}: expected a checkpoint, received a safetensors file without a state to resume ` +
        `from. Plain weights go where weights are asked for (--weights).`,
    );
    const { tensors, metadata } = decodeSafetensors(await saved());
    await writeFile(path, encodeSafetensors(tensors, { ...metadata, formatVersion: '2' }));
    await expect(loadCheckpoint(path)).rejects.toThrow(
      `${path}: expected checkpoint format 1, received 2. Update the program, or use a ` +
        `checkpoint that it wrote.`,
    );
  });

  it('names a checkpoint that is not there', async () => {
    const missing = join(folder, 'missing.safetensors');
    await expect(loadCheckpoint(missing)).rejects.toThrow(
      `${missing}: could not read the file: not found.`,
    );
  });
});

describe('restoreState', () => {
  const one = hostTensor([1], [1]);

  it('puts tensors where the names say', () => {
    expect(restoreState('{"a":["x",{}],"b":"y"}', { x: one, y: one })).toEqual({
      a: [one, {}],
      b: one,
    });
  });

  it.each([
    ['{"a":"x"', { x: one }],
    [undefined, {}],
    ['{"a":"y"}', { x: one }],
    ['{"a":"x"}', { x: one, y: one }],
    ['["x","x"]', { x: one }],
    ['{"a":3}', {}],
    [`${'['.repeat(100)}"x"${']'.repeat(100)}`, { x: one }],
  ])('refuses %s', (json, tensors) => {
    expect(restoreState(json, tensors as Record<string, HostTensor>)).toBeUndefined();
  });
});

describe('exportTorchWeights', () => {
  it('puts parameters and buffers of one network together', () => {
    const { params, buffers } = network(0.5);
    expect(exportTorchWeights(makeState(), 'generator')).toEqual({ ...params, ...buffers });
    const { buffers: _, ...bare } = network(0.5);
    expect(exportTorchWeights({ bare }, 'bare')).toEqual(params);
  });

  it('names the networks that there are', () => {
    expect(() => exportTorchWeights(makeState(), 'generatorOptimizer')).toThrow(
      'exportTorchWeights: expected a network among generator, discriminator, ' +
        'received "generatorOptimizer".',
    );
    expect(() => exportTorchWeights(hostTensor([1]), 'g')).toThrow('network among (none), rec');
  });

  it('refuses a name that stands for a parameter and a buffer', () => {
    const same = { params: { w: hostTensor([1]) }, buffers: { w: hostTensor([1]) } };
    expect(() => exportTorchWeights({ same }, 'same')).toThrow(
      'expected different names of parameters and buffers in same, received "w" in both.',
    );
  });
});
