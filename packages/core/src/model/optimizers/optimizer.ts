import { hostTensor, UserError, type HostTensor } from '@gan-zoo/compiler';
import * as tf from '@tensorflow/tfjs';

/** Tensors by name, such as a network's parameters: `main.0.weight` and so on. */
export type TensorRecord = Readonly<Record<string, tf.Tensor>>;

/** All that `init` needs to know of parameters. */
export type ShapeRecord = Readonly<Record<string, { readonly shape: readonly number[] }>>;

/** What an optimizer remembers between updates: scalars, and slots with a value per parameter. */
export type OptimizerState<Leaf = tf.Tensor> = Readonly<
  Record<string, Leaf | Readonly<Record<string, Leaf>>>
>;

/** Arguments of {@link Optimizer.update}. */
export interface UpdateArguments<Params extends TensorRecord> {
  /** The loss's derivative by each parameter. */
  readonly gradients: Params;
  readonly params: Params;
  readonly state: OptimizerState;
  /**
   * Instead of the optimizer's own rate. A step that is to be compiled takes it as a scalar tensor
   * of its batch, so that a schedule can change it without compiling again.
   */
  readonly learningRate?: number | tf.Tensor | undefined;
}

/** What {@link Optimizer.update} gives back: new tensors, the caller's to keep or dispose. */
export interface UpdateResult<Params extends TensorRecord> {
  readonly params: Params;
  readonly state: OptimizerState;
}

/** A rule for improving parameters, as a pure pair of functions without memory of its own. */
export interface Optimizer {
  readonly name: string;

  /** The state before the first update, in ordinary memory; only the parameters' shapes count. */
  readonly init: (params: ShapeRecord) => OptimizerState<HostTensor>;

  /**
   * One update. Nothing given is changed or disposed.
   *
   * @throws UserError when gradients, state and parameters do not belong together
   */
  readonly update: <Params extends TensorRecord>(
    args: UpdateArguments<Params>,
  ) => UpdateResult<Params>;
}

/** A zero for every parameter. */
export function zeroSlot(params: ShapeRecord): Record<string, HostTensor> {
  return Object.fromEntries(
    Object.entries(params).map(([name, { shape }]) => [name, hostTensor([...shape])]),
  );
}

/** A scalar of the state, such as the step counter. */
export function scalarOf(who: string, state: OptimizerState, key: string): tf.Scalar {
  const entry = state[key];
  if (entry instanceof tf.Tensor) return entry as tf.Scalar;
  throw foreignState(who, state, key);
}

/** A slot of the state, with a tensor for every parameter. */
export function slotOf(
  who: string,
  state: OptimizerState,
  key: string,
  params: ShapeRecord,
): TensorRecord {
  const entry = state[key];
  if (entry === undefined || entry instanceof tf.Tensor) throw foreignState(who, state, key);
  assertSameRecord(who, `state "${key}"`, entry, params);
  return entry;
}

/**
 * Checks that a record has a tensor for each parameter and no other, of the same shapes.
 *
 * @throws UserError with all missing and extra names, or with the first wrong shape
 */
export function assertSameRecord(
  who: string,
  what: string,
  record: ShapeRecord,
  params: ShapeRecord,
): void {
  const missing = Object.keys(params).filter((name) => !record[name]);
  const extra = Object.keys(record).filter((name) => !params[name]);
  if (missing.length + extra.length > 0) {
    throw new UserError(
      `${who}: expected the ${what} to have a tensor for every parameter; ` +
        `missing: ${missing.join(', ') || 'none'}; unknown: ${extra.join(', ') || 'none'}.`,
    );
  }
  for (const [name, { shape }] of Object.entries(params)) {
    const received = record[name]!.shape;
    if (received.join() === shape.join()) continue;
    throw new UserError(
      `${who}: expected the ${what} of "${name}" to have the parameter's shape ` +
        `[${shape.join(', ')}], received [${received.join(', ')}].`,
    );
  }
}

/** Checks a hyper-parameter; `expected` completes the sentence "expected …". */
export function assertOption(
  who: string,
  name: string,
  value: number,
  expected: string,
  isValid: (value: number) => boolean,
): void {
  if (Number.isFinite(value) && isValid(value)) return;
  throw new UserError(`${who}: expected ${name} ${expected}, received ${String(value)}.`);
}

/** Checks a learning rate that is a plain number. */
export function assertLearningRate(who: string, value: number): void {
  assertOption(who, 'learningRate', value, 'of at least 0', (rate) => rate >= 0);
}

/** Checks a share such as beta1. */
export function assertShare(who: string, name: string, value: number): void {
  assertOption(who, name, value, 'from 0 to below 1', (share) => share >= 0 && share < 1);
}

/** Builds a record with the parameters' names. */
export function mapRecord<Params extends TensorRecord>(
  params: Params,
  change: (param: tf.Tensor, name: string) => tf.Tensor,
): Params {
  return Object.fromEntries(
    Object.entries(params).map(([name, param]) => [name, change(param, name)]),
  ) as Params;
}

function foreignState(who: string, state: OptimizerState, key: string): UserError {
  return new UserError(
    `${who}: expected a state with "${key}", received one with ` +
      `${Object.keys(state).join(', ') || 'nothing'}. It was made by another optimizer: ` +
      `start from init, or choose the optimizer that made it.`,
  );
}
