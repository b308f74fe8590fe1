import { describe, expect, it } from 'vitest';
import { drawn } from '../testing/drawnPictures.ts';
import { checkGlyph } from './checkGlyph.ts';

const base = drawn((context) => {
  context.fillRect(20, 20, 50, 10);
  context.fillRect(20, 20, 10, 50);
});
const changed = (draw: Parameters<typeof drawn>[0]): Uint8Array => {
  const layer = drawn(draw);
  return base.map((level, at) => Math.min(level, layer[at]!));
};
const check = (picture: Uint8Array, rendering: Uint8Array) =>
  checkGlyph(picture, rendering, 96, 80);

describe('checkGlyph', () => {
  it('finds nothing in equal pictures, and nothing in edges that differ by a pixel', () => {
    expect(check(base, base)).toEqual({ iou: 1, faults: [] });
    const wider = changed((context) => context.fillRect(20, 30, 50, 1));
    expect(check(base, wider).faults).toEqual([]);
  });

  it('does not mind an edge in the middle of a pixel', () => {
    const grey = (level: number): Uint8Array =>
      drawn((context) => {
        context.fillRect(20, 20, 50, 2);
        context.fillStyle = `rgb(${level},${level},${level})`;
        context.fillRect(20, 22, 50, 1);
      });
    expect(check(grey(126), grey(130)).faults).toEqual([]);
  });

  it('finds strokes that were lost, and faint ones', () => {
    const picture = changed((context) => context.fillRect(50, 60, 4, 10));
    expect(check(picture, base).faults).toEqual([{ kind: 'strokes lost', detail: '40 px' }]);
    const faint = changed((context) => {
      context.fillStyle = '#aaa';
      context.fillRect(50, 60, 4, 10);
    });
    expect(check(faint, base)).toEqual({
      iou: 1,
      faults: [{ kind: 'strokes lost', detail: '40 px' }],
    });
  });

  it('finds ink that was added and holes that were filled', () => {
    const rendering = changed((context) => context.fillRect(50, 60, 4, 10));
    expect(check(base, rendering).faults).toEqual([{ kind: 'ink added', detail: '40 px' }]);
    const holed = Uint8Array.from(base);
    for (const at of [25 * 96 + 40, 25 * 96 + 41]) holed[at] = 255;
    expect(check(holed, base).faults).toEqual([{ kind: 'holes filled', detail: '1 of 1' }]);
    // What was grey in the picture is no hole.
    for (const at of [25 * 96 + 40, 25 * 96 + 41]) holed[at] = 150;
    expect(check(holed, base).faults).toEqual([]);
  });

  it('finds outlines that are unlike their pictures', () => {
    const shifted = drawn((context) => {
      context.fillRect(21, 21, 50, 10);
      context.fillRect(21, 21, 10, 50);
    });
    const { iou, faults } = check(base, shifted);
    expect(iou).toBeLessThan(0.9);
    expect(faults).toEqual([{ kind: 'unlike', detail: `IoU ${iou.toFixed(2)}` }]);
  });
});
