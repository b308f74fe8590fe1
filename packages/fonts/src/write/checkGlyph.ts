import {
  inkMask,
  inkThreshold,
  invert,
  leastHoleArea,
  leastInkArea,
} from '../trace/cleanPicture.ts';
import { labelRegions } from '../trace/labelRegions.ts';

/** Least agreement of a picture with its outline. */
export const leastIou = 0.9;

/** From this level on ink is seen, though it may be too faint for an outline: a quarter of ink. */
const faintThreshold = 192;

/** What may be wrong with a glyph; `broken` is an outline that cannot be read back. */
export type GlyphFaultKind =
  'blank' | 'broken' | 'unlike' | 'strokes lost' | 'ink added' | 'holes filled';

/** Why a glyph is not good enough. */
export interface GlyphFault {
  readonly kind: GlyphFaultKind;
  /** Figures, such as `IoU 0.82`. */
  readonly detail: string;
}

/** How well an outline shows a picture. */
export interface GlyphCheck {
  /** See {@link inkOverlap}. */
  readonly iou: number;
  /** Empty for a good glyph. */
  readonly faults: readonly GlyphFault[];
}

/**
 * Compares the rendering of an outline with the picture that it was made from. Faults are:
 *
 * - unlike: an IoU below .9;
 * - strokes lost: ink of the picture, faint ink too, more than a pixel away from all ink of the
 *   rendering, in spots of the size of a speck or more;
 * - ink added: the same the other way around;
 * - holes filled: paper within ink, of the size of a pinhole or more and clearly white somewhere,
 *   of which nothing is left.
 *
 * @param picture grey levels in rows, ink 0 on paper 255
 * @param rendering the same of the outline
 */
export function checkGlyph(
  picture: Uint8Array,
  rendering: Uint8Array,
  imageSize: number,
  pixelsPerEm: number,
): GlyphCheck {
  const [wanted, drawn] = [inkMask(picture), inkMask(rendering)];
  const iou = inkOverlap(picture, rendering);
  const leastSpot = leastInkArea * pixelsPerEm ** 2;
  const seen = picture.map((level) => (level < faintThreshold ? 1 : 0));
  const lost = spotsApart(seen, drawn, imageSize, leastSpot);
  const added = spotsApart(drawn, wanted, imageSize, leastSpot);
  const holes = labelRegions(invert(wanted), imageSize, false).filter(
    ({ pixels, touchesEdge }) =>
      !touchesEdge &&
      pixels.length >= leastHoleArea * pixelsPerEm ** 2 &&
      pixels.some((pixel) => picture[pixel]! >= faintThreshold),
  );
  const filled = holes.filter(({ pixels }) => pixels.every((pixel) => drawn[pixel] === 1));
  const faults: readonly (GlyphFault | false)[] = [
    iou < leastIou && { kind: 'unlike', detail: `IoU ${iou.toFixed(2)}` },
    lost > 0 && { kind: 'strokes lost', detail: `${lost} px` },
    added > 0 && { kind: 'ink added', detail: `${added} px` },
    filled.length > 0 && { kind: 'holes filled', detail: `${filled.length} of ${holes.length}` },
  ];
  return { iou, faults: faults.filter((fault) => fault !== false) };
}

/**
 * Ink in both pictures, as a share of that in either of them (IoU). Pixels count as ink or paper, or
 * by their grey levels, whichever agrees better: the first is unfair to edges in the middle of a
 * pixel, the second to blurred ones.
 *
 * @param one grey levels, ink 0 on paper 255
 * @param other the same
 */
export function inkOverlap(one: Uint8Array, other: Uint8Array): number {
  let [both, either, softBoth, softEither] = [0, 0, 0, 0];
  for (let at = 0; at < one.length; at++) {
    const lighter = Math.max(one[at]!, other[at]!);
    const darker = Math.min(one[at]!, other[at]!);
    both += lighter < inkThreshold ? 1 : 0;
    either += darker < inkThreshold ? 1 : 0;
    softBoth += 255 - lighter;
    softEither += 255 - darker;
  }
  return either === 0 ? 1 : Math.max(both / either, softBoth / softEither);
}

/** Pixels of a mask that are not even beside one of the other mask, in spots of some size. */
function spotsApart(
  mask: Uint8Array,
  other: Uint8Array,
  imageSize: number,
  leastSpot: number,
): number {
  const near = widen(other, imageSize);
  const apart = mask.map((value, at) => (value === 1 && near[at] === 0 ? 1 : 0));
  return labelRegions(apart, imageSize, true)
    .map(({ pixels }) => pixels.length)
    .filter((area) => area >= leastSpot)
    .reduce((sum, area) => sum + area, 0);
}

/** Adds all neighbours, those at corners too. */
function widen(mask: Uint8Array, imageSize: number): Uint8Array {
  const wide = Uint8Array.from(mask);
  for (let pixel = 0; pixel < mask.length; pixel++) {
    if (mask[pixel] === 0) continue;
    const x = pixel % imageSize;
    for (let dx = x > 0 ? -1 : 0; dx <= (x < imageSize - 1 ? 1 : 0); dx++) {
      for (const beside of [pixel + dx - imageSize, pixel + dx, pixel + dx + imageSize]) {
        if (beside >= 0 && beside < mask.length) wide[beside] = 1;
      }
    }
  }
  return wide;
}
