/** Least side of what is handed to a generator, in pixels: smaller ones cannot be mirrored inside. */
const leastExtent = 8;

/**
 * The extent that a picture's side is padded to. Every size is a program of its own, so that sides
 * are rounded up in steps of an eighth of their power of two (32 px from 256, 64 px from 512): a
 * folder of many sizes needs few programs, and no side grows by more than an eighth, but to 8 px and
 * to what the generator divides by.
 *
 * @param extent in pixels, at least 1
 * @param multiple what the generator's sides have to be multiples of
 */
export function paddedExtent(extent: number, multiple: number): number {
  const step = Math.max(1, 2 ** Math.floor(Math.log2(extent)) / 8);
  const rounded = Math.max(leastExtent, Math.ceil(extent / step) * step);
  return Math.ceil(rounded / multiple) * multiple;
}
