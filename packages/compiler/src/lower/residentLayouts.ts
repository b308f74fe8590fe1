import type { Captured } from '../capture/capture.ts';
import type { Value } from '../capture/graph.ts';
import type { KernelName } from '../capture/kernels.ts';
import { convInfo } from '../shapes/convolution.ts';
import { chooseAlgorithm } from './conv/algorithm.ts';
import type { ConvolutionChoice } from './conv/convolutionChoice.ts';

/** The order of axes in which an argument is stored: `layout[i]` is the logical axis stored i-th. */
export type Layouts = ReadonlyMap<string, readonly number[]>;

/** Kernels whose operands and result are best stored alike. */
const elementwise: ReadonlySet<KernelName> = new Set<KernelName>([
  'Add',
  'AddN',
  'ClipByValue',
  'Identity',
  'Maximum',
  'Minimum',
  'Multiply',
  'RealDiv',
  'Sqrt',
  'Square',
  'Sub',
]);

/**
 * Finds the layouts in which arguments that stay in the session between runs are best stored: the
 * one that their function transposes them to. A convolution's weights are kept in PyTorch's order
 * and transposed to tfjs's at each use; stored in tfjs's order they need no transposition, and
 * neither do the optimizer's slots, which only meet them elementwise.
 *
 * @param isResident which arguments (by path) stay; all others keep logical order
 * @param fixed layouts that were decided by an earlier program for the same arguments
 * @param convolutions how convolutions are computed. Default: `estimated`
 */
export function residentLayouts(
  captured: Captured,
  isResident: (path: string) => boolean,
  fixed: Layouts,
  convolutions: ConvolutionChoice = 'estimated',
): Layouts {
  const groups = new Groups();
  const native = nativeFilters(captured, convolutions);
  for (const { kernel, inputs, outputs, attrs } of captured.graph.nodes) {
    const result = outputs[0]!;
    if (elementwise.has(kernel)) {
      for (const input of inputs) if (sameShape(input, result)) groups.join(input, result);
    }
    if (kernel !== 'Transpose') continue;
    const perm = attrs['perm'] as readonly number[];
    if (native.has(result) || native.has(inputs[0]!)) {
      const own = native.has(result) ? inputs[0]! : result;
      groups.wish(
        own,
        perm.map((_, axis) => axis),
      );
      continue;
    }
    groups.wish(inputs[0]!, perm);
    groups.wish(
      result,
      perm.map((_, axis) => perm.indexOf(axis)),
    );
  }
  const layouts = new Map<string, readonly number[]>();
  for (const { path, leaf } of captured.inputs) {
    if (!isResident(path)) continue;
    const layout = fixed.get(path) ?? groups.wishOf(leaf) ?? leaf.shape.map((_, axis) => axis);
    layouts.set(path, layout);
  }
  return layouts;
}

/**
 * Filters that ONNX's own convolutions read and gradients of such, in tfjs's order: computed in
 * PyTorch's order, they need no other one.
 */
function nativeFilters({ graph }: Captured, convolutions: ConvolutionChoice): ReadonlySet<Value> {
  const found = new Set<Value>();
  for (const { kernel, inputs, outputs, attrs } of graph.nodes) {
    if (kernel === 'Add' || kernel === 'AddN') {
      if (inputs.every((input) => found.has(input))) found.add(outputs[0]!);
      continue;
    }
    const shapes = convShapes(kernel, inputs, attrs);
    if (shapes === undefined) continue;
    const info = convInfo(kernel, shapes.image, shapes.filter, attrs as never);
    if (chooseAlgorithm(info, convolutions).kind !== 'native') continue;
    found.add(kernel === 'Conv2DBackpropFilter' ? outputs[0]! : inputs[1]!);
  }
  return found;
}

/** The shapes of a convolution's input and filter; undefined for other kernels. */
function convShapes(
  kernel: KernelName,
  [first, second]: readonly Value[],
  attrs: Readonly<Record<string, unknown>>,
): { readonly image: readonly number[]; readonly filter: readonly number[] } | undefined {
  switch (kernel) {
    case 'Conv2D':
      return { image: first!.shape, filter: second!.shape };
    case 'Conv2DBackpropInput':
      return { image: attrs['inputShape'] as readonly number[], filter: second!.shape };
    case 'Conv2DBackpropFilter':
      return { image: first!.shape, filter: attrs['filterShape'] as readonly number[] };
    default:
      return undefined;
  }
}

const sameShape = (a: Value, b: Value): boolean => a.shape.join() === b.shape.join();

/** Values that are to be stored alike (union–find), with the first layout that one of them wished. */
class Groups {
  readonly #parents = new Map<Value, Value>();
  readonly #wishes = new Map<Value, readonly number[]>();

  join(a: Value, b: Value): void {
    const [rootA, rootB] = [this.#root(a), this.#root(b)];
    if (rootA === rootB) return;
    this.#parents.set(rootB, rootA);
    const wish = this.#wishes.get(rootA) ?? this.#wishes.get(rootB);
    if (wish !== undefined) this.#wishes.set(rootA, wish);
  }

  wish(value: Value, layout: readonly number[]): void {
    const root = this.#root(value);
    if (!this.#wishes.has(root)) this.#wishes.set(root, layout);
  }

  wishOf(value: Value): readonly number[] | undefined {
    return this.#wishes.get(this.#root(value));
  }

  #root(value: Value): Value {
    let root = value;
    for (let next = this.#parents.get(root); next !== undefined; next = this.#parents.get(root))
      root = next;
    return root;
  }
}
