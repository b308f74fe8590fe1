import * as tf from '@tensorflow/tfjs';

/** What a gradient function returns: for each input's name how to compute its gradient. */
export type Gradients = ReturnType<tf.GradFunc>;

type Gradient<Name extends string, Attributes> = (
  dy: tf.Tensor,
  saved: Record<Name, tf.Tensor>,
  attrs: Attributes,
) => Gradients;

type GradientWithOutput<Name extends string, Attributes> = (
  dy: tf.Tensor,
  saved: Record<Name, tf.Tensor>,
  output: tf.Tensor,
  attrs: Attributes,
) => Gradients;

/**
 * A registry entry for a kernel with one output whose gradient needs the named inputs.
 *
 * @param kernelName tfjs's name of the kernel
 * @param names inputs to save
 * @param gradient must return fresh tensors, never `dy` itself: the tape disposes of them
 */
export function rule<Name extends string, Attributes = object>(
  kernelName: string,
  names: readonly Name[],
  gradient: Gradient<Name, Attributes>,
): tf.GradConfig {
  return {
    kernelName,
    inputsToSave: [...names],
    gradFunc: (dy, saved, attrs) =>
      gradient(dy as tf.Tensor, byName(names, saved), attrs as unknown as Attributes),
  };
}

/**
 * Like {@link rule}, for a gradient that also needs the kernel's output. `names` has to list all
 * inputs of the kernel, so that the output can be computed again for higher orders.
 */
export function ruleWithOutput<Name extends string, Attributes = object>(
  kernelName: string,
  names: readonly Name[],
  gradient: GradientWithOutput<Name, Attributes>,
): tf.GradConfig {
  return {
    kernelName,
    inputsToSave: [...names],
    outputsToSave: [true],
    gradFunc: (dy, saved, attrs) =>
      gradient(
        dy as tf.Tensor,
        byName(names, saved),
        saved[names.length] as tf.Tensor,
        attrs as unknown as Attributes,
      ),
  };
}

/** Runs a kernel that no tfjs function exposes, recorded on the tape like any other. */
export function runKernel(
  kernelName: string,
  inputs: Record<string, tf.Tensor>,
  attrs: object = {},
): tf.Tensor {
  return tf.engine().runKernel(kernelName, inputs, attrs as tf.NamedAttrMap);
}

/** Whether the gradient that is being computed will be differentiated itself. */
export const isDifferentiatedAgain = (): boolean => tf.engine().isTapeOn();

/** Registers a gradient in the place of the present one, without tfjs's warning. */
export function replaceGradient(config: tf.GradConfig): void {
  removeGradient(config.kernelName);
  tf.registerGradient(config);
}

/** Removes a gradient if there is one. */
export function removeGradient(kernelName: string): void {
  if (findGradient(kernelName)) tf.unregisterGradient(kernelName);
}

/** The registered gradient of a kernel; tfjs's type hides that there may be none. */
export const findGradient = (kernelName: string): tf.GradConfig | undefined =>
  tf.getGradient(kernelName);

/** Every name that could be a kernel's: tfjs exports them as constants. */
export const kernelNames = (): string[] => [
  ...new Set(Object.values(tf).filter((value) => typeof value === 'string')),
];

function byName<Name extends string>(
  names: readonly Name[],
  saved: readonly tf.Tensor[],
): Record<Name, tf.Tensor> {
  return Object.fromEntries(names.map((name, index) => [name, saved[index]])) as Record<
    Name,
    tf.Tensor
  >;
}
