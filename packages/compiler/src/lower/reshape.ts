import type { AttrsOf } from '../capture/kernels.ts';
import { sizeOfShape } from '../onnx/graph.ts';
import {
  type Lowered,
  type LoweringCall,
  type LoweringContext,
  plain,
  plainLayout,
} from './context.ts';

/**
 * Reshapes without leaving the operand's layout where that is possible: a group of logical axes that
 * becomes another group with the same product is split or merged in place when its axes are also
 * neighbours physically. Otherwise the operand is brought into logical order first.
 *
 * [N,H,W,C] held channels first → [N,H·W,C] stays channels first; → [N,H,W·C] does not.
 */
export function reshapeLowered(
  context: LoweringContext,
  x: Lowered,
  shape: readonly number[],
): Lowered {
  return (
    splatReshape(context, x, shape) ??
    inPlaceReshape(context, x, shape) ??
    plain(context.reshape(context.dense(x), shape))
  );
}

/** A value stored as one number has any shape of the same size. */
function splatReshape(
  context: LoweringContext,
  x: Lowered,
  shape: readonly number[],
): Lowered | undefined {
  if (sizeOfShape(x.value.shape) !== 1) return undefined;
  const value = context.reshape(
    x.value,
    shape.map(() => 1),
  );
  return { value, shape, layout: plainLayout(shape.length) };
}

interface Group {
  readonly from: readonly number[];
  readonly to: readonly number[];
}

function inPlaceReshape(
  context: LoweringContext,
  x: Lowered,
  shape: readonly number[],
): Lowered | undefined {
  const groups = matchGroups(x.shape, shape);
  if (groups === undefined) return undefined;
  const isLazy = (axis: number): boolean =>
    x.shape[axis] !== 1 && x.value.shape[x.layout.indexOf(axis)] === 1;
  const order: { position: number; group: Group }[] = [];
  for (const group of groups) {
    const wide = group.from.filter((axis) => x.shape[axis] !== 1);
    // A lazily broadcast axis survives only where it stays one whole axis.
    const isKept = wide.length === 1 && group.to.filter((axis) => shape[axis] !== 1).length === 1;
    if (wide.some(isLazy) && !isKept) return undefined;
    const positions = wide.map((axis) => x.layout.indexOf(axis));
    const between = (a: number, b: number): boolean =>
      x.layout.slice(a + 1, b).every((axis) => x.shape[axis] === 1);
    const adjacent = positions.every(
      (at, i) => i === 0 || (positions[i - 1]! < at && between(positions[i - 1]!, at)),
    );
    if (!adjacent) return undefined;
    order.push({ position: positions[0] ?? order.at(-1)?.position ?? -1, group });
  }
  order.sort((a, b) => a.position - b.position);
  const layout = order.flatMap(({ group }) => group.to);
  const lazyTo = new Set(groups.filter(({ from }) => from.some(isLazy)).flatMap(({ to }) => to));
  const physical = layout.map((axis) => (lazyTo.has(axis) ? 1 : shape[axis]!));
  return { value: context.reshape(x.value, physical), shape, layout };
}

/** Pairs runs of axes of two shapes that have equal products, from left to right. */
function matchGroups(from: readonly number[], to: readonly number[]): Group[] | undefined {
  const groups: Group[] = [];
  let i = 0;
  let j = 0;
  while (i < from.length || j < to.length) {
    const group = { from: [] as number[], to: [] as number[] };
    let left = 1;
    let right = 1;
    if (i < from.length) left *= from[take(group.from, i++)]!;
    if (j < to.length) right *= to[take(group.to, j++)]!;
    while (left !== right) {
      if (left < right) {
        if (i === from.length) return undefined;
        left *= from[take(group.from, i++)]!;
      } else {
        if (j === to.length) return undefined;
        right *= to[take(group.to, j++)]!;
      }
    }
    groups.push(group);
  }
  return groups;
}

const take = (list: number[], axis: number): number => {
  list.push(axis);
  return axis;
};

export const lowerReshape = ({
  context,
  inputs,
  outputs,
}: LoweringCall<{ readonly x: Lowered }, object>): Lowered =>
  reshapeLowered(context, inputs.x, outputs[0]!.shape);

export const lowerExpandDims = ({
  context,
  inputs,
  outputs,
}: LoweringCall<{ readonly input: Lowered }, object>): Lowered =>
  reshapeLowered(context, inputs.input, outputs[0]!.shape);

/** A transposition moves nothing: it only renames the axes that the physical layout holds. */
export const lowerTranspose = ({
  inputs,
  attrs,
}: LoweringCall<{ readonly x: Lowered }, AttrsOf<'Transpose'>>): Lowered => ({
  value: inputs.x.value,
  shape: attrs.perm.map((axis) => inputs.x.shape[axis]!),
  layout: inputs.x.layout.map((axis) => attrs.perm.indexOf(axis)),
});
