import * as tf from '@tensorflow/tfjs';
import { asTensor, mended, typeAttribute, type MendedKernel } from './kernel.ts';

/** Elementwise kernels with the values and dtypes that tfjs documents. */
export const elementwiseKernels: readonly MendedKernel[] = [
  mended<'x', tf.StepAttrs>(tf.Step, 'refuses int32', ({ inputs: { x }, attrs: { alpha } }) => {
    const value = asTensor(x);
    const step = tf.where(
      tf.greater(value, tf.zerosLike(value)),
      tf.onesLike(value),
      tf.fill(value.shape, alpha, value.dtype),
    );
    return value.dtype === 'float32' ? tf.where(tf.isNaN(value), value, step) : step;
  }),
  mended<'x', tf.LeakyReluAttrs>(
    tf.LeakyRelu,
    'refuses int32',
    ({ inputs: { x }, attrs: { alpha }, backend }) =>
      backend.executeSingleOutput(
        'LeakyRelu',
        [
          { name: 'alpha', type: backend.binding.TF_ATTR_FLOAT, value: alpha },
          typeAttribute(backend, 'float32'),
        ],
        [tf.cast(asTensor(x), 'float32')],
      ),
  ),
  mended<'x'>(tf.Sign, 'makes NaN of NaN, where tfjs makes 0', ({ inputs: { x }, backend }) => {
    const value = asTensor(x);
    const sign = backend.executeSingleOutput('Sign', [typeAttribute(backend, x.dtype)], [x]);
    return x.dtype === 'float32' ? tf.where(tf.isNaN(value), tf.zerosLike(value), sign) : sign;
  }),
  mended<'x'>(tf.Round, 'makes 0 of large int32', ({ inputs: { x }, backend }) =>
    x.dtype === 'float32'
      ? backend.executeSingleOutput('Round', [typeAttribute(backend, x.dtype)], [x])
      : tf.clone(asTensor(x)),
  ),
  mended<'a' | 'b'>(
    tf.FloorDiv,
    'keeps float32, where tfjs makes int32',
    ({ inputs: { a, b }, backend }) => {
      const dtype = tf.backend_util.upcastType(a.dtype, b.dtype);
      const operands = [a, b].map((value) => tf.cast(asTensor(value), dtype as 'float32'));
      return tf.cast(
        backend.executeSingleOutput('FloorDiv', [typeAttribute(backend, dtype)], operands),
        'int32',
      );
    },
  ),
];
