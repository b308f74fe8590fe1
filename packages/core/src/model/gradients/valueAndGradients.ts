import { flattenTree, mapTree, UserError } from '@gan-zoo/compiler';
import * as tf from '@tensorflow/tfjs';

/** A differentiable function's results: the loss, and whatever else is to be kept of the forward. */
export interface LossAndAuxiliaries {
  /** What is differentiated: a scalar. */
  readonly loss: tf.Tensor;
}

/** Options of {@link valueAndGradients}. */
export interface GradientOptions {
  /**
   * What to do with parameters that do not influence the loss: `error` (default) lists them, as
   * they are nearly always a mistake; `zeros` gives them gradients of zero.
   */
  readonly unused?: 'error' | 'zeros';
}

/** What {@link valueAndGradients} gives back. */
export interface ValueAndGradients<Params, Value> {
  /** The function's result: the loss and the auxiliary tensors, still to be used. */
  readonly value: Value;
  /** The derivative of the loss by each parameter, in the parameters' own structure. */
  readonly gradients: Params;
}

/**
 * Runs `fn` and differentiates its loss by every tensor of `params`.
 *
 * Auxiliary results (metrics, images, new batch statistics) may be any tree of tensors beside
 * `loss`; they survive, and belong to the caller's `tf.tidy` like every other result. Calls nest:
 * a function that takes gradients itself, such as a gradient penalty, can be differentiated again.
 *
 * @param fn a pure function of the parameters; use {@link stopGradient} to hold a part constant
 * @param params a float32 tensor, or a list or record of trees of them
 * @throws UserError when the loss is not a scalar, when a parameter is not float32, and, unless
 *   `unused` is `zeros`, when parameters do not influence the loss
 */
export function valueAndGradients<Params extends object, Value extends LossAndAuxiliaries>(
  fn: (params: Params) => Value,
  params: Params,
  { unused = 'error' }: GradientOptions = {},
): ValueAndGradients<Params, Value> {
  const leaves = flattenTree<tf.Tensor>(params);
  assertDifferentiable(leaves);
  return tidyResult(() => {
    let value: Value | undefined;
    let kept: tf.Tensor[] = [];
    const forward = (): tf.Tensor => {
      value = fn(params);
      assertScalar(value.loss);
      kept = keepResults(value);
      return value.loss;
    };
    const xs = leaves.map(({ leaf }) => leaf);
    const gradients = withReleased(
      () => kept,
      () => tf.engine().gradients(forward, xs, undefined, true).grads as (tf.Tensor | undefined)[],
    );
    if (unused === 'error') assertAllUsed(leaves, gradients);
    const byPath = new Map(leaves.map(({ path }, index) => [path, gradients[index]]));
    return {
      value: value!,
      gradients: mapTree<tf.Tensor, tf.Tensor>(
        params,
        (leaf, path) => byPath.get(path) ?? tf.zerosLike(leaf),
      ) as Params,
    };
  });
}

/** `tf.tidy` for results whose type it does not know to be containers of tensors. */
export function tidyResult<Result extends object>(fn: () => Result): Result {
  return tf.tidy(fn as unknown as () => tf.TensorContainerObject) as unknown as Result;
}

/**
 * Saves the results made in the forward scope from being disposed with it. Tensors from further
 * out (a parameter handed through) live on anyway and must not change their owner.
 */
function keepResults(value: LossAndAuxiliaries): tf.Tensor[] {
  const scope = tf.engine().state.activeScope.id;
  const made = flattenTree<tf.Tensor>(value)
    .map(({ leaf }) => leaf)
    .filter((tensor) => tensor.scopeId === scope && !tensor.kept);
  return made.map((tensor) => tf.keep(tensor));
}

/**
 * Runs `fn`, then hands the tensors kept meanwhile to the scope that is active now. When `fn` fails
 * it also frees what the gradient tape had saved, which tfjs only does after success.
 */
function withReleased<Result>(kept: () => readonly tf.Tensor[], fn: () => Result): Result {
  // The engine's own way of adopting a tensor, which its types hide.
  const engine = tf.engine() as unknown as { track(tensor: tf.Tensor): void };
  try {
    return fn();
  } catch (error) {
    disposeTape();
    throw error;
  } finally {
    for (const tensor of new Set(kept())) {
      tensor.kept = false;
      engine.track(tensor);
    }
  }
}

function disposeTape(): void {
  const { state } = tf.engine();
  // Within another call of valueAndGradients the tape is that one's to free.
  if (state.gradientDepth > 0) return;
  for (const { saved } of state.activeTape ?? []) tf.dispose(saved ?? []);
  state.activeTape = [];
}

type ParameterLeaf = ReturnType<typeof flattenTree<tf.Tensor>>[number];

function assertDifferentiable(leaves: readonly ParameterLeaf[]): void {
  if (leaves.length === 0) {
    throw new UserError('valueAndGradients: expected at least one parameter, received none.');
  }
  for (const { path, leaf } of leaves) {
    if (leaf.dtype === 'float32') continue;
    throw new UserError(
      `valueAndGradients: expected float32 parameters, received "${path}" of ${leaf.dtype}. ` +
        `Pass it to the function in another way, outside of the parameters.`,
    );
  }
}

function assertScalar(loss: tf.Tensor | undefined): void {
  if (loss instanceof tf.Tensor && loss.rank === 0) return;
  const received = loss instanceof tf.Tensor ? `the shape [${loss.shape.join(', ')}]` : typeof loss;
  throw new UserError(
    `valueAndGradients: expected the function to return { loss } with a scalar, ` +
      `received ${received}. Reduce it with tf.mean or tf.sum.`,
  );
}

function assertAllUsed(
  leaves: readonly ParameterLeaf[],
  gradients: readonly (tf.Tensor | undefined)[],
): void {
  const paths = leaves.filter((_, index) => !gradients[index]).map(({ path }) => path);
  if (paths.length === 0) return;
  throw new UserError(
    `valueAndGradients: expected every parameter to influence the loss; these do not: ` +
      `${paths.join(', ')}. Leave them out of the parameters, or pass { unused: 'zeros' }.`,
  );
}
