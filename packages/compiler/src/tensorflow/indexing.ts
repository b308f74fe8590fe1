import * as tf from '@tensorflow/tfjs';
import { asTensor, mended, typeAttribute, type MendedKernel } from './kernel.ts';

/** Gathering and scattering with indices and axes as tfjs takes them. */
export const indexingKernels: readonly MendedKernel[] = [
  mended<'indices' | 'updates', tf.ScatterNdAttrs>(
    tf.ScatterNd,
    'refuses indices of rank 1',
    ({ inputs: { indices, updates }, attrs: { shape }, backend }) => {
      const places = asTensor(indices);
      return backend.executeSingleOutput(
        'ScatterNd',
        [
          typeAttribute(backend, updates.dtype),
          { ...typeAttribute(backend, 'int32'), name: 'Tindices' },
        ],
        [
          places.rank === 1 ? tf.expandDims(places, 1) : places,
          updates,
          tf.tensor1d(shape, 'int32'),
        ],
      );
    },
  ),
  mended<'x' | 'indices', tf.GatherV2Attrs>(
    tf.GatherV2,
    'refuses axes counted from the end, and waits for the indices',
    ({ inputs: { x, indices }, attrs: { axis, batchDims }, backend }) => {
      const [from] = tf.util.parseAxisParam(axis, x.shape);
      return backend.executeSingleOutput(
        'GatherV2',
        [
          { name: 'batch_dims', type: backend.binding.TF_ATTR_INT, value: batchDims },
          { ...typeAttribute(backend, x.dtype), name: 'Tparams' },
          { ...typeAttribute(backend, indices.dtype), name: 'Tindices' },
          { ...typeAttribute(backend, 'int32'), name: 'Taxis' },
        ],
        [x, indices, tf.scalar(from!, 'int32')],
      );
    },
  ),
];
