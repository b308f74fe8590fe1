import * as tf from '@tensorflow/tfjs';

/** The parts of tfjs-node's backend that kernels are written with. */
export interface TensorFlowBackend {
  readonly binding: Readonly<
    Record<`TF_ATTR_${'INT' | 'STRING' | 'BOOL' | 'FLOAT' | 'TYPE'}`, number>
  >;
  getDTypeInteger(dtype: tf.DataType): number;
  executeSingleOutput(
    operation: string,
    attributes: readonly OperationAttribute[],
    inputs: readonly tf.TensorInfo[],
  ): tf.Tensor;
  applyActivation(
    input: tf.Tensor,
    activation: string | undefined,
    preluWeights: tf.TensorInfo | undefined,
    leakyreluAlpha: number | undefined,
  ): tf.Tensor;
}

/** An attribute of one of TensorFlow's operations, as the binding takes it. */
export interface OperationAttribute {
  readonly name: string;
  readonly type: number;
  readonly value: unknown;
}

/** What a kernel reads, by name, and the attributes of the call. */
export interface KernelCall<Inputs extends string, Attributes> {
  readonly inputs: Readonly<Record<Inputs, tf.TensorInfo>>;
  readonly attrs: Attributes;
  readonly backend: TensorFlowBackend;
}

/** A kernel of ours for the backend `tensorflow`. */
export interface MendedKernel {
  readonly name: string;
  /** What tfjs-node does wrong in words. */
  readonly because: string;
  readonly run: tf.KernelFunc;
}

/**
 * Describes a kernel that stands in for tfjs-node's. Temporaries are freed: it runs in a tidy.
 *
 * @param name the kernel's name in tfjs
 * @param because what tfjs-node refuses or gets wrong, in words
 * @param run computes the result
 */
export const mended = <Inputs extends string, Attributes = object>(
  name: string,
  because: string,
  run: (call: KernelCall<Inputs, Attributes>) => tf.Tensor,
): MendedKernel => ({
  name,
  because,
  run: (call) => tf.tidy(() => run(call as unknown as KernelCall<Inputs, Attributes>)),
});

/** tfjs's operations take tensors; a kernel is given what they are on a backend. */
export const asTensor = (info: tf.TensorInfo): tf.Tensor =>
  info instanceof tf.Tensor ? (info as tf.Tensor) : tf.engine().makeTensorFromTensorInfo(info);

/** The attribute `T`: the dtype that the operation computes with. */
export const typeAttribute = (
  backend: TensorFlowBackend,
  dtype: tf.DataType,
): OperationAttribute => ({
  name: 'T',
  type: backend.binding.TF_ATTR_TYPE,
  value: backend.getDTypeInteger(dtype),
});
