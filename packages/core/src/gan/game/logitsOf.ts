import * as tf from '@tensorflow/tfjs';

/** A discriminator's verdicts, beside what else it returns: one map of logits, or several. */
export function mapsOf(output: unknown): readonly tf.Tensor[] {
  const logits =
    output instanceof tf.Tensor
      ? (output as tf.Tensor)
      : (output as { logits: tf.Tensor | readonly tf.Tensor[] }).logits;
  return logits instanceof tf.Tensor ? [logits as tf.Tensor] : logits;
}

/** A discriminator's verdicts as one tensor: several maps, as of several scales, as [N, logits]. */
export function logitsOf(output: unknown): tf.Tensor {
  const maps = mapsOf(output);
  if (maps.length === 1) return maps[0]!;
  return tf.concat(
    maps.map((map) => tf.reshape(map, [map.shape[0]!, -1])),
    1,
  );
}
