import type { OnnxValue } from '../../onnx/graph.ts';
import type { LoweringContext } from '../context.ts';

/** Which rows of a matrix are added up to which pixels of pictures. */
export interface PixelSums<Down, Across> {
  /** Names the geometry: equal keys share their tables. */
  readonly key: string;
  /** Shape of the result, [N, H, W, C]. */
  readonly shape: readonly number[];
  /** What contributes to each row of pixels, and to each column. */
  readonly down: readonly (readonly Down[])[];
  readonly across: readonly (readonly Across[])[];
  /** The row of the matrix that is the contribution of both to a pixel of an image. */
  readonly rowOf: (image: number, down: Down, across: Across) => number;
  /** A row of zeros in the matrix. With it, no matter how many rows a pixel gets, one group does. */
  readonly zeroRow?: number | undefined;
}

/** Pixels that receive the same number of contributions, with the rows that contribute. */
interface Group {
  readonly pixels: number[];
  /** `sources[k]` holds every pixel's k-th contribution. */
  readonly sources: number[][];
}

/**
 * Adds up rows of channels [rows, C] to pictures [N, H, W, C].
 *
 * Pixels are grouped by how many rows they get; each group takes one Gather per contribution, and a
 * last Gather puts the pixels in order. Pixels that get none are zero.
 */
export function gatherSums<Down, Across>(
  context: LoweringContext,
  rows: OnnxValue,
  sums: PixelSums<Down, Across>,
): OnnxValue {
  const [images, height, width, channels] = sums.shape as [number, number, number, number];
  const groups = groupPixels(sums);
  const gather = (source: OnnxValue, name: string, indices: readonly number[]): OnnxValue => {
    const constant = context.sharedConstant(`sums ${sums.key} ${name}`, () => {
      return { data: Int32Array.from(indices), shape: [indices.length], dtype: 'int32' };
    });
    const type = { dtype: 'float32' as const, shape: [indices.length, channels] };
    return context.node('Gather', [source, constant], type, { attributes: { axis: { i: 0 } } });
  };
  const parts = groups.map(({ pixels, sources }, g) => {
    if (sources.length === 0) return zeros(context, pixels.length, channels);
    return sources
      .map((source, k) => gather(rows, `${g} ${k}`, source))
      .reduce((sum, part) => context.node('Add', [sum, part], sum));
  });
  if (parts.length === 1) return context.reshape(parts[0]!, sums.shape);
  const count = images * height * width;
  const type = { dtype: 'float32' as const, shape: [count, channels] };
  const all = context.node('Concat', parts, type, { attributes: { axis: { i: 0 } } });
  const place = new Array<number>(count);
  groups.flatMap(({ pixels }) => pixels).forEach((pixel, at) => (place[pixel] = at));
  return context.reshape(gather(all, 'order', place), sums.shape);
}

const zeros = (context: LoweringContext, count: number, channels: number): OnnxValue =>
  context.node('Expand', [context.scalar(0), context.ints([count, channels])], {
    dtype: 'float32',
    shape: [count, channels],
  });

function groupPixels<Down, Across>(sums: PixelSums<Down, Across>): Group[] {
  const { shape, down, across, rowOf, zeroRow } = sums;
  const most = (lists: readonly (readonly unknown[])[]): number =>
    lists.reduce((longest, { length }) => Math.max(longest, length), 0);
  const all = most(down) * most(across);
  const groups = new Map<number, Group>();
  let pixel = 0;
  for (let image = 0; image < shape[0]!; image++) {
    for (const rows of down) {
      for (const columns of across) {
        const count = zeroRow === undefined ? rows.length * columns.length : all;
        const group = groups.get(count) ?? {
          pixels: [],
          sources: Array.from({ length: count }, () => []),
        };
        groups.set(count, group);
        group.pixels.push(pixel++);
        const sources = rows.flatMap((a) => columns.map((b) => rowOf(image, a, b)));
        for (let k = 0; k < count; k++) group.sources[k]!.push(sources[k] ?? zeroRow!);
      }
    }
  }
  return [...groups.values()];
}
