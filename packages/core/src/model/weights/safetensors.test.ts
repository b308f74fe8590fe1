import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hostTensor, hostTensorInt, UserError } from '@gan-zoo/compiler';
import type { HostTensor } from '@gan-zoo/compiler';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { randomKeys, randomTensor, seededNumbers } from './fixtures/randomTensors.ts';
import {
  decodeSafetensors,
  encodeSafetensors,
  readSafetensors,
  readSafetensorsHeader,
  writeSafetensors,
} from './safetensors.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'safetensors-'));
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

const flags: HostTensor = { dtype: 'bool', shape: [3], data: new Uint8Array([1, 0, 1]) };
const small = {
  flags,
  bias: hostTensor([2], [1, -1]),
  count: hostTensorInt([], [7]),
  'a.weight': hostTensor([1, 2], [0.5, 2]),
};

/** A file of a header in so many words and zeros for data. */
function fileOf(header: string, dataBytes: number, length = Buffer.byteLength(header)): Uint8Array {
  const bytes = Buffer.alloc(8 + Buffer.byteLength(header) + dataBytes);
  bytes.writeBigUInt64LE(BigInt(length));
  bytes.write(header, 8);
  return bytes;
}

const entry = (dtype: string, shape: number[], begin: number, end: number) => ({
  dtype,
  shape,
  data_offsets: [begin, end],
});

const entries = (record: Record<string, unknown>, dataBytes: number): Uint8Array =>
  fileOf(JSON.stringify(record), dataBytes);

describe('encodeSafetensors', () => {
  it('writes the bytes of the format: aligned header, wide elements first, then by name', () => {
    const bytes = Buffer.from(encodeSafetensors(small, { z: '1', format: 'pt' }));
    const header =
      '{"__metadata__":{"format":"pt","z":"1"},' +
      '"a.weight":{"dtype":"F32","shape":[1,2],"data_offsets":[0,8]},' +
      '"bias":{"dtype":"F32","shape":[2],"data_offsets":[8,16]},' +
      '"count":{"dtype":"I32","shape":[],"data_offsets":[16,20]},' +
      '"flags":{"dtype":"BOOL","shape":[3],"data_offsets":[20,23]}}';
    const length = Number(bytes.readBigUInt64LE());
    expect(length % 8).toBe(0);
    expect(bytes.toString('utf8', 8, 8 + length)).toBe(header.padEnd(length));
    expect(length - header.length).toBeLessThan(8);
    expect(bytes.subarray(8 + length).toString('hex')).toBe(
      '0000003f00000040' + '0000803f000080bf' + '07000000' + '010001',
    );
  });

  it('leaves empty metadata out', () => {
    expect(Buffer.from(encodeSafetensors({})).toString('latin1', 8)).toBe('{}      ');
  });

  it('orders names by their UTF-8 bytes, as the reference implementation does', () => {
    const names = ['\u{10000}', '\uffff', 'b', 'B', '', 'é'];
    const tensors = Object.fromEntries(names.map((name) => [name, hostTensor([1])]));
    const { tensors: read } = decodeSafetensors(encodeSafetensors(tensors));
    expect(Object.keys(read)).toEqual(['', 'B', 'b', 'é', '\uffff', '\u{10000}']);
  });

  it.each([
    [{ __metadata__: hostTensor([1]) }, 'safetensors: "__metadata__" is a reserved name. '],
    [
      { w: { dtype: 'float32', shape: [2], data: new Float32Array(3) } },
      'safetensors: "w" expected values for shape [2], received 3.',
    ],
    [
      { w: { dtype: 'bool', shape: [1], data: new Uint8Array([2]) } },
      'safetensors: "w" expected flags of 0 or 1, received other values.',
    ],
  ] as [Record<string, HostTensor>, string][])('refuses what it cannot store: %o', (bad, text) => {
    expect(() => encodeSafetensors(bad)).toThrow(text);
  });
});

describe('round trips', () => {
  it('restores every tensor and gives the same bytes in whatever order they come', () => {
    for (let seed = 0; seed < 200; seed += 1) {
      const next = seededNumbers(seed);
      const named = randomKeys(next).map((key) => [key, randomTensor(next)] as const);
      const metadata = Object.fromEntries(randomKeys(next).map((key) => [key, String(next())]));
      const bytes = encodeSafetensors(Object.fromEntries(named), metadata);
      const again = encodeSafetensors(Object.fromEntries([...named].reverse()), metadata);
      expect(Buffer.compare(bytes, again), `seed ${seed}`).toBe(0);
      const read = decodeSafetensors(bytes);
      expect(read.metadata, `seed ${seed}`).toEqual(metadata);
      expect(Object.entries(read.tensors).sort(), `seed ${seed}`).toEqual(named.sort());
    }
  });

  it('reads from any offset of memory', () => {
    const bytes = encodeSafetensors(small);
    for (let shift = 0; shift < 8; shift += 1) {
      const shifted = new Uint8Array(bytes.length + shift).subarray(shift);
      shifted.set(bytes);
      expect(decodeSafetensors(shifted).tensors).toEqual(small);
    }
  });

  it('goes through a file, leaving nothing else in the folder', async () => {
    const path = join(folder, 'small.safetensors');
    await writeSafetensors(path, small, { format: 'pt' });
    expect(new Uint8Array(await readFile(path))).toEqual(
      encodeSafetensors(small, { format: 'pt' }),
    );
    expect(await readdir(folder)).toEqual(['small.safetensors']);
    expect(await readSafetensors(path)).toEqual({ tensors: small, metadata: { format: 'pt' } });
    expect(await readSafetensorsHeader(path)).toEqual({
      metadata: { format: 'pt' },
      tensors: [
        { name: 'a.weight', dtype: 'F32', shape: [1, 2], begin: 0, end: 8 },
        { name: 'bias', dtype: 'F32', shape: [2], begin: 8, end: 16 },
        { name: 'count', dtype: 'I32', shape: [], begin: 16, end: 20 },
        { name: 'flags', dtype: 'BOOL', shape: [3], begin: 20, end: 23 },
      ],
    });
  });

  it('reads the other element types of the format', () => {
    const bytes = Buffer.from(
      entries(
        {
          half: entry('F16', [1], 0, 2),
          brain: entry('BF16', [1], 2, 4),
          long: entry('I64', [1], 4, 12),
          double: entry('F64', [1], 12, 20),
          short: entry('I16', [1], 20, 22),
          char: entry('I8', [1], 22, 23),
          byte: entry('U8', [1], 23, 24),
        },
        24,
      ),
    );
    const data = bytes.subarray(bytes.length - 24);
    data.writeUInt16LE(0x3e00, 0);
    data.writeUInt16LE(0xc040, 2);
    data.writeBigInt64LE(-5n, 4);
    data.writeDoubleLE(0.1, 12);
    data.writeInt16LE(-300, 20);
    data.writeInt8(-3, 22);
    data.writeUInt8(200, 23);
    const read = Object.entries(decodeSafetensors(bytes).tensors).map(([name, tensor]) => {
      return [name, tensor.dtype, tensor.data[0]];
    });
    expect(read).toEqual([
      ['half', 'float32', 1.5],
      ['brain', 'float32', -3],
      ['long', 'int32', -5],
      ['double', 'float32', Math.fround(0.1)],
      ['short', 'int32', -300],
      ['char', 'int32', -3],
      ['byte', 'int32', 200],
    ]);
  });
});

const DTYPES = 'F64, F32, F16, BF16, I64, I32, I16, I8, U8, BOOL';
const MALFORMED: [string, Uint8Array, string][] = [
  ['no bytes', new Uint8Array(0), 'expected at least 8 bytes, received 0'],
  ['a few bytes', new Uint8Array(7), 'expected at least 8 bytes, received 7'],
  [
    'an absurd length',
    fileOf('{}', 0, 2 ** 40),
    'the header should be 1099511627776 bytes long, but only 2 bytes follow ' +
      '(at most 100000000 are allowed): not a safetensors file, or cut short',
  ],
  ['not JSON', fileOf('{"a"', 0), 'the header is not JSON ('],
  ['an empty header', fileOf('', 0), 'the header is not JSON ('],
  ['not UTF-8', fileOf('{"a":1}', 0).map((b) => (b === 97 ? 255 : b)), 'the header is not JSON ('],
  ['a list', fileOf('[]', 0), 'the header is not a JSON object'],
  ['null', fileOf('null', 0), 'the header is not a JSON object'],
  [
    'a name twice',
    fileOf('{"a":{"dtype":"F32","shape":[0],"data_offsets":[0,0]},"a":1}', 0),
    'the name "a" stands there twice',
  ],
  [
    'metadata of numbers',
    entries({ __metadata__: { step: 1 } }, 0),
    'expected __metadata__ to be a record of strings',
  ],
  [
    'no entry',
    entries({ w: 3 }, 0),
    'tensor "w": expected a record of dtype, shape and data_offsets',
  ],
  [
    'an unknown dtype',
    entries({ w: entry('F8_E4M3', [1], 0, 1) }, 1),
    `tensor "w": expected a dtype among ${DTYPES}, received "F8_E4M3"`,
  ],
  [
    'a dtype from the prototype',
    entries({ w: entry('constructor', [1], 0, 1) }, 1),
    `tensor "w": expected a dtype among ${DTYPES}, received "constructor"`,
  ],
  [
    'no dtype',
    entries({ w: { shape: [] } }, 0),
    `tensor "w": expected a dtype among ${DTYPES}, received nothing`,
  ],
  [
    'a negative extent',
    entries({ w: entry('F32', [-1], 0, 4) }, 4),
    'tensor "w": expected a shape of whole numbers from 0',
  ],
  [
    'three offsets',
    entries({ w: { dtype: 'F32', shape: [1], data_offsets: [0, 4, 8] } }, 4),
    'tensor "w": expected two data_offsets',
  ],
  [
    'a fraction as offset',
    entries({ w: entry('F32', [1], 0.5, 4.5) }, 5),
    'tensor "w": expected two data_offsets',
  ],
  [
    'offsets that do not fit the shape',
    entries({ w: entry('F32', [2, 3], 0, 20) }, 20),
    'tensor "w": expected 24 bytes for F32 [2, 3], received 20',
  ],
  [
    'offsets in the wrong order',
    entries({ w: entry('F32', [1], 4, 0) }, 4),
    'tensor "w": expected 4 bytes for F32 [1], received -4',
  ],
  [
    'a shape beyond all numbers',
    entries({ w: entry('F32', [2 ** 52, 2 ** 52], 0, 4) }, 4),
    'tensor "w": expected 8.112963841460668e+31 bytes',
  ],
  [
    'an overlap',
    entries({ a: entry('F32', [2], 0, 8), b: entry('F32', [1], 4, 8) }, 8),
    'tensor "b" overlaps the tensor before it: it should begin at byte 8, but says 4',
  ],
  [
    'a gap',
    entries({ a: entry('F32', [1], 0, 4), b: entry('F32', [1], 8, 12) }, 12),
    'tensor "b" comes after a gap: it should begin at byte 4, but says 8',
  ],
  [
    'too few bytes',
    entries({ a: entry('F32', [2], 0, 8) }, 7),
    'the file is cut short: expected 8 bytes of data, received 7',
  ],
  [
    'too many bytes',
    entries({ a: entry('F32', [2], 0, 8) }, 9),
    'the file has bytes too many: expected 8 bytes of data, received 9',
  ],
];

describe('malformed files', () => {
  it.each(MALFORMED)('says what is wrong: %s', async (_, bytes, problem) => {
    const expected = (file: string) => `${file}: ${problem}`;
    const advice = 'Copy or download it again, or use another file.';
    const decode = () => decodeSafetensors(bytes, 'memory');
    expect(decode).toThrow(UserError);
    expect(decode).toThrow(expected('memory'));
    expect(decode).toThrow(advice);
    const path = join(folder, 'malformed');
    await writeFile(path, bytes);
    await expect(readSafetensors(path)).rejects.toThrow(expected(path));
    await expect(readSafetensorsHeader(path)).rejects.toThrow(expected(path));
  });

  it('names missing files and folders', async () => {
    const missing = join(folder, 'missing');
    await expect(readSafetensors(missing)).rejects.toThrow(
      `${missing}: could not read the file: not found. Check the path and its permissions.`,
    );
    await expect(readSafetensors(folder)).rejects.toThrow(
      `${folder}: could not read the file: it is a folder.`,
    );
  });

  it('refuses a file cut short at any byte', () => {
    const bytes = encodeSafetensors(small, { format: 'pt' });
    for (let length = 0; length < bytes.length; length += 1) {
      expect(() => decodeSafetensors(bytes.subarray(0, length)), `${length}`).toThrow(UserError);
    }
  });

  it('never fails with anything but a UserError when bytes change', () => {
    const bytes = encodeSafetensors(small, { format: 'pt' });
    const next = seededNumbers(5);
    let refused = 0;
    for (let i = 0; i < 20 * bytes.length; i += 1) {
      const changed = bytes.slice();
      changed[i % bytes.length] = Math.floor(next() * 256);
      try {
        decodeSafetensors(changed);
      } catch (error) {
        expect(error).toBeInstanceOf(UserError);
        refused += 1;
      }
    }
    expect(refused).toBeGreaterThan(bytes.length);
  });
});
