/** The parts of imagetracerjs in use; the package has no types of its own. */
declare module 'imagetracerjs' {
  /** A closed walk along the sides of pixels, ink always on the same side of it. */
  interface PixelPath {
    /** Corners between pixels: (0, 0) is the picture's top left corner. */
    readonly points: readonly { readonly x: number; readonly y: number }[];
  }
  const tracer: {
    /** Marks the corners around the pixels of a colour. */
    layeringstep(
      indexed: { readonly array: readonly ArrayLike<number>[] },
      colour: number,
    ): number[][];
    /** Walks around all regions and holes; `omit`: paths with fewer corners are left out. */
    pathscan(layer: number[][], omit: number): PixelPath[];
  };
  export default tracer;
}
