// Plain JavaScript, since the worker needs it.

/** @typedef {import('onnxruntime-node').InferenceSession} InferenceSession */
/** @typedef {Record<string, import('onnxruntime-node').Tensor>} Tensors */

/** The output that programs have in front of all others: a list of tensors, and not a tensor. */
export const firstOutput = 'list';

/**
 * Runs a session that writes its results into given tensors, and copies none of them.
 *
 * ONNX Runtime writes into the tensors that it is handed, but its binding for Node then makes a new
 * JavaScript array of every result, in their order, and copies the result into it: for a train step
 * that is the whole state. It has no arrays for lists of tensors and says so when it comes to one. As
 * the first output is a list, that is before it has copied anything, and after all has been computed.
 *
 * @param {InferenceSession} session
 * @param {Tensors} inputs
 * @param {Tensors} targets what to write to, by output name
 * @param {import('onnxruntime-node').InferenceSession.RunOptions} options
 */
export async function runInto(session, inputs, targets, options) {
  const fetches = /** @type {any} */ ({ [firstOutput]: null, ...targets });
  try {
    await session.run(inputs, fetches, options);
  } catch (error) {
    if (!(error instanceof Error) || !error.message.startsWith('Non tensor type')) throw error;
  }
}
