/** A list of `RRGGBB` colours (no `#`, as DiceBear writes them) with at least one member. */
export type Palette = readonly [string, ...string[]];

/** Twelve hair colours: natural ones and those that only drawings have. */
export const hairColors: Palette = [
  '2b2438', // ink
  '4e2d1e', // dark brown
  '8a4a2b', // chestnut
  'e2742f', // ginger
  'f5d267', // blond
  'cf3341', // red
  'f68db5', // pink
  '8d58d4', // violet
  '3f6fe0', // blue
  '33b3ae', // teal
  '58b25b', // green
  'aebacd', // silver
];

/** Four skin tones, light to dark. */
export const skinColors: Palette = ['ffe2cf', 'f6c8a2', 'd6986a', '9c6644'];

/** Eye colours, dark enough to be seen against every skin at 64 px. */
export const eyeColors: Palette = [
  '14121c',
  '1d3fa6',
  '0c5f6e',
  '136339',
  '53238f',
  '8c1736',
  '4a2413',
];

/** Pastels that leave the head to stand out. */
export const backgroundColors: Palette = [
  'd3e9ff',
  'ffdfe9',
  'e4dcff',
  'd9f3dd',
  'fff0c4',
  'd2f3f1',
  'ffe3d1',
  'eeeef2',
];

/** Cheerful colours for shirts, flowers and earrings. */
export const accentColors: Palette = [
  'e8505b',
  'f2a541',
  '3d7ea6',
  '5c9e6b',
  '7d5ba6',
  'e573a8',
  '2f4858',
  'f7f4ef',
];

/**
 * Keeps the colours that differ visibly from some others.
 *
 * @param palette what to choose from
 * @param others colours that lie next to the result
 * @param distance least Euclidean distance in RGB (0–442); default 70
 * @returns the members far enough from all others; if none is, the whole palette
 */
export function contrasting(palette: Palette, others: readonly string[], distance = 70): Palette {
  const isFar = (color: string) => others.every((other) => rgbDistance(color, other) >= distance);
  const [first, ...rest] = palette.filter(isFar);
  return first === undefined ? palette : [first, ...rest];
}

/**
 * Mixes a colour with black.
 *
 * @param color `RRGGBB`
 * @param amount 0 (unchanged) to 1 (black)
 */
export function darken(color: string, amount: number): string {
  return channels(color)
    .map((value) =>
      Math.round(value * (1 - amount))
        .toString(16)
        .padStart(2, '0'),
    )
    .join('');
}

function rgbDistance(a: string, b: string): number {
  const other = channels(b);
  return Math.hypot(...channels(a).map((value, i) => value - (other[i] ?? 0)));
}

function channels(color: string): number[] {
  return [0, 2, 4].map((at) => Number.parseInt(color.slice(at, at + 2), 16));
}
