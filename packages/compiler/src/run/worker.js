// Runs in a worker thread, so that a step of the session never blocks the caller's event loop. Plain
// JavaScript, since a worker starts without the loader that the main thread may use for TypeScript.
import ort from 'onnxruntime-node';
import { parentPort } from 'node:worker_threads';
import { discard, ownArrays } from './memory.js';
import { permute } from './permute.js';

/**
 * @typedef {import('./protocol.ts').Requests} Requests
 * @typedef {import('./protocol.ts').Message} Message
 * @typedef {import('../hostTensor.ts').HostTensor} HostTensor
 * @typedef {Record<string, import('onnxruntime-node').Tensor>} Tensors
 */

// What goes wrong is thrown too, and then told in our words.
ort.env.logLevel = 'fatal';

/**
 * The arena gives back what is free when a run has ended, before the binding copies the results: a
 * large state's would else lie beside the memory of the activations.
 */
const runOptions = { extra: { memory: { enable_memory_arena_shrinkage: 'cpu:0' } } };

/** @type {Map<number, import('onnxruntime-node').InferenceSession>} */
const sessions = new Map();
/** Tensors that stay here between runs, by slot. @type {Map<string, import('onnxruntime-node').Tensor>} */
const slots = new Map();

/** @param {HostTensor} tensor */
const toOrt = ({ dtype, data, shape }) => new ort.Tensor(dtype, /** @type {any} */ (data), shape);

/** @param {import('onnxruntime-node').Tensor} tensor @returns {HostTensor} */
const fromOrt = (tensor) =>
  /** @type {any} */ ({ dtype: tensor.type, shape: [...tensor.dims], data: tensor.data });

/** @param {number} id */
const sessionOf = (id) => {
  const session = sessions.get(id);
  if (session === undefined) throw new Error(`session ${id} is not loaded`);
  return session;
};

/** @param {string} name */
const slotOf = (name) => {
  const tensor = slots.get(name);
  if (tensor === undefined) throw new Error(`nothing was written to "${name}"`);
  return tensor;
};

/** @type {{ [Name in keyof Requests]: (request: Requests[Name]['request']) => Promise<Requests[Name]['answer']> | Requests[Name]['answer'] }} */
const handlers = {
  async load({ session, model, options }) {
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
    sessions.set(session, created);
    return null;
  },

  async run({ session, feeds, residents, keep, overwrites, fetch }) {
    /** @type {Tensors} */
    const inputs = {};
    for (const [name, tensor] of Object.entries(feeds)) inputs[name] = toOrt(tensor);
    for (const [name, slot] of Object.entries(residents)) inputs[name] = slotOf(slot);
    // A tensor to write to, or null for a new one.
    const targets = Object.fromEntries(
      [...Object.keys(keep), ...fetch].map((name) => [
        name,
        inputs[overwrites[name] ?? ''] ?? null,
      ]),
    );
    const results = await sessionOf(session).run(inputs, /** @type {any} */ (targets), runOptions);
    for (const [name, slot] of Object.entries(keep)) {
      const next = /** @type {any} */ (results[name]);
      // The binding returns a copy of what was written over an argument.
      discard(targets[name] === null ? slots.get(slot) : next);
      if (targets[name] === null) slots.set(slot, next);
    }
    return Object.fromEntries(
      fetch.map((name) => [name, fromOrt(/** @type {any} */ (results[name]))]),
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
    await sessions.get(session)?.release();
    sessions.delete(session);
    return null;
  },

  endProfiling({ session }) {
    sessions.get(session)?.endProfiling();
    return null;
  },
};

parentPort?.on('message', async (/** @type {Message} */ { id, name, request }) => {
  try {
    const answer = await handlers[name](/** @type {any} */ (request));
    parentPort?.postMessage({ id, answer });
  } catch (error) {
    parentPort?.postMessage({ id, error: error instanceof Error ? error.message : String(error) });
  }
});
