import { UserError } from '@gan-zoo/compiler';
import type * as tf from '@tensorflow/tfjs';
import type { MaskSpec, NetworkState, Place, Scope } from './module.ts';

/** Joins the dotted names of a module and something inside it. */
export const joinName = (path: string, name: string): string =>
  path === '' ? name : name === '' ? path : `${path}.${name}`;

/**
 * A place in a network whose shapes are being computed.
 *
 * @param onMask is told of every mask that a module declares; nobody by default
 */
export function createPlace(path = '', onMask?: (path: string, spec: MaskSpec) => void): Place {
  return {
    path,
    child: (name) => createPlace(joinName(path, name), onMask),
    declareMask: (spec) => onMask?.(path, spec),
  };
}

interface RunOptions {
  readonly state: NetworkState;
  readonly training: boolean;
  readonly masks: Readonly<Record<string, tf.Tensor>>;
}

interface Run {
  readonly scope: Scope;
  readonly buffers: Record<string, tf.Tensor>;
  assertMasksRead(): void;
}

/** Starts one application of a network: the root scope, and what the modules leave behind. */
export function createScope({ state, training, masks }: RunOptions): Run {
  const buffers = { ...state.buffers };
  const masksRead = new Set<string>();

  const get = (name: string): tf.Tensor => {
    const value = state.params[name] ?? buffers[name];
    if (value === undefined) throw unknownName('parameter or buffer', name);
    return value;
  };
  const set = (name: string, value: tf.Tensor): void => {
    if (!Object.hasOwn(buffers, name)) throw unknownName('buffer', name);
    buffers[name] = value;
  };
  const scopeAt = (path: string): Scope => ({
    path,
    training,
    child: (name) => scopeAt(joinName(path, name)),
    declareMask: () => undefined,
    get: (name) => get(joinName(path, name)),
    set: (name, value) => set(joinName(path, name), value),
    mask: () => {
      masksRead.add(path);
      return masks[path];
    },
  });
  const assertMasksRead = (): void => {
    const unknown = Object.keys(masks).filter((name) => !masksRead.has(name));
    if (unknown.length === 0) return;
    throw new UserError(
      `network: received masks that no dropout layer reads: ${unknown.join(', ')}. ` +
        `Expected masks for: ${[...masksRead].join(', ') || 'none'}.`,
    );
  };
  return { scope: scopeAt(''), buffers, assertMasksRead };
}

function unknownName(kind: string, name: string): UserError {
  return new UserError(
    `network: the module asks for ${kind} "${name}", which its specs do not declare. ` +
      `Declare it under "parameters", and wrap children in the combinators that prefix names.`,
  );
}
