// Runs in a worker thread, so that a step of the session never blocks the caller's event loop. Plain
// JavaScript, since a worker starts without the loader that the main thread may use for TypeScript.
import ort from 'onnxruntime-node';
import { parentPort } from 'node:worker_threads';
import { arrayBuffersOf, discard, ownArrays } from './memory.js';
import { permute } from './permute.js';
import { runInto } from './runInto.js';

/**
 * @typedef {import('./protocol.ts').Requests} Requests
 * @typedef {import('./protocol.ts').Message} Message
 * @typedef {import('../hostTensor.ts').HostTensor} HostTensor
 * @typedef {Record<string, import('onnxruntime-node').Tensor>} Tensors
 */

// What goes wrong is thrown too, and then told in our words.
ort.env.logLevel = 'fatal';

/** The arena gives back what is free after a run, or the pieces of one lie beside those of the next. */
const shrinking = { extra: { memory: { enable_memory_arena_shrinkage: 'cpu:0' } } };

/**
 * A session with dtype and shape of its results, and what to run it with.
 *
 * @typedef {{
 *   session: import('onnxruntime-node').InferenceSession,
 *   results: Requests['load']['request']['results'],
 *   runOptions: import('onnxruntime-node').InferenceSession.RunOptions,
 * }} Loaded
 */

/** @type {Map<number, Loaded>} */
const sessions = new Map();
/** Tensors that stay here between runs, by slot. @type {Map<string, import('onnxruntime-node').Tensor>} */
const slots = new Map();

/** @param {HostTensor} tensor */
const toOrt = ({ dtype, data, shape }) => new ort.Tensor(dtype, /** @type {any} */ (data), shape);

/** @param {import('onnxruntime-node').Tensor} tensor @returns {HostTensor} */
const fromOrt = (tensor) =>
  /** @type {any} */ ({ dtype: tensor.type, shape: [...tensor.dims], data: tensor.data });

/** @param {number} id */
const loaded = (id) => {
  const found = sessions.get(id);
  if (found === undefined) throw new Error(`session ${id} is not loaded`);
  return found;
};

const arrays = { float32: Float32Array, int32: Int32Array, bool: Uint8Array };

/** @param {import('../capture/graph.ts').ValueType} type */
const emptyTensor = ({ dtype, shape }) => {
  const size = shape.reduce((a, b) => a * b, 1);
  return new ort.Tensor(dtype, /** @type {any} */ (new arrays[dtype](size)), shape);
};

/** @param {string} name */
const slotOf = (name) => {
  const tensor = slots.get(name);
  if (tensor === undefined) throw new Error(`nothing was written to "${name}"`);
  return tensor;
};

/** @type {{ [Name in keyof Requests]: (request: Requests[Name]['request']) => Promise<Requests[Name]['answer']> | Requests[Name]['answer'] }} */
const handlers = {
  async load({ session, model, options, results }) {
    const created = await ort.InferenceSession.create(model, {
      executionProviders: [...options.providers],
      intraOpNumThreads: options.threads,
      interOpNumThreads: 1,
      executionMode: 'sequential',
      graphOptimizationLevel: 'all',
      enableMemPattern: false,
      logSeverityLevel: 3,
      // A saturated network's gradients are denormal numbers, which processors add slowly.
      extra: { session: { set_denormal_as_zero: '1' } },
      ...(options.profilePrefix === undefined
        ? {}
        : { enableProfiling: true, profileFilePrefix: options.profilePrefix }),
      ...options.overrides,
    });
    const runOptions = options.overrides?.['enableCpuMemArena'] === false ? {} : shrinking;
    sessions.set(session, { session: created, results, runOptions });
    return null;
  },

  async run({ session, feeds, residents, keep, overwrites, fetch }) {
    /** @type {Tensors} */
    const inputs = {};
    for (const [name, tensor] of Object.entries(feeds)) inputs[name] = toOrt(tensor);
    for (const [name, slot] of Object.entries(residents)) inputs[name] = slotOf(slot);
    const { session: own, results, runOptions } = loaded(session);
    /** @type {Tensors} */
    const targets = {};
    for (const name of [...Object.keys(keep), ...fetch]) {
      targets[name] =
        inputs[overwrites[name] ?? ''] ?? emptyTensor(/** @type {any} */ (results[name]));
    }
    await runInto(own, inputs, targets, runOptions);
    for (const tensor of Object.values(feeds)) discard(tensor);
    for (const [name, slot] of Object.entries(keep)) {
      const next = /** @type {any} */ (targets[name]);
      if (next !== slots.get(slot)) discard(slots.get(slot));
      slots.set(slot, next);
    }
    return Object.fromEntries(
      fetch.map((name) => [name, fromOrt(/** @type {any} */ (targets[name]))]),
    );
  },

  write({ slots: tensors, perms }) {
    for (const [slot, tensor] of Object.entries(ownArrays(tensors))) {
      discard(slots.get(slot));
      slots.set(slot, toOrt(permute(tensor, perms[slot] ?? [])));
    }
    return null;
  },

  read({ slots: names, perms }) {
    return Object.fromEntries(
      names.map((name) => [name, permute(fromOrt(slotOf(name)), perms[name] ?? [])]),
    );
  },

  permute({ perms }) {
    for (const [slot, perm] of Object.entries(perms)) {
      const former = slotOf(slot);
      const moved = permute(fromOrt(former), perm);
      slots.set(slot, toOrt(moved));
      if (moved.data !== former.data) discard(former);
    }
    return null;
  },

  drop({ slots: names }) {
    for (const name of names) slots.delete(name);
    return null;
  },

  async release({ session }) {
    await sessions.get(session)?.session.release();
    sessions.delete(session);
    return null;
  },

  endProfiling({ session }) {
    sessions.get(session)?.session.endProfiling();
    return null;
  },
};

parentPort?.on('message', async (/** @type {Message} */ { id, name, request }) => {
  try {
    const answer = await handlers[name](/** @type {any} */ (request));
    // What a run gives back was made for it; what is read stays here as well.
    const moved = name === 'run' ? arrayBuffersOf(/** @type {any} */ (answer)) : [];
    parentPort?.postMessage({ id, answer }, moved);
  } catch (error) {
    parentPort?.postMessage({ id, error: error instanceof Error ? error.message : String(error) });
  }
});
