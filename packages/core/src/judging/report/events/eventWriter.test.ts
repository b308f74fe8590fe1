import {
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { UserError } from '@gan-zoo/compiler';

import { crc32c, maskedCrc32c } from './crc32c.ts';
import { createEventWriter } from './eventWriter.ts';
import { readEvents } from './fixtures/readEvents.ts';
import { createRecordFile } from './recordFile.ts';
import { integerField } from './wireFields.ts';

const fixture = (name: string) => fileURLToPath(new URL(`fixtures/${name}`, import.meta.url));
const pixel = readFileSync(fixture('pixel.png'));

let folder: string;
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'events-'))));
afterEach(() => rmSync(folder, { recursive: true }));

const at = (seconds: number) => ({ now: () => seconds * 1000, host: 'here' });

describe('crc32c', () => {
  it.each([
    ['no bytes', [], 0],
    ['the usual check', [...Buffer.from('123456789')], 0xe3069283],
    // RFC 3720, B.4.
    ['32 zeros', Array<number>(32).fill(0), 0x8a9136aa],
    ['32 ones', Array<number>(32).fill(255), 0x62a8ab43],
    ['0 to 31', Array.from({ length: 32 }, (_, index) => index), 0x46dd794e],
    ['31 to 0', Array.from({ length: 32 }, (_, index) => 31 - index), 0x113fdb5c],
  ])('of %s', (_name, bytes, expected) => {
    expect(crc32c(Uint8Array.from(bytes))).toBe(expected);
  });

  it('is masked as record files want it', () => {
    // (0xe3069283 rotated right by 15) + 0xa282ead8, modulo 2^32.
    expect(maskedCrc32c(Buffer.from('123456789'))).toBe(0xc78ab0e5);
  });
});

describe('integerField', () => {
  it.each([
    [0, '0800'],
    [127, '087f'],
    [300, '08ac02'],
    [2 ** 40, '08808080808020'],
  ])('writes %d as %s', (value, hex) => {
    expect(Buffer.from(integerField(1, value)).toString('hex')).toBe(hex);
  });

  it('refuses what has no such encoding', () => {
    expect(() => integerField(1, -1)).toThrow(
      'varint: expected an integer from 0 to 2^53 - 1, received -1.',
    );
  });
});

describe('createEventWriter', () => {
  it("writes the same bytes as TensorBoard's own writer", () => {
    const writer = createEventWriter(folder, { ...at(1_700_000_000.5), startStep: 100 });
    writer.scalars(120, {
      'losses/generatorLoss': 0.75,
      'losses/größe': -1.1e-7,
      bad: Infinity,
    });
    writer.image(5_000_000_000, 'samples', pixel);
    writer.flush();
    expect(basename(writer.path)).toMatch(/^events\.out\.tfevents\.1700000000\.here\.\d+$/);
    const written = readFileSync(writer.path);
    expect(written.equals(readFileSync(fixture('tensorboard.tfevents')))).toBe(true);
  });

  it('writes scalars and pictures that a strict reader finds', () => {
    const writer = createEventWriter(join(folder, 'events'), at(1000));
    writer.scalars(20, { loss: 0.5, speed: NaN });
    writer.image(20, 'samples/a-to-b', pixel);
    writer.scalars(40, {});
    writer.flush();
    writer.flush();
    const events = readEvents(writer.path);
    expect(events).toEqual([
      { wallTime: 1000, step: 0, fileVersion: 'brain.Event:2', scalars: {}, images: {} },
      { wallTime: 1000, step: 20, scalars: { loss: 0.5, speed: NaN }, images: {} },
      {
        ...{ wallTime: 1000, step: 20, scalars: {} },
        images: { 'samples/a-to-b': { height: 2, width: 3, colorspace: 3, png: pixel } },
      },
    ]);
  });

  it('is noticed by the strict reader when a byte changes', () => {
    const writer = createEventWriter(folder, at(1000));
    writer.scalars(20, { loss: 0.5 });
    writer.flush();
    const good = readFileSync(writer.path);
    for (let index = 0; index < good.length; index++) {
      const bad = Buffer.from(good);
      bad[index]! ^= 4;
      writeFileSync(writer.path, bad);
      expect(() => readEvents(writer.path)).toThrow(/checksum|torn/);
    }
  });

  it('can be read while it is written, and after a kill in the middle of a record', () => {
    const clock = { seconds: 1000 };
    const writer = createEventWriter(folder, { host: 'here', now: () => clock.seconds * 1000 });
    expect(readEvents(writer.path)).toHaveLength(1);
    writer.scalars(20, { loss: 1 });
    expect(readEvents(writer.path)).toHaveLength(1);
    clock.seconds += 11;
    writer.scalars(40, { loss: 1 });
    expect(readEvents(writer.path)).toHaveLength(3);
    writer.scalars(60, { loss: 1 });
    writer.sync();
    const size = readFileSync(writer.path).length;
    writer.flush();
    for (const missing of [1, 5, 20]) {
      truncateSync(writer.path, size - missing);
      expect(readEvents(writer.path, true).map(({ step }) => step)).toEqual([0, 20, 40]);
      expect(() => readEvents(writer.path)).toThrow('torn record');
    }
  });

  it('continues a run in a file of its own, which comes last and ends what was too much', () => {
    const first = createEventWriter(folder, at(1000));
    first.scalars(20, { loss: 1 });
    first.scalars(40, { loss: 2 });
    first.flush();
    // The clock was set back, and another resume follows in the same second.
    const resumed = [20, 30].map((startStep) => {
      const writer = createEventWriter(folder, { ...at(900), startStep });
      writer.flush();
      return writer.path;
    });
    const names = readdirSync(folder).sort();
    expect(names.map((name) => name.split('.')[3])).toEqual([
      '0000001000',
      '0000001001',
      '0000001002',
    ]);
    expect(resumed.map((path) => basename(path))).toEqual(names.slice(1));
    expect(readEvents(resumed[1]!)[1]).toMatchObject({ step: 31, sessionStatus: 1 });
  });

  it('refuses bytes that are no PNG', () => {
    const writer = createEventWriter(folder, at(1000));
    expect(() => writer.image(1, 'samples', Buffer.from('GIF89a'))).toThrow(
      'imageEvent: expected a PNG, received 6 bytes that start with "474946383961".',
    );
    writer.flush();
  });

  it('says when the folder cannot be made', () => {
    writeFileSync(join(folder, 'file'), '');
    const create = () => createEventWriter(join(folder, 'file', 'events'));
    expect(create).toThrow(UserError);
    expect(create).toThrow(
      /^cannot write the event files in .*events: a part of the path is a file, .* \(ENOTDIR\)\.$/,
    );
  });
});

describe('createRecordFile', () => {
  it('writes over no other file', () => {
    const path = join(folder, 'file');
    writeFileSync(path, 'mine');
    expect(() => createRecordFile(path)).toThrow('EEXIST');
    expect(readFileSync(path, 'utf8')).toBe('mine');
  });

  it('writes by itself when much has gathered', () => {
    const path = join(folder, 'file');
    const file = createRecordFile(path);
    file.append(new Uint8Array(1000));
    expect(readFileSync(path)).toHaveLength(0);
    file.append(new Uint8Array(70_000));
    expect(readFileSync(path)).toHaveLength(71_000 + 32);
    file.flush();
  });
});
