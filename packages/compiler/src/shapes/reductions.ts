import type { AttrsOf } from '../capture/kernels.ts';
import type { ValueType } from '../capture/graph.ts';
import type { HostDtype } from '../hostTensor.ts';
import { normalizeAxes, reduceShape } from './rule.ts';

interface Reduced {
  axis?: number | number[];
  reductionIndices?: number | number[];
  keepDims?: boolean;
}

/** Reduction over `axis` (Max calls it `reductionIndices`), all axes when it is not given. */
export const reducedType =
  (dtype?: HostDtype) =>
  ({ x }: { x: ValueType }, attrs: Reduced): ValueType => {
    const axes = normalizeAxes(attrs.reductionIndices ?? attrs.axis, x.shape.length);
    const result = dtype ?? (x.dtype === 'bool' ? 'int32' : x.dtype);
    return { dtype: result, shape: reduceShape(x.shape, axes, attrs.keepDims ?? false) };
  };

/** A maximum or minimum has its operand's dtype, even of booleans. */
export const extremumType = (inputs: { x: ValueType }, attrs: Reduced): ValueType => ({
  dtype: inputs.x.dtype,
  shape: reducedType()(inputs, attrs).shape,
});

export const argType = ({ x }: { x: ValueType }, { axis }: AttrsOf<'ArgMax'>): ValueType => ({
  dtype: 'int32',
  shape: reduceShape(x.shape, normalizeAxes(axis, x.shape.length), false),
});
