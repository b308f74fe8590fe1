// Plain JavaScript, since the worker needs it.
import { MessageChannel } from 'node:worker_threads';

/** @typedef {import('../hostTensor.ts').HostTensor} HostTensor */

const { port1: nowhere, port2 } = new MessageChannel();
port2.close();

/**
 * Frees a tensor's memory now, by giving it away to nobody; the tensor must not be used any more.
 * The engine does not see in time how much memory hangs on a few small objects.
 *
 * @param {{ readonly data: unknown } | undefined} tensor the only one in its ArrayBuffer
 */
export function discard(tensor) {
  const { buffer } = /** @type {{ buffer?: ArrayBuffer }} */ (tensor?.data ?? {});
  // What was given away already is empty.
  if (buffer !== undefined && buffer.byteLength > 0) nowhere.postMessage(null, [buffer]);
}

/**
 * What the values of tensors lie in: to give away with a message.
 *
 * @param {Readonly<Record<string, HostTensor>>} tensors each the only one in its ArrayBuffer
 */
export const arrayBuffersOf = (tensors) =>
  Object.values(tensors).map(({ data }) => /** @type {ArrayBuffer} */ (data.buffer));

/**
 * Tensors each of which is alone in its ArrayBuffer: those that share one are copied.
 *
 * @param {Readonly<Record<string, HostTensor>>} tensors
 * @returns {Record<string, HostTensor>}
 */
export function ownArrays(tensors) {
  /** @type {Set<unknown>} */
  const seen = new Set();
  return Object.fromEntries(
    Object.entries(tensors).map(([name, tensor]) => {
      const { buffer, byteLength } = tensor.data;
      const isOwn = buffer.byteLength === byteLength && !seen.has(buffer);
      seen.add(buffer);
      return [name, isOwn ? tensor : /** @type {any} */ ({ ...tensor, data: tensor.data.slice() })];
    }),
  );
}
