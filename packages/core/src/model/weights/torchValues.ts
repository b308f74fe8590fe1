import type { HostTensor } from '@gan-zoo/compiler';
import { sizeOf } from '@gan-zoo/compiler';
import type { HostValues, StoredDtype } from './storedDtypes.ts';
import type { FileContext } from './weightFileErrors.ts';
import { badFile, formatShape } from './weightFileErrors.ts';

/** A block of values that tensors look into; several may share one. */
export class TorchStorage {
  readonly dtype: StoredDtype;
  readonly key: string;
  /** Number of elements of the whole block. */
  readonly length: number;
  /** Where this storage begins in the block, in elements; only very old files use it. */
  readonly offset: number;

  constructor(dtype: StoredDtype, key: string, length: number, offset = 0) {
    this.dtype = dtype;
    this.key = key;
    this.length = length;
    this.offset = offset;
    Object.freeze(this);
  }
}

/** A tensor as a pickle describes it: a window with strides into a storage. Nothing is read yet. */
export class TorchTensor {
  readonly storage: TorchStorage;
  readonly offset: number;
  readonly shape: readonly number[];
  readonly strides: readonly number[];

  constructor(
    storage: TorchStorage,
    offset: number,
    shape: readonly number[],
    strides: readonly number[],
  ) {
    this.storage = storage;
    this.offset = offset;
    this.shape = shape;
    this.strides = strides;
    Object.freeze(this);
  }
}

/** A repeated (stride 0) tensor may be larger than its storage, but not without bounds. */
const MAX_REPEATED = 2 ** 26;

/**
 * Copies the values that a tensor's window shows, row by row.
 *
 * @param tensor offset, shape and strides count elements
 * @param values all values of its storage
 * @throws UserError when the window reaches beyond the storage
 */
export function readWindow(
  tensor: TorchTensor,
  values: HostValues,
  name: string,
  context: FileContext,
): HostTensor {
  const { shape, strides, storage } = tensor;
  const start = tensor.offset + storage.offset;
  assertWindow(tensor, start, values.data.length, name, context);
  const size = sizeOf(shape);
  if (isContiguous(shape, strides)) {
    return { dtype: values.dtype, shape, data: values.data.slice(start, start + size) };
  }
  const data = new (values.data.constructor as new (length: number) => HostTensor['data'])(size);
  const index = shape.map(() => 0);
  let from = start;
  for (let to = 0; to < size; to += 1) {
    data[to] = values.data[from]!;
    from += advance(index, shape, strides);
  }
  return { dtype: values.dtype, shape, data };
}

/** Steps a row-major index by one and returns how far the position in the storage moves. */
function advance(index: number[], shape: readonly number[], strides: readonly number[]): number {
  let moved = 0;
  for (let axis = shape.length - 1; axis >= 0; axis -= 1) {
    index[axis]! += 1;
    moved += strides[axis]!;
    if (index[axis]! < shape[axis]!) break;
    index[axis] = 0;
    moved -= strides[axis]! * shape[axis]!;
  }
  return moved;
}

function assertWindow(
  { shape, strides, storage }: TorchTensor,
  start: number,
  length: number,
  name: string,
  context: FileContext,
): void {
  const counts = [start, ...shape, ...strides, storage.length];
  const size = sizeOf(shape);
  const last = start + shape.reduce((sum, extent, i) => sum + (extent - 1) * strides[i]!, 0);
  const isLegal =
    counts.every((count) => Number.isSafeInteger(count) && count >= 0) &&
    strides.length === shape.length &&
    (size === 0 || last < length) &&
    size <= Math.max(length, MAX_REPEATED);
  if (isLegal) return;
  throw badFile(
    context,
    `tensor "${name}" does not fit its storage: shape ${formatShape(shape)}, strides ` +
      `${formatShape(strides)} from element ${start} of ${length}`,
  );
}

function isContiguous(shape: readonly number[], strides: readonly number[]): boolean {
  let expected = 1;
  for (let axis = shape.length - 1; axis >= 0; axis -= 1) {
    if (shape[axis] !== 1 && strides[axis] !== expected) return false;
    expected *= shape[axis]!;
  }
  return true;
}
