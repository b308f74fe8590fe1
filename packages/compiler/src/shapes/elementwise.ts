import * as tf from '@tensorflow/tfjs';
import type { AttrsOf, KernelName } from '../capture/kernels.ts';
import { formatType, type ValueType } from '../capture/graph.ts';
import type { HostDtype } from '../hostTensor.ts';
import { UserError } from '../errors.ts';
import { broadcastShapes } from './rule.ts';

/** The operand's own type: for kernels of one operand. */
export const sameType = (inputs: Record<string, ValueType>): ValueType => Object.values(inputs)[0]!;

/** A result of the operand's shape that is always boolean. */
export const sameShapeBool = (inputs: Record<string, ValueType>): ValueType => ({
  dtype: 'bool',
  shape: sameType(inputs).shape,
});

/** The operand's own type, for functions that have no meaning for booleans. */
export const numberType =
  (kernel: KernelName) =>
  (inputs: Record<string, ValueType>): ValueType => {
    assertDtypes(kernel, Object.values(inputs), ['float32', 'int32']);
    return sameType(inputs);
  };

/** The operand's own type, for functions of real numbers. */
export const floatType =
  (kernel: KernelName) =>
  (inputs: Record<string, ValueType>): ValueType => {
    assertDtypes(kernel, Object.values(inputs), ['float32']);
    return sameType(inputs);
  };

/** Like {@link floatType} for tests, whose results are booleans. */
export const floatTestType =
  (kernel: KernelName) =>
  (inputs: Record<string, ValueType>): ValueType => ({
    ...floatType(kernel)(inputs),
    dtype: 'bool',
  });

export const castType = ({ x }: { x: ValueType }, { dtype }: AttrsOf<'Cast'>): ValueType => {
  if (dtype === 'complex64' || dtype === 'string') {
    throw new UserError(`Cast: expected float32, int32 or bool as the result, received ${dtype}.`);
  }
  return { dtype, shape: x.shape };
};

interface BroadcastOptions {
  /** The result's dtype. Default: the operands'. */
  readonly result?: HostDtype;
  /** What the operands may be. Default: numbers. */
  readonly operands?: readonly HostDtype[];
}

/** Broadcasts all operands. */
export const broadcastType =
  (
    kernel: KernelName,
    { result: dtype, operands: allowed = ['float32', 'int32'] }: BroadcastOptions = {},
  ) =>
  (inputs: Record<string, ValueType> | readonly ValueType[]): ValueType => {
    const operands = Object.values(inputs) as ValueType[];
    assertDtypes(kernel, operands, allowed);
    return {
      dtype: dtype ?? operands[0]!.dtype,
      shape: broadcastShapes(kernel, ...operands.map(({ shape }) => shape)),
    };
  };

export const selectType = (inputs: {
  condition: ValueType;
  t: ValueType;
  e: ValueType;
}): ValueType => ({
  dtype: tf.upcastType(inputs.t.dtype, inputs.e.dtype) as HostDtype,
  shape: broadcastShapes('Select', inputs.condition.shape, inputs.t.shape, inputs.e.shape),
});

function assertDtypes(
  kernel: KernelName,
  operands: readonly ValueType[],
  allowed: readonly HostDtype[],
): void {
  const received = [...new Set(operands.map(({ dtype }) => dtype))];
  if (received.length === 1 && allowed.includes(received[0]!)) return;
  throw new UserError(
    `${kernel}: expected ${allowed.join(' or ')} operands of one dtype, received ` +
      `${operands.map(formatType).join(' and ')}. Cast them first.`,
  );
}
