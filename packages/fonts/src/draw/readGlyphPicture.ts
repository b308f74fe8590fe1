import sharp from 'sharp';

/** Dots per inch at which drawings (svg) are read. */
const drawingDensity = 300;

/** A picture of one glyph. */
export interface GlyphPictureFile {
  /** Grey levels [S, S], ink 0 on paper 255. */
  readonly pixels: Uint8Array;
  /** Whether its ink was light and its paper dark. */
  readonly isInverted: boolean;
}

/**
 * Reads a picture of a glyph. It is made smaller or larger as a whole and stays where it is in its
 * frame; one that is not square is laid in the middle of paper. Whether its ink is dark or light is
 * told by its edge.
 *
 * @param imageSize side of the result in pixels
 * @throws Error with the reason when the file cannot be read
 */
export async function readGlyphPicture(path: string, imageSize: number): Promise<GlyphPictureFile> {
  const { data, info } = await sharp(path, { failOn: 'error', density: drawingDensity })
    .autoOrient()
    .flatten({ background: '#ffffff' })
    .toColourspace('b-w')
    .raw({ depth: 'uchar' })
    .toBuffer({ resolveWithObject: true });
  const { width, height } = info;
  const isInverted = edgeLevel(data, width, height) < 128;
  const levels = isInverted ? data.map((level) => 255 - level) : data;
  const pixels = await sharp(levels, { raw: { width, height, channels: 1 } })
    .resize(imageSize, imageSize, { fit: 'contain', background: '#ffffff' })
    .toColourspace('b-w')
    .raw({ depth: 'uchar' })
    .toBuffer();
  return { pixels: new Uint8Array(pixels), isInverted };
}

/** The mean grey level along a picture's edge: that of its paper. */
function edgeLevel(levels: Uint8Array, width: number, height: number): number {
  let [sum, count] = [0, 0];
  for (let y = 0; y < height; y++) {
    const isInner = y > 0 && y < height - 1;
    for (let x = 0; x < width; x += isInner ? Math.max(1, width - 1) : 1) {
      sum += levels[y * width + x]!;
      count++;
    }
  }
  return sum / count;
}
