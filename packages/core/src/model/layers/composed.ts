import type * as tf from '@tensorflow/tfjs';
import { mergeParameters, prefixParameters } from './compose.ts';
import type { Module, Place, Scope, Shape, ShapeOf, ShapesOf } from './module.ts';

/** A module of any inputs and outputs. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- inputs are contravariant
type AnyPart = Module<any, any>;

/** A module as a function. */
type Called<Part> =
  Part extends Module<infer Inputs, infer Output> ? (...inputs: Inputs) => Output : never;

/**
 * A network of named parts whose forward pass is written once:
 *
 *     composed({ encoder, decoder }, ({ encoder, decoder }, x: tf.Tensor) => decoder(encoder(x)))
 *
 * The pass computes tensors when the network is applied, and shapes when shapes are asked for, so it
 * may only hand values from part to part and into lists and records; whatever computes is a part.
 *
 * Parameters: `<part>.<parameter>`, in the order of the parts. JavaScript puts whole-number names
 * first.
 *
 * @param forward its inputs are the network's
 */
export function composed<
  Parts extends Readonly<Record<string, AnyPart>>,
  Inputs extends readonly tf.Tensor[],
  Output,
>(
  parts: Parts,
  forward: (
    parts: { readonly [Name in keyof Parts]: Called<Parts[Name]> },
    ...inputs: Inputs
  ) => Output,
): Module<Inputs, Output> {
  type Values = readonly (Shape | tf.Tensor)[];
  const run = (call: (name: string, part: AnyPart, inputs: Values) => unknown, inputs: Values) => {
    const called = Object.entries(parts).map(([name, part]) => [
      name,
      (...own: Values) => call(name, part, own),
    ]);
    return forward(Object.fromEntries(called) as never, ...(inputs as unknown as Inputs));
  };
  const specs = Object.entries(parts).map(([name, { parameters }]) =>
    prefixParameters(name, parameters),
  );
  return {
    parameters: mergeParameters('composed', specs),
    outputShape: (place: Place, ...shapes: ShapesOf<Inputs>) =>
      run(
        (name, part, inputs) => part.outputShape(place.child(name), ...(inputs as Shape[])),
        shapes,
      ) as unknown as ShapeOf<Output>,
    apply: (scope: Scope, ...inputs: Inputs) =>
      run((name, part, own) => part.apply(scope.child(name), ...(own as tf.Tensor[])), inputs),
  };
}
