import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { UserError } from '@gan-zoo/compiler';
import type { HostTensor } from '@gan-zoo/compiler';
import { zipSync } from 'fflate';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { seededNumbers } from './fixtures/randomTensors.ts';
import { decodeTorchWeights, readTorchWeights } from './torchWeights.ts';

const fixture = (name: string): string =>
  fileURLToPath(new URL(`./fixtures/${name}`, import.meta.url));

interface ExpectedTensor {
  dtype: string;
  shape: number[];
  bits?: number[];
  values?: number[];
}

const expected = JSON.parse(await readFile(fixture('expected.json'), 'utf8')) as Record<
  string,
  Record<string, ExpectedTensor>
>;

function describeTensor({ dtype, shape, data }: HostTensor): ExpectedTensor {
  if (!(data instanceof Float32Array)) return { dtype, shape: [...shape], values: [...data] };
  const bits = new Uint32Array(data.buffer, data.byteOffset, data.length);
  return { dtype, shape: [...shape], bits: [...bits] };
}

describe('files of PyTorch', () => {
  it.each(Object.keys(expected))('reads every value of %s', async (name) => {
    const tensors = await readTorchWeights(fixture(name));
    const read = Object.entries(tensors).map(([key, tensor]) => [key, describeTensor(tensor)]);
    expect(Object.fromEntries(read)).toEqual(expected[name]);
  });

  it('finds both formats, a network of several, and wrapped weights', () => {
    expect(Object.keys(expected)).toEqual([
      'stateDict.pth',
      'stateDictLegacy.pth',
      'windows.pth',
      'windowsLegacy.pth',
      'dtypes.pth',
      'wrapped.pth',
      'several.pth',
    ]);
    expect(Object.keys(expected['several.pth']!)).toContain('generator.weight');
    expect(Object.keys(expected['wrapped.pth']!)).toContain('1.num_batches_tracked');
  });

  it('gives tensors of one storage memory of their own', async () => {
    const { transposed, permuted } = await readTorchWeights(fixture('windows.pth'));
    transposed!.data.fill(9);
    expect([...permuted!.data]).not.toContain(-9);
    expect(permuted!.data[0]).toBe(0);
  });

  it('reads one section, or everything when there is no such section', async () => {
    const names = async (file: string, section: string) =>
      Object.keys(await readTorchWeights(fixture(file), section));
    expect(await names('several.pth', 'generator')).toEqual(['weight', 'bias']);
    expect(await names('stateDict.pth', 'generator')).toContain('0.weight');
  });
});

describe('files that are refused', () => {
  it.each(['malicious.pth', 'maliciousLegacy.pth'])('executes nothing of %s', async (name) => {
    const path = fixture(name);
    await expect(readTorchWeights(path)).rejects.toThrow(
      `${path}: expected weights only, received a pickle that wants to call "posix.system". ` +
        `Nothing was executed. If you trust the file, load it in PyTorch and save the weights ` +
        `alone: torch.save(model.state_dict(), path).`,
    );
    expect(existsSync('executed.txt')).toBe(false);
  });

  it.each([
    ['wholeModule.pth', 'wants to call "torch.nn.modules.linear.Linear"'],
    ['largeInteger.pth', 'storage 0: expected values that fit int32, received 1099511627776.'],
    ['noTensors.pth', 'expected a dictionary of tensors such as a state_dict, found none.'],
    ['makeFixtures.py', 'not a file of torch.save.'],
    ['missing.pth', 'could not read the file: not found.'],
  ])('says what is wrong with %s', async (name, problem) => {
    const read = readTorchWeights(fixture(name));
    await expect(read).rejects.toThrow(UserError);
    await expect(read).rejects.toThrow(problem);
  });
});

/** A pickle in readable pieces: text stands for its bytes, numbers for opcodes and lengths. */
const pickle = (...pieces: (string | number)[]): Uint8Array =>
  Buffer.concat(pieces.map((p) => (typeof p === 'string' ? Buffer.from(p) : Buffer.from([p]))));

const zip = (records: Record<string, Uint8Array>): Uint8Array =>
  zipSync(Object.fromEntries(Object.entries(records).map(([name, data]) => [`x/${name}`, data])), {
    level: 0,
  });

/** `{'w': tensor}` over a storage '0' of two floats. */
const windowPickle = (offset: number, shape: number, stride: number): Uint8Array =>
  pickle(
    ...['}', 'U', 1, 'w', 'ctorch._utils\n_rebuild_tensor_v2\n', '('],
    ...['(', 'U', 7, 'storage', 'ctorch\nFloatStorage\n', 'U', 1, '0', 'U', 3, 'cpu', 'K', 2, 'tQ'],
    ...['K', offset, 'K', shape, 0x85, 'K', stride, 0x85, 0x89, '}', 't', 'R', 's', '.'],
  );

const FLOATS = new Uint8Array(new Float32Array([3, 4]).buffer);

describe('crafted files', () => {
  it('reads a hand-written archive', () => {
    const bytes = zip({ 'data.pkl': windowPickle(1, 1, 1), 'data/0': FLOATS });
    expect(decodeTorchWeights(bytes)['w']).toEqual({
      dtype: 'float32',
      shape: [1],
      data: new Float32Array([4]),
    });
  });

  it.each([
    [1, 2, 1, 'shape [2], strides [1] from element 1 of 2'],
    [2, 1, 1, 'shape [1], strides [1] from element 2 of 2'],
    [0, 2, 2, 'shape [2], strides [2] from element 0 of 2'],
  ])('refuses a window from %i of %i values by %i', (offset, shape, stride, text) => {
    const bytes = zip({ 'data.pkl': windowPickle(offset, shape, stride), 'data/0': FLOATS });
    expect(() => decodeTorchWeights(bytes, 'f')).toThrow(
      `f: tensor "w" does not fit its storage: ${text}. Copy or download it again`,
    );
  });

  const refusals: [string, Uint8Array, string][] = [
    ['another archive', zip({ 'a.txt': FLOATS }), 'a zip archive without data.pkl: not written by'],
    [
      'a missing storage',
      zip({ 'data.pkl': windowPickle(0, 2, 1) }),
      'the record x/data/0 is missing',
    ],
    [
      'a short storage',
      zip({ 'data.pkl': windowPickle(0, 2, 1), 'data/0': FLOATS.subarray(4) }),
      'storage 0 should have 8 bytes, received 4',
    ],
    [
      'big-endian data',
      zip({ 'data.pkl': windowPickle(0, 2, 1), byteorder: Buffer.from('big') }),
      'expected little-endian data, received big',
    ],
    [
      'compressed records',
      zipSync({ 'x/data.pkl': new Uint8Array(999) }, { level: 9 }),
      'the record x/data.pkl is compressed, which torch.save never does',
    ],
    [
      'a global behind a stack',
      zip({ 'data.pkl': pickle('U', 8, 'builtins', 'U', 4, 'eval', 0x93, '.') }),
      'wants to call "builtins.eval"',
    ],
    [
      'an instance of a class',
      zip({ 'data.pkl': pickle('(iposix\nsystem\n.') }),
      'wants to call "posix.system"',
    ],
    [
      'the name of a method of every object',
      zip({ 'data.pkl': pickle('ctorch\nconstructor\n.') }),
      'wants to call "torch.constructor"',
    ],
    [
      'a length that leads back for ever',
      zip({ 'data.pkl': pickle('B', 0xfb, 0xff, 0xff, 0xff, '.') }),
      'the pickle inside is damaged (expected a length from 0, received -5)',
    ],
    [
      'a call of something that is not callable',
      zip({ 'data.pkl': pickle('U', 1, 'x', ')', 'R', '.') }),
      'the pickle inside is damaged (func is not a function)',
    ],
    [
      'a dictionary that hides the methods of a Map',
      zip({ 'data.pkl': pickle('(', 'U', 3, 'has', 'K', 1, 'd', '.') }),
      'the file is damaged (node.has is not a function)',
    ],
    [
      'a global that is changed',
      zip({ 'data.pkl': pickle('ctorch\nSize\n', '}', 'U', 1, 'a', 'K', 1, 's', 'b', '.') }),
      'the pickle inside is damaged (Cannot add property a, object is not extensible)',
    ],
  ];
  it.each(refusals)('refuses %s', (_, bytes, problem) => {
    const decode = () => decodeTorchWeights(bytes, 'f');
    expect(decode).toThrow(UserError);
    expect(decode).toThrow(problem);
  });
});

describe('damaged files', () => {
  beforeEach(() => {
    // pickleparser warns of large numbers, which damaged files are full of.
    vi.spyOn(console, 'warn').mockImplementation(() => undefined);
  });
  afterEach(() => {
    vi.restoreAllMocks();
  });

  const files = ['stateDict.pth', 'stateDictLegacy.pth', 'windows.pth', 'windowsLegacy.pth'];

  it.each(files)('refuses %s cut short at any byte', async (name) => {
    const bytes = new Uint8Array(await readFile(fixture(name)));
    for (let length = 0; length < bytes.length; length += 1) {
      const decode = () => decodeTorchWeights(bytes.subarray(0, length));
      expect(decode, `${length} bytes`).toThrow(UserError);
    }
  });

  it.each(files)(
    'never fails with anything but a UserError when bytes of %s change',
    async (name) => {
      const bytes = new Uint8Array(await readFile(fixture(name)));
      const next = seededNumbers(7);
      let refused = 0;
      for (let i = 0; i < bytes.length; i += 1) {
        const changed = bytes.slice();
        changed[i % bytes.length] = Math.floor(next() * 256);
        try {
          decodeTorchWeights(changed);
        } catch (error) {
          expect(error, `byte ${i % bytes.length}`).toBeInstanceOf(UserError);
          refused += 1;
        }
      }
      expect(refused).toBeGreaterThan(bytes.length / 8);
    },
  );
});
