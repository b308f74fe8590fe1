import { UserError } from '@gan-zoo/compiler';
import * as tf from '@tensorflow/tfjs';
import { assertShape, formatShape, whoAt } from './assertShape.ts';
import type { Module, ParameterSpecs, Shape } from './module.ts';

/** Further inputs, such as labels, that a combinator hands to each of its modules. */
type Extras = readonly tf.Tensor[];

/** A module from one activation (and conditions) to one activation. */
export type Layer<Extra extends Extras = readonly []> = Module<readonly [tf.Tensor, ...Extra]>;

/** Layers in order: a list is numbered from 0, a record gives the names. */
export type Layers<Extra extends Extras = readonly []> =
  readonly Layer<Extra>[] | Readonly<Record<string, Layer<Extra>>>;

/**
 * One layer after the other, like torch's `Sequential`: parameters are named `<layer>.<parameter>`,
 * such as `0.weight`. Conditions after the first input go to every layer; layers that take none
 * ignore them.
 *
 * @param layers a list (named '0', '1', …) or a record in the order of its keys. JavaScript puts
 *   whole-number keys first, so a record has either only such keys or none.
 * @throws UserError for a record that mixes both
 */
export function sequential<Extra extends Extras = readonly []>(
  layers: Layers<Extra>,
): Layer<Extra> {
  const entries = Object.entries<Layer<Extra>>(layers);
  assertOrder(entries.map(([name]) => name));
  return {
    parameters: mergeParameters(
      'sequential',
      entries.map(([name, layer]) => prefixParameters(name, layer.parameters)),
    ),
    outputShape: (place, x, ...extra) =>
      entries.reduce<Shape>(
        (shape, [name, layer]) => layer.outputShape(place.child(name), shape, ...extra),
        x,
      ),
    apply: (scope, x, ...extra) =>
      entries.reduce<tf.Tensor>(
        (value, [name, layer]) => layer.apply(scope.child(name), value, ...extra),
        x,
      ),
  };
}

/**
 * One layer after the other, whose parameters keep the names that they have: for a reshaping before
 * a network that has a published form.
 *
 * @throws UserError when two layers name a parameter alike
 */
export function chain(...layers: readonly Layer[]): Layer {
  return {
    parameters: mergeParameters(
      'chain',
      layers.map(({ parameters }) => parameters),
    ),
    outputShape: (place, x) =>
      layers.reduce<Shape>((shape, layer) => layer.outputShape(place, shape), x),
    apply: (scope, x) => layers.reduce<tf.Tensor>((value, layer) => layer.apply(scope, value), x),
  };
}

/** The same module with its parameters under `<name>.`, as an attribute of a torch module has. */
export function named<Inputs extends readonly tf.Tensor[], Output>(
  name: string,
  module: Module<Inputs, Output>,
): Module<Inputs, Output> {
  return {
    parameters: prefixParameters(name, module.parameters),
    outputShape: (place, ...inputs) => module.outputShape(place.child(name), ...inputs),
    apply: (scope, ...inputs) => module.apply(scope.child(name), ...inputs),
  };
}

/**
 * y = shortcut(x) + body(x) (He et al. 2015, arXiv 1512.03385). Both branches' parameters keep
 * their names, so wrap them in {@link named} or give their layers different ones.
 *
 * @param shortcut the other branch; the identity by default
 * @throws UserError when the branches' parameters share a name, or their outputs differ in shape
 */
export function residual<Extra extends Extras = readonly []>(
  body: Layer<Extra>,
  shortcut: Layer<Extra> = identity(),
): Layer<Extra> {
  return {
    parameters: mergeParameters('residual', [shortcut.parameters, body.parameters]),
    outputShape: (place, ...inputs) => {
      const expected = shortcut.outputShape(place, ...inputs);
      const received = body.outputShape(place, ...inputs);
      if (formatShape(expected) === formatShape(received)) return expected;
      throw new UserError(
        `${whoAt('residual', place)}: expected the body to return ${formatShape(expected)} ` +
          `like the shortcut, received ${formatShape(received)}.`,
      );
    },
    apply: (scope, ...inputs) => {
      const kept = shortcut.apply(scope, ...inputs);
      return tf.add(kept, body.apply(scope, ...inputs));
    },
  };
}

/**
 * y = concat(x, body(x)) along the channels, x first: the skip connection of the U-Net
 * (Ronneberger et al. 2015, arXiv 1505.04597).
 *
 * Shape: [N, H, W, C] → [N, H, W, C + C'] where the body returns [N, H, W, C'].
 */
export function skipConcat<Extra extends Extras = readonly []>(body: Layer<Extra>): Layer<Extra> {
  return {
    parameters: body.parameters,
    outputShape: (place, x, ...extra) => {
      const [n, h, w, channels] = body.outputShape(place, x, ...extra);
      assertShape('skipConcat', place, [n ?? 'N', h ?? 'H', w ?? 'W', 'C'], x);
      return [...x.slice(0, 3), x[3]! + (channels ?? 0)];
    },
    apply: (scope, x, ...extra) => tf.concat([x, body.apply(scope, x, ...extra)], 3),
  };
}

/** y = x. */
export const identity = <Extra extends Extras = readonly []>(): Layer<Extra> => ({
  parameters: {},
  outputShape: (_place, x, ..._extra) => x,
  apply: (_scope, x, ..._extra) => x,
});

/** Puts `<name>.` before every parameter's name. */
export function prefixParameters(name: string, parameters: ParameterSpecs): ParameterSpecs {
  return Object.fromEntries(
    Object.entries(parameters).map(([parameter, spec]) => [`${name}.${parameter}`, spec]),
  );
}

/**
 * Joins the specs of several modules.
 *
 * @param who begins the message
 * @throws UserError when two of them use the same name
 */
export function mergeParameters(who: string, all: readonly ParameterSpecs[]): ParameterSpecs {
  const merged: Record<string, ParameterSpecs[string]> = {};
  for (const [name, spec] of all.flatMap((specs) => Object.entries(specs))) {
    if (Object.hasOwn(merged, name)) {
      throw new UserError(
        `${who}: two modules have a parameter "${name}". Wrap one of them in named().`,
      );
    }
    merged[name] = spec;
  }
  return merged;
}

function assertOrder(names: readonly string[]): void {
  const numbered = names.filter((name) => /^\d+$/.test(name)).length;
  if (numbered === 0 || numbered === names.length) return;
  throw new UserError(
    `sequential: expected layer names that are all numbers or none, received ${names.join(', ')}. ` +
      `JavaScript would run the numbered ones first.`,
  );
}
