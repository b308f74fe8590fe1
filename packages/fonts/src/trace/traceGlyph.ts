import { touchesEdge } from '../draw/glyphInk.ts';
import type { GlyphPlacement } from '../draw/placeFont.ts';
import type { OutlineStep } from '../outline.ts';
import { cleanPicture } from './cleanPicture.ts';
import { enlargePicture } from './enlargePicture.ts';
import { fitContour, type ClosedCurve } from './fitContour.ts';
import { glyphWidth } from './glyphWidth.ts';
import { traceContours, type Contour, type Point } from './traceContours.ts';

/** A picture of a character. */
export interface GlyphPicture {
  readonly codepoint: number;
  /** Grey levels in rows, `imageSize * imageSize` bytes: ink is 0, paper 255. */
  readonly pixels: Uint8Array;
  /** Distance to the next glyph's origin in ems; default: see `glyphWidth`. */
  readonly advance?: number | undefined;
}

/** A picture that has become an outline. */
export interface TracedGlyph {
  readonly codepoint: number;
  readonly commands: readonly OutlineStep[];
  /** In font units. */
  readonly advanceWidth: number;
  /** Pixels from the picture's left to the glyph's origin. */
  readonly left: number;
  /** Points of the outline, on the curves and beside them. */
  readonly points: number;
  /** Spots of dirt that were removed, and holes that were closed. */
  readonly specks: number;
  readonly pinholes: number;
  /** Whether ink reaches the edge of the picture, where it may be cut off. */
  readonly clipped: boolean;
}

/** How {@link traceGlyph} works. */
export interface TraceOptions {
  /** Where the glyphs stand in their pictures. */
  readonly placement: GlyphPlacement;
  readonly unitsPerEm: number;
  /** Largest distance of the outline from the edge in the picture, in pixels. */
  readonly tolerance: number;
}

/**
 * Turns a picture into an outline: dirt is removed, the edges of the ink are traced between the
 * pixels and become lines and curves on whole font units.
 *
 * @returns undefined when there is no ink
 */
export function traceGlyph(
  picture: GlyphPicture,
  { placement, unitsPerEm, tolerance }: TraceOptions,
): TracedGlyph | undefined {
  const { imageSize, pixelsPerEm, baseline } = placement;
  const { pixels, specks, pinholes } = cleanPicture(picture.pixels, imageSize, pixelsPerEm);
  const contours = traceFinely(pixels, placement);
  if (contours.length === 0) return undefined;
  const width = glyphWidth({ ...picture, placement, ink: columnsOf(contours) });
  const scale = unitsPerEm / pixelsPerEm;
  const toUnits = ({ x, y }: Point): Point => ({
    x: Math.round((x - width.left) * scale),
    y: Math.round((baseline - y) * scale),
  });
  const outlines = contours.map((contour) => outlineOf(fitContour(contour, tolerance), toUnits));
  return {
    codepoint: picture.codepoint,
    commands: outlines.flatMap(({ commands }) => commands),
    advanceWidth: Math.round(width.advance * unitsPerEm),
    points: outlines.reduce((sum, { points }) => sum + points, 0),
    ...{ left: width.left, specks, pinholes, clipped: touchesEdge(pixels, imageSize) },
  };
}

/** Pictures are traced with this side at least. */
const leastSide = 192;

/**
 * Traces a picture, a small one enlarged and cleaned of what that brought out; in pixels of the
 * picture as it came.
 */
function traceFinely(
  pixels: Uint8Array,
  { imageSize, pixelsPerEm }: GlyphPlacement,
): readonly Contour[] {
  const factor = Math.ceil(leastSide / imageSize);
  if (factor === 1) return traceContours(pixels, imageSize);
  const side = imageSize * factor;
  const large = enlargePicture(pixels, imageSize, factor);
  const clean = cleanPicture(large, side, pixelsPerEm * factor);
  return traceContours(clean.pixels, side).map((contour) =>
    contour.map(({ x, y }) => ({ x: x / factor, y: y / factor })),
  );
}

/** The leftmost and the rightmost place of ink. */
function columnsOf(contours: readonly Contour[]): readonly [number, number] {
  const columns = contours.flatMap((contour) => contour.map(({ x }) => x));
  return [
    columns.reduce((least, x) => Math.min(least, x), Infinity),
    columns.reduce((most, x) => Math.max(most, x), -Infinity),
  ];
}

/** The steps of a closed curve; what has no length in font units is left out. */
function outlineOf(
  { start, pieces }: ClosedCurve,
  toUnits: (point: Point) => Point,
): { readonly commands: readonly OutlineStep[]; readonly points: number } {
  const first = toUnits(start);
  const commands: OutlineStep[] = [{ type: 'M', ...first }];
  let [points, at] = [0, first];
  for (const { controls, to } of pieces) {
    const end = toUnits(to);
    const hasLength = end.x !== at.x || end.y !== at.y;
    at = end;
    if (controls !== undefined) {
      const [one, two] = [toUnits(controls[0]), toUnits(controls[1])];
      commands.push({ type: 'C', x1: one.x, y1: one.y, x2: two.x, y2: two.y, ...end });
      points += 3;
    } else if (hasLength) {
      commands.push({ type: 'L', ...end });
      points += 1;
    }
  }
  // The last line is drawn by closing.
  if (commands.at(-1)!.type === 'L') commands.pop();
  return { commands: [...commands, { type: 'Z' }], points };
}
