import * as tf from '@tensorflow/tfjs';
import { mapInputs, type KernelCall, type RecordedTensor } from './kernelCall.ts';

/** What became of a call: results, or the message of the error. */
export type Outcome = { readonly outputs: readonly RecordedTensor[] } | { readonly error: string };

/** Makes a recorded call on the current backend of tfjs. */
export function replayCall({ kernel, inputs, attrs }: KernelCall): Outcome {
  tf.engine().startScope();
  try {
    const given = mapInputs(inputs, tensorOf) as unknown as tf.NamedTensorMap;
    const made = tf.engine().runKernel(kernel, given, structuredClone(attrs) as tf.NamedAttrMap);
    return { outputs: ([made].flat() as tf.Tensor[]).map(readTensor) };
  } catch (error) {
    return { error: error instanceof Error ? error.message : String(error) };
  } finally {
    tf.engine().endScope();
  }
}

function tensorOf({ dtype, shape, values }: RecordedTensor): tf.Tensor {
  if (dtype !== 'complex64') {
    return tf.tensor(values as tf.TensorLike, [...shape], dtype as tf.DataType);
  }
  const part = (first: number): tf.Tensor =>
    tf.tensor(
      (values as Float32Array).filter((_, at) => at % 2 === first),
      [...shape],
    );
  return tf.complex(part(0), part(1));
}

const readTensor = (tensor: tf.Tensor): RecordedTensor => ({
  dtype: tensor.dtype,
  shape: [...tensor.shape],
  values: tensor.dataSync<'string'>() as RecordedTensor['values'],
});
