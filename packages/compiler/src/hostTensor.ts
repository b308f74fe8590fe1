import { UserError } from './errors.ts';

export type HostDtype = 'float32' | 'int32' | 'bool';

export interface HostData {
  float32: Float32Array;
  int32: Int32Array;
  bool: Uint8Array;
}

/** A tensor in ordinary memory, of no backend: what batches, checkpoints and images are made of. */
export interface HostTensor<D extends HostDtype = HostDtype> {
  readonly dtype: D;
  readonly shape: readonly number[];
  /** Row-major values. Its length is the product of `shape`. */
  readonly data: HostData[D];
}

export const sizeOf = (shape: readonly number[]): number =>
  shape.reduce((product, extent) => product * extent, 1);

/**
 * Makes a float32 host tensor.
 *
 * @param shape extents; `[]` for a scalar
 * @param data row-major values, zeros when left out; an array is copied, a Float32Array is not
 * @throws UserError when the number of values does not fit the shape
 */
export function hostTensor(
  shape: readonly number[],
  data: Float32Array | readonly number[] = new Float32Array(sizeOf(shape)),
): HostTensor<'float32'> {
  const values = data instanceof Float32Array ? data : Float32Array.from(data);
  assertSize('hostTensor', shape, values.length);
  return { dtype: 'float32', shape, data: values };
}

/** Like {@link hostTensor}, for whole numbers: indices, labels, flags. */
export function hostTensorInt(
  shape: readonly number[],
  data: Int32Array | readonly number[],
): HostTensor<'int32'> {
  const values = data instanceof Int32Array ? data : Int32Array.from(data);
  assertSize('hostTensorInt', shape, values.length);
  return { dtype: 'int32', shape, data: values };
}

function assertSize(who: string, shape: readonly number[], received: number): void {
  if (received === sizeOf(shape)) return;
  throw new UserError(
    `${who}: expected ${sizeOf(shape)} values for shape [${shape.join(', ')}], received ${received}.`,
  );
}
