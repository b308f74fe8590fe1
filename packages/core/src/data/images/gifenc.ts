import { createRequire } from 'node:module';

/** Up to 256 colours: red, green and blue of each. */
export type GifPalette = readonly (readonly [red: number, green: number, blue: number])[];

/** The encoder of gifenc, which comes without types. */
export interface GifWriter {
  writeFrame(
    indices: Uint8Array,
    width: number,
    height: number,
    options: { palette?: GifPalette; delay: number; repeat?: number },
  ): void;
  finish(): void;
  bytes(): Uint8Array;
}

interface Gifenc {
  readonly GIFEncoder: () => GifWriter;
  readonly quantize: (rgba: Uint8Array, maxColours: number) => GifPalette;
  readonly applyPalette: (rgba: Uint8Array, palette: GifPalette) => Uint8Array;
}

// A CommonJS file whose names Node cannot see from an import.
export const { GIFEncoder, quantize, applyPalette } = createRequire(import.meta.url)(
  'gifenc',
) as Gifenc;
