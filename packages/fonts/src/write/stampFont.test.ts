import { describe, expect, it } from 'vitest';
import { otfBytes } from '../testing/madeFont.ts';
import { stampFont } from './stampFont.ts';

const sum = (view: DataView, start: number, length: number): number => {
  let total = 0;
  for (let at = start; at < start + length; at += 4) total = (total + view.getUint32(at)) >>> 0;
  return total;
};

describe('stampFont', () => {
  it('writes the date and corrects the checksums', () => {
    const made = otfBytes({ A: [0, 0, 500, 700] });
    const font = stampFont(Uint8Array.from(made), new Date(Date.UTC(1970, 0, 1, 0, 0, 5)));
    const view = new DataView(font.buffer);
    const entries = Array.from({ length: view.getUint16(4) }, (_, place) => 12 + 16 * place);
    const head = entries.find((at) => view.getUint32(at) === 0x68656164)!;
    const offset = view.getUint32(head + 8);
    expect(view.getBigInt64(offset + 20)).toBe(2082844805n);
    expect(view.getBigInt64(offset + 28)).toBe(2082844805n);
    // All of a font's words add up to a fixed number; a table's without that one correction.
    expect(sum(view, 0, font.length)).toBe(0xb1b0afba);
    const correction = view.getUint32(offset + 8);
    const table = (sum(view, offset, 56) - correction) >>> 0;
    expect(view.getUint32(head + 4)).toBe(table);
  });
});
