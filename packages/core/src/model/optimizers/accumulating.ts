import type { HostTensor } from '@gan-zoo/compiler';
import * as tf from '@tensorflow/tfjs';
import { tidyResult } from '../gradients/index.ts';
import {
  assertOption,
  assertSameRecord,
  mapRecord,
  slotOf,
  zeroSlot,
  type Optimizer,
  type OptimizerState,
  type TensorRecord,
  type UpdateArguments,
  type UpdateResult,
} from './optimizer.ts';

/** Arguments of {@link AccumulatingOptimizer}'s update. */
export interface AccumulatingArguments<
  Params extends TensorRecord,
> extends UpdateArguments<Params> {
  /**
   * A scalar share, 1/steps: the gradients are added to the sum and nothing moves. Absent in the
   * last micro-batch of a batch, whose update is made.
   */
  readonly accumulate?: tf.Tensor | undefined;
}

/** An optimizer whose updates may be made of several micro-batches. */
export interface AccumulatingOptimizer extends Optimizer {
  readonly update: <Params extends TensorRecord>(
    args: AccumulatingArguments<Params>,
  ) => UpdateResult<Params>;
}

const slot = 'accumulatedGradients';

/**
 * Gradient accumulation: a batch in several micro-batches, for one update with the mean of their
 * gradients. Where the loss is a mean over samples that do not see each other, that is the update of
 * the whole batch, in less memory; batch norm sees each micro-batch by itself.
 *
 * The sums are part of the state, under the optimizer's own slots. With one step it is the optimizer
 * itself, state included.
 *
 * @param optimizer makes the updates
 * @param steps micro-batches per update
 * @throws UserError when steps is not a whole number of at least 1
 */
export function accumulating(optimizer: Optimizer, steps: number): AccumulatingOptimizer {
  assertOption('accumulating', 'steps', steps, 'to be a whole number of at least 1', isCount);
  if (steps === 1) return optimizer;
  const { name } = optimizer;
  return {
    name,
    init: (params) => ({ ...optimizer.init(params), [slot]: zeroSlot(params) }),
    update: ({ accumulate, ...args }) =>
      tidyResult(() => {
        const { gradients, params, state } = args;
        assertSameRecord(name, 'gradients', gradients, params);
        const sums = slotOf(name, state, slot, params);
        const added = mapRecord(gradients, (g, key) =>
          tf.add(sums[key]!, tf.mul(g, accumulate ?? 1 / steps)),
        );
        if (accumulate !== undefined) return { params, state: { ...state, [slot]: added } };
        const result = optimizer.update({ ...args, gradients: added, state: withoutSums(state) });
        return { params: result.params, state: { ...result.state, [slot]: zerosLike(params) } };
      }),
  };
}

const isCount = (steps: number): boolean => Number.isSafeInteger(steps) && steps >= 1;

const zerosLike = (params: TensorRecord): TensorRecord => mapRecord(params, (p) => tf.zerosLike(p));

function withoutSums<Leaf extends tf.Tensor | HostTensor>({
  [slot]: _sums,
  ...state
}: OptimizerState<Leaf>): OptimizerState<Leaf> {
  return state;
}
