import { hostTensor, mapTree, UserError, type HostTensor, type Tree } from '@gan-zoo/compiler';

/**
 * The batch of a step from its updates, in the order in which they are made; one that is undefined
 * is not due. With a count of 1 it is one batch with all updates; otherwise a list of parts, the
 * micro-batches of one update after the other, each a run of the train step.
 *
 * @param updates networks' parts of the batch, by name
 * @param count micro-batches per update: `accumulationSteps`
 */
export function batchParts(
  updates: Readonly<Record<string, object | undefined>>,
  count: number,
): Tree<HostTensor> {
  const due = Object.entries(updates).flatMap(([name, part]) =>
    part === undefined ? [] : [[name, part] as const],
  );
  if (count === 1 || due.length === 0) return Object.fromEntries(due) as Tree<HostTensor>;
  return due.flatMap(([name, part]) =>
    microBatches(part, count).map((piece) => ({ [name]: piece }) as Tree<HostTensor>),
  );
}

/**
 * Splits one network's part of a batch into micro-batches for gradient accumulation: every tensor
 * along its first axis, scalars as they are. All but the last carry the scalar `accumulate`, by
 * which the train step knows that the update is not yet due. Batch norm sees each micro-batch by
 * itself, and updates its running statistics with each.
 *
 * @param part a record such as {realImages, latents, …}
 * @param count into how many; 1 gives the part itself
 * @throws UserError when a tensor cannot be divided so
 */
export function microBatches<Part extends object>(part: Part, count: number): Part[] {
  if (count === 1) return [part];
  return Array.from({ length: count }, (_, index) => {
    const piece = mapTree<HostTensor, HostTensor>(part, (tensor, path) =>
      tensor.shape.length === 0 ? tensor : pieceOf(tensor, index, count, path),
    ) as Record<string, Tree<HostTensor>>;
    const isLast = index === count - 1;
    return (isLast ? piece : { ...piece, accumulate: hostTensor([], [1 / count]) }) as Part;
  });
}

function pieceOf(tensor: HostTensor, index: number, count: number, path: string): HostTensor {
  const [extent = 0, ...rest] = tensor.shape;
  if (extent % count !== 0) {
    throw new UserError(
      `microBatches: expected "${path}" to divide into ${count} equal parts, received ${extent} ` +
        `of them. Use a batch size that is a multiple of --accumulation-steps.`,
    );
  }
  const size = tensor.data.length / count;
  const data = tensor.data.slice(index * size, (index + 1) * size);
  return { dtype: tensor.dtype, shape: [extent / count, ...rest], data };
}
