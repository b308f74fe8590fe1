const headTag = 0x68656164;
/** Seconds from the first day of 1904, which fonts count from, to that of 1970. */
const epoch = 2_082_844_800n;
/** What all four-byte words of a font add up to. */
const wholeSum = 0xb1b0afba;

/**
 * Writes a date into a font as that of its making and of its last change, so that the same glyphs
 * give the same bytes, and corrects the checksums.
 *
 * @param font the bytes of an OpenType font, changed in place
 */
export function stampFont(font: Uint8Array<ArrayBuffer>, date: Date): Uint8Array<ArrayBuffer> {
  const view = new DataView(font.buffer, font.byteOffset, font.byteLength);
  const entries = Array.from({ length: view.getUint16(4) }, (_, place) => 12 + 16 * place);
  const entry = entries.find((at) => view.getUint32(at) === headTag)!;
  const head = view.getUint32(entry + 8);
  const seconds = BigInt(Math.floor(date.getTime() / 1000)) + epoch;
  view.setBigInt64(head + 20, seconds);
  view.setBigInt64(head + 28, seconds);
  // The sum of the whole font is taken as if its own field were 0.
  view.setUint32(head + 8, 0);
  view.setUint32(entry + 4, sumOf(view, head, view.getUint32(entry + 12)));
  view.setUint32(head + 8, (wholeSum - sumOf(view, 0, font.length)) >>> 0);
  return font;
}

/** The sum of four-byte words; what is missing of the last one counts as 0. */
function sumOf(view: DataView, start: number, length: number): number {
  let sum = 0;
  for (let at = 0; at < length; at += 4) {
    let word = 0;
    for (let byte = 0; byte < 4; byte++) {
      word = word * 256 + (at + byte < length ? view.getUint8(start + at + byte) : 0);
    }
    sum = (sum + word) >>> 0;
  }
  return sum;
}
