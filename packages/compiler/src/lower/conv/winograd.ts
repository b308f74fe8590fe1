import type { ConvInfo } from '../../shapes/convolution.ts';
import type { OnnxValue } from '../../onnx/graph.ts';
import type { LoweringContext } from '../context.ts';
import { tapsPerStride } from './algorithm.ts';
import { cookToom, kroneckerSquare } from './cookToom.ts';
import { overlapAdd } from './overlapAdd.ts';

/**
 * Convolutions by Winograd's (Cook–Toom) transforms in ordinary ONNX operators. A stride s is first
 * folded away: the input is read as blocks of s×s pixels with s²·C channels, on which a k×k kernel
 * of stride s is an r×r kernel of stride 1, r = ⌈k/s⌉; rows that are missing to r·s are zero. With
 * m×m output tiles, n = m + r − 1:
 *
 *     V = B·(tiles of x)   [n², P, K]     P = N·tiles, K = s²·C
 *     U = G·(w)            [n², K, O]
 *     M = A·(dy)           [n², P, O]     for the gradients
 *     forward  y  = Aᵀ·(V × U)
 *     gradient dw = Gᵀ·(Vᵀ × M)
 *     gradient dx = Bᵀ·(M × Uᵀ), overlapping tiles added
 *
 * V, U and M are each made once and shared, because equal nodes are. Everything is [N, H, W, C]
 * and weights are [kh, kw, in, out]: no other layout ever comes up.
 */
export class Winograd {
  readonly #context: LoweringContext;
  readonly #info: ConvInfo;
  readonly #tile: number;
  /** Taps of the folded kernel, r. */
  readonly #taps: number;
  /** Side n of a transformed tile. */
  readonly #side: number;
  readonly #rows: number;
  readonly #columns: number;

  constructor(context: LoweringContext, info: ConvInfo, tile: number) {
    this.#context = context;
    this.#info = info;
    this.#tile = tile;
    this.#taps = tapsPerStride(info);
    this.#side = tile + this.#taps - 1;
    this.#rows = Math.ceil(info.outHeight / tile);
    this.#columns = Math.ceil(info.outWidth / tile);
  }

  /** y [N, Ho, Wo, O] from x [N, H, W, C] and the filter [kh, kw, C, O]. */
  forward(x: OnnxValue, filter: OnnxValue): OnnxValue {
    const { batchSize, outChannels, outHeight, outWidth } = this.#info;
    const product = this.#matMul(this.#inputTransform(x), this.#filterTransform(filter));
    const tile = this.#tile;
    const tiles = this.#transform('outputs', false, product);
    const parts = [tile, tile, batchSize, this.#rows, this.#columns, outChannels];
    const ordered = this.#context.transpose(
      this.#context.reshape(tiles, parts),
      [2, 3, 0, 4, 1, 5],
    );
    const whole = [batchSize, this.#rows * tile, this.#columns * tile, outChannels];
    return this.#crop(this.#context.reshape(ordered, whole), outHeight, outWidth);
  }

  /** The gradient of x from dy and the filter; also the transposed convolution of dy. */
  inputGradient(dy: OnnxValue, filter: OnnxValue): OnnxValue {
    const { inChannels } = this.#info;
    const product = this.#matMul(this.#gradientTransform(dy), this.#filterTransform(filter), {
      transB: true,
    });
    const tiles = this.#transform('inputs', true, product);
    const rows = this.#context.reshape(tiles, [sizeOf(tiles) / inChannels, inChannels]);
    return overlapAdd(this.#context, rows, {
      ...{ info: this.#info, tile: this.#tile, side: this.#side },
      ...{ rows: this.#rows, columns: this.#columns },
    });
  }

  /** The gradient of the filter, [kh, kw, C, O]. */
  filterGradient(x: OnnxValue, dy: OnnxValue): OnnxValue {
    const { strideHeight: s, inChannels, outChannels, filterHeight: k } = this.#info;
    const whole = this.#taps * s;
    const product = this.#matMul(this.#inputTransform(x), this.#gradientTransform(dy), {
      transA: true,
    });
    const gradient = this.#transform('filter', true, product);
    const [r, context] = [this.#taps, this.#context];
    const parts = context.reshape(gradient, [r, r, s, s, inChannels * outChannels]);
    const shape = [1, whole, whole, inChannels * outChannels];
    const unfolded = context.reshape(context.transpose(parts, [0, 2, 1, 3, 4]), shape);
    return context.reshape(this.#crop(unfolded, k, k), [k, k, inChannels, outChannels]);
  }

  /** V: overlapping tiles gathered from the padded x, a row of channels at a time. */
  #inputTransform(x: OnnxValue): OnnxValue {
    const { inChannels, batchSize, strideHeight: s, padInfo, inHeight, inWidth } = this.#info;
    const needed = (tiles: number): number => s * (tiles * this.#tile + this.#taps - 1);
    const after = (tiles: number, before: number, extent: number): number =>
      Math.max(0, needed(tiles) - before - extent);
    const padded = pad(this.#context, x, [
      ...[0, padInfo.top, padInfo.left, 0, 0],
      ...[after(this.#rows, padInfo.top, inHeight), after(this.#columns, padInfo.left, inWidth), 0],
    ]);
    const [, height, width] = padded.shape as [number, number, number, number];
    const pixels = this.#context.reshape(padded, [batchSize * height * width, inChannels]);
    const indices = this.#context.sharedConstant(`tiles ${this.#key} ${height} ${width}`, () => {
      const data = this.#tilePixels(height, width);
      return { data, shape: [data.length], dtype: 'int32' };
    });
    const gathered = this.#context.node(
      'Gather',
      [pixels, indices],
      {
        dtype: 'float32',
        shape: [indices.shape[0]!, inChannels],
      },
      { attributes: { axis: { i: 0 } } },
    );
    const tiles = batchSize * this.#rows * this.#columns;
    const area = this.#side ** 2;
    return this.#transform(
      'inputs',
      false,
      this.#context.reshape(gathered, [area, tiles, s * s * inChannels]),
    );
  }

  /** Pixel numbers in the order (i, j, image, tile row, tile column, row in block, column in block). */
  #tilePixels(height: number, width: number): Int32Array {
    const { batchSize, strideHeight: s } = this.#info;
    const indices = new Int32Array(
      this.#side ** 2 * batchSize * this.#rows * this.#columns * s * s,
    );
    let at = 0;
    for (let i = 0; i < this.#side; i++)
      for (let j = 0; j < this.#side; j++)
        for (let image = 0; image < batchSize; image++)
          for (let row = 0; row < this.#rows; row++)
            for (let column = 0; column < this.#columns; column++)
              for (let p = 0; p < s; p++)
                for (let q = 0; q < s; q++) {
                  const y = s * (row * this.#tile + i) + p;
                  const x = s * (column * this.#tile + j) + q;
                  indices[at++] = (image * height + y) * width + x;
                }
    return indices;
  }

  /** U: the folded and transformed filter. */
  #filterTransform(filter: OnnxValue): OnnxValue {
    const { strideHeight: s, filterHeight: k, inChannels, outChannels } = this.#info;
    const [r, context] = [this.#taps, this.#context];
    const missing = r * s - k;
    const whole = pad(context, filter, [0, 0, 0, 0, missing, missing, 0, 0]);
    const parts = context.reshape(whole, [r, s, r, s, inChannels * outChannels]);
    const folded = context.transpose(parts, [0, 2, 1, 3, 4]);
    return this.#transform(
      'filter',
      false,
      context.reshape(folded, [r * r, s * s * inChannels, outChannels]),
    );
  }

  /** M: dy as tiles, transformed back to the domain of the products. */
  #gradientTransform(dy: OnnxValue): OnnxValue {
    const { batchSize, outChannels, outHeight, outWidth } = this.#info;
    const [tile, context] = [this.#tile, this.#context];
    const padded = pad(context, dy, [
      ...[0, 0, 0, 0, 0],
      ...[this.#rows * tile - outHeight, this.#columns * tile - outWidth, 0],
    ]);
    const parts = context.reshape(padded, [
      batchSize,
      this.#rows,
      tile,
      this.#columns,
      tile,
      outChannels,
    ]);
    const ordered = context.transpose(parts, [2, 4, 0, 1, 3, 5]);
    const tiles = batchSize * this.#rows * this.#columns;
    return this.#transform(
      'outputs',
      true,
      context.reshape(ordered, [tile * tile, tiles, outChannels]),
    );
  }

  /** Multiplies the leading axis of [from, a, b] by a two-dimensional transform (or its transpose). */
  #transform(
    which: 'inputs' | 'filter' | 'outputs',
    transposed: boolean,
    value: OnnxValue,
  ): OnnxValue {
    const context = this.#context;
    const matrix = context.sharedConstant(
      `F(${this.#tile},${this.#taps}) ${which} ${transposed}`,
      () => {
        const { [which]: rows } = cookToom(this.#tile, this.#taps);
        const oriented = transposed ? rows[0]!.map((_, i) => rows.map((row) => row[i]!)) : rows;
        return { ...kroneckerSquare(oriented), dtype: 'float32' };
      },
    );
    const [, a, b] = value.shape as [number, number, number];
    const flat = context.reshape(value, [matrix.shape[1]!, a * b]);
    const product = context.node('Gemm', [matrix, flat], {
      dtype: 'float32',
      shape: [matrix.shape[0]!, a * b],
    });
    return context.reshape(product, [matrix.shape[0]!, a, b]);
  }

  #matMul(a: OnnxValue, b: OnnxValue, { transA = false, transB = false } = {}): OnnxValue {
    const [rows, columns] = [a.shape[transA ? 2 : 1]!, b.shape[transB ? 1 : 2]!];
    const type = { dtype: 'float32' as const, shape: [a.shape[0]!, rows, columns] };
    if (!transA && !transB) return this.#context.node('MatMul', [a, b], type);
    return this.#context.node('FusedMatMul', [a, b], type, {
      domain: 'com.microsoft',
      attributes: { transA: { i: transA ? 1 : 0 }, transB: { i: transB ? 1 : 0 } },
    });
  }

  #crop(value: OnnxValue, height: number, width: number): OnnxValue {
    const [n, h, w, c] = value.shape as [number, number, number, number];
    if (h === height && w === width) return value;
    const ints = (values: number[]): OnnxValue => this.#context.ints(values);
    return this.#context.node('Slice', [value, ints([0, 0]), ints([height, width]), ints([1, 2])], {
      dtype: 'float32',
      shape: [n, height, width, c],
    });
  }

  get #key(): string {
    const { batchSize, strideHeight } = this.#info;
    return [this.#tile, this.#taps, strideHeight, batchSize, this.#rows, this.#columns].join(' ');
  }
}

const sizeOf = (value: OnnxValue): number => value.shape.reduce((a, b) => a * b, 1);

/** Zero padding of all axes: first what comes before each, then what comes after. */
export function pad(
  context: LoweringContext,
  value: OnnxValue,
  pads: readonly number[],
): OnnxValue {
  if (pads.every((count) => count === 0)) return value;
  const rank = value.shape.length;
  const shape = value.shape.map((extent, axis) => extent + pads[axis]! + pads[axis + rank]!);
  return context.node('Pad', [value, context.ints(pads), context.scalar(0)], {
    dtype: value.dtype,
    shape,
  });
}
