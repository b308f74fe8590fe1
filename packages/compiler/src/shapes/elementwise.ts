import type { AttrsOf, KernelName } from '../capture/kernels.ts';
import type { ValueType } from '../capture/graph.ts';
import type { HostDtype } from '../hostTensor.ts';
import { broadcastShapes } from './rule.ts';

/** The operand's own type: for kernels of one operand. */
export const sameType = (inputs: Record<string, ValueType>): ValueType => Object.values(inputs)[0]!;

/** A result of the operand's shape that is always boolean. */
export const sameShapeBool = (inputs: Record<string, ValueType>): ValueType => ({
  dtype: 'bool',
  shape: sameType(inputs).shape,
});

/** A result of the operand's shape that is always float32. */
export const sameShapeFloat = (inputs: Record<string, ValueType>): ValueType => ({
  dtype: 'float32',
  shape: sameType(inputs).shape,
});

export const castType = ({ x }: { x: ValueType }, { dtype }: AttrsOf<'Cast'>): ValueType => ({
  dtype: dtype as HostDtype,
  shape: x.shape,
});

/** Broadcasts all operands; the result has the dtype of the first, or the given one. */
export const broadcastType =
  (kernel: KernelName, dtype?: HostDtype) =>
  (inputs: Record<string, ValueType> | readonly ValueType[]): ValueType => {
    const operands = Object.values(inputs) as ValueType[];
    return {
      dtype: dtype ?? operands[0]!.dtype,
      shape: broadcastShapes(kernel, ...operands.map(({ shape }) => shape)),
    };
  };

export const selectType = (inputs: { condition: ValueType; t: ValueType; e: ValueType }): ValueType => ({
  dtype: inputs.t.dtype,
  shape: broadcastShapes('Select', inputs.condition.shape, inputs.t.shape, inputs.e.shape),
});
