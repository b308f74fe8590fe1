import { labelRegions } from './labelRegions.ts';

/** Levels below are ink, from 0 (ink) to 255 (paper). */
export const inkThreshold = 128;

/** A spot of ink smaller than this is taken for dirt, in square ems: a square of 1/45 em. */
export const leastInkArea = 0.0005;

/** A hole smaller than this is taken for a gap in the ink, in square ems: a square of 1/70 em. */
export const leastHoleArea = 0.0002;

/** A picture without dirt. */
export interface CleanPicture {
  /** As it came in, apart from what was removed. */
  readonly pixels: Uint8Array;
  /** Spots of ink that were removed. */
  readonly specks: number;
  /** Holes that were closed. */
  readonly pinholes: number;
}

/**
 * Removes dirt: spots of ink of less than {@link leastInkArea} become paper, holes of less than
 * {@link leastHoleArea} become ink. The largest spot stays, however small. Grey levels elsewhere
 * are kept: it is them that tell where an edge runs between two pixels.
 *
 * @param pixels grey levels in rows, ink 0 on paper 255
 * @param imageSize side of the picture in pixels
 */
export function cleanPicture(
  pixels: Uint8Array,
  imageSize: number,
  pixelsPerEm: number,
): CleanPicture {
  const clean = Uint8Array.from(pixels);
  const ink = inkMask(pixels);
  const spots = labelRegions(ink, imageSize, true);
  const largest = Math.max(0, ...spots.map((spot) => spot.pixels.length));
  const isSpeck = (area: number): boolean =>
    area < largest && area < leastInkArea * pixelsPerEm ** 2;
  const specks = spots.filter((spot) => isSpeck(spot.pixels.length));
  for (const speck of specks) for (const pixel of speck.pixels) clean[pixel] = 255;
  const holes = labelRegions(invert(ink), imageSize, false).filter(
    ({ touchesEdge }) => !touchesEdge,
  );
  const pinholes = holes.filter((hole) => hole.pixels.length < leastHoleArea * pixelsPerEm ** 2);
  for (const hole of pinholes) for (const pixel of hole.pixels) clean[pixel] = 0;
  return { pixels: clean, specks: specks.length, pinholes: pinholes.length };
}

/** 1 where there is ink. */
export const inkMask = (pixels: Uint8Array): Uint8Array =>
  pixels.map((level) => (level < inkThreshold ? 1 : 0));

/** 1 where there is 0, and 0 elsewhere. */
export const invert = (mask: Uint8Array): Uint8Array => mask.map((value) => (value === 0 ? 1 : 0));
